"""The drawing of a block: what is trained stands out, by its brackets without colour, by its colour with it."""

from __future__ import annotations

import re

from textual.content import Content

_TRAINED = re.compile("⟦[^⟦⟧]*⟧?")


def block_picture(drawing: str) -> Content:
    """Colour the parts in ⟦ ⟧, which are trained, and dim the rest, which is frozen."""
    parts: list[tuple[str, str]] = []
    end = 0
    for match in _TRAINED.finditer(drawing):
        parts += [(drawing[end : match.start()], "$quiet"), (match[0], "bold $learn")]
        end = match.end()
    parts.append((drawing[end:], "$quiet"))
    return Content.assemble(*parts)


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
