"""The gradients in the first step of a demo's run: which tensors it moves, and why it leaves others alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from demos.frame import Gradient
from studyapp.runs.drawn.plots import bar_on_track, number_text
from studyapp.tui.widgets.drawings.plot import coloured_plot
from studyapp.tui.widgets.parts.quiet import QUIET, quiet_rows
from studyapp.wording.widths import fit

_GAP: Final = 2
_BAR: Final = 8
"""Cells of a gradient's bar and its number, at least."""
_TWO_COLUMNS: Final = 70
"""The least width at which gradients stand in two columns if they do not fit below each other."""


def gradients_text(gradients: Sequence[Gradient], size: tuple[int, int], *, untrained: bool) -> Content:
    """The norm of each tensor's gradient in the first step, and the reason for those that are 0."""
    width, height = size
    if not gradients:
        said = "this method follows no gradient" if untrained else "the first step shows which tensors it moves"
        return Content("\n").join(quiet_rows(said, width))
    told = _moved_only(gradients, width)
    room = height - len(told)
    columns = 2 if len(gradients) > room and width >= _TWO_COLUMNS else 1
    more = len(gradients) - room * columns
    shown = gradients[: room * columns - 1 if more > 0 else room * columns]
    wide = (width - _GAP * (columns - 1)) // columns
    longest = wide - _BAR
    if max((cell_len(one.name) for one in shown), default=0) > longest:
        shown = [replace(one, name=one.name.replace("attention", "attn")) for one in shown]
    names = min(max((cell_len(one.name) for one in shown), default=0) + 2, longest)
    top = max(one.length for one in gradients) or 1.0
    lines = [_gradient(one, top, names, wide) for one in shown]
    if more > 0:
        lines.append(Content.styled(f"and {len(gradients) - len(shown)} more; + shows all", QUIET))
    if columns == 2:
        beside = [*lines[room:], *repeat(Content(""), 2 * room - len(lines))]
        lines = [
            Content.assemble(left.pad_right(wide + _GAP - left.cell_length), right)
            for left, right in zip(lines[:room], beside, strict=True)
        ]
    return Content("\n").join([*lines, *told])


def _gradient(one: Gradient, top: float, names: int, width: int) -> Content:
    """A tensor's name, and its gradient's length against the longest or what stops it."""
    if one.length == 0:
        stopped = Content.assemble(fit(one.name, names), ("0", "bold"), (f"  {one.why}", QUIET))
        return stopped.truncate(width, ellipsis=True)
    bar = coloured_plot([bar_on_track(one.length / top, max(width - names - 6, 2))])
    return Content.assemble(fit(one.name, names), bar, f" {_three(one.length):>5}")


def _three(length: float) -> str:
    return f"{length:.3f}".removeprefix("0") if length < 10 else number_text(length)


def _moved_only(gradients: Sequence[Gradient], width: int) -> list[Content]:
    """What the first step moves, if that is not everything."""
    moved = dict.fromkeys(_kind(one.name) for one in gradients if one.length)
    still = {_kind(one.name) for one in gradients if not one.length}
    if not still or not moved or still & set(moved):
        return []
    said, kinds = ("moves only", [*moved]) if len(moved) <= 3 else ("does not move", sorted(still))
    return Content.assemble((f"Step 1 {said} ", QUIET), (", ".join(kinds), "bold $learn"), (".", QUIET)).wrap(
        max(width, 8)
    )


def _kind(name: str) -> str:
    """What tensors of one kind are called: `q.B` is a `B`, `gate 3` a `gate`."""
    return name.rstrip(" 0123456789").rpartition(".")[2]
