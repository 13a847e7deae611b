"""The drawing of what is trained, and how much of the whole that is; in brackets where there is no colour."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from demos.frame import KnobValue
from studyapp.runs.block import block_rows
from studyapp.tui.widgets.plot import coloured


def block_picture(
    drawing: str, knobs: Mapping[str, KnobValue], size: tuple[int, int], *, marked: bool = True
) -> Content:
    """Draw what a demo trains with some knobs, every one of them given.

    Args:
        drawing: as the demo declares it.
        knobs: every one of them.
        size: columns and rows at hand.
        marked: whether what is trained is marked by signs too, as where there is no colour.
    """
    return coloured(block_rows(drawing, knobs, size, marked=marked))


def share_line(trained: int | None, total: int, width: int, remark: str = "") -> Content:
    """Draw how many of the base model's numbers are trained, as a bar and in figures.

    Args:
        trained: None where nobody knows before a run.
        total: numbers in the base model.
        width: columns at hand.
        remark: what the figure holds for, if not for the knobs as they are.
    """
    if trained is None:
        return Content.assemble(("trained  ", ""), (f"? of {total:,}; counted when it has run", "$quiet"))
    share = trained / total if total else 0.0
    figures = f" {trained:,} of {total:,} ({share:.1%})" + (f" {remark}" if remark else "")
    room = max(width - len(figures) - len("trained  "), 6)
    full = 0 if trained == 0 else max(1, round(min(share, 1.0) * room))
    return Content.assemble(("trained  ", ""), ("█" * full, "$learn"), ("·" * (room - full), "$faint"), (figures, ""))
