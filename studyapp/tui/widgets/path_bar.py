"""The first row below the places: the way there, and something at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from studyapp.core.visible import visible

_STEP: Final = " › "
_GAP: Final = 2
_FULL: Final = 30
"""Width that a path's last part has before the right end is shortened."""
_LEAST: Final = 12
"""Width that a path's last part keeps."""


class PathBar(Widget):
    """Shows a path to the current place; parents go first when it is narrow."""

    DEFAULT_CSS = """
    PathBar {
        height: 1; width: 100%; padding: 0 2; background: $surface; color: $quiet;
        text-wrap: nowrap; text-overflow: clip;
    }
    """

    def __init__(self, *parts: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[str, ...] = parts
        self._right, self._short = Content(""), Content("")

    def show(
        self, parts: Sequence[str] | None = None, right: Content | None = None, short: Content | None = None
    ) -> None:
        """Show a path; what is not given stays.

        Args:
            parts: the way, from the outside in.
            right: what stands at the other end.
            short: the same where there is little room.
        """
        shown = (self._parts, self._right, self._short)
        if parts is not None:
            self._parts = tuple(visible(part, newlines=False) for part in parts)
        if right is not None:
            self._right, self._short = right, right if short is None else short
        if (self._parts, self._right, self._short) != shown:
            self.refresh()

    def render(self) -> Content:
        """Lay both ends out for the current width."""
        width = self.size.width
        *_, last = self._parts or ("",)
        right = self._right
        if min(cell_len(last), _FULL) + _GAP + right.cell_length > width:
            right = self._short
        if min(cell_len(last), _LEAST) + _GAP + right.cell_length > width:
            right = Content("")
        room = max(0, width - right.cell_length - (_GAP if right else 0))
        left = _path(self._parts, room)
        return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def _path(parts: Sequence[str], room: int) -> Content:
    """As much of the end of a path as fits."""
    kept = list(parts)
    while len(kept) > 1 and cell_len(_STEP.join(kept)) > room:
        del kept[: 2 if kept[0] == "…" else 1]
        kept.insert(0, "…")
        if len(kept) == 2 and cell_len(_STEP.join(kept)) > room:
            del kept[0]
    *before, last = kept or [""]
    above = "".join(part + _STEP for part in before)
    return Content.assemble(above, (last, "bold $strong")).truncate(room, ellipsis=True)
