"""The first row below the places: the way there, and something at the right; a click goes back up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from studyapp.core.visible import visible
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.parts.act import acting

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
        self.auto_links = False
        self._parts: tuple[str, ...] = parts
        self._inside = 0
        self._right, self._short = Content(""), Content("")

    @property
    def here(self) -> str:
        """The name of what is open."""
        return self._parts[-1] if self._parts else ""

    def show(
        self,
        parts: Sequence[str] | None = None,
        right: Content | None = None,
        short: Content | None = None,
        *,
        inside: int = 0,
    ) -> None:
        """Show a path, and what is at the right end, with a short form of it; what is not given stays.

        The last parts, `inside` in number, are within a note: a click on one of them opens it.
        """
        shown = (self._parts, self._right, self._short)
        if parts is not None:
            self._inside = inside
            self._parts = tuple(visible(part, newlines=False) for part in parts)
        if right is not None:
            self._right, self._short = right, right if short is None else short
        if (self._parts, self._right, self._short) != shown:
            self.refresh()

    def render(self) -> Content:
        width = self.size.width
        *_, last = self._parts or ("",)
        right = self._right
        if min(cell_len(last), _FULL) + _GAP + right.cell_length > width:
            right = self._short
        if min(cell_len(last), _LEAST) + _GAP + right.cell_length > width:
            right = Content("")
        room = max(0, width - right.cell_length - (_GAP if right else 0))
        left = Content(_STEP).join([self._crumb(*one) for one in _path(self._parts, room)])
        left = left.truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)

    def _crumb(self, number: int, text: str) -> Content:
        """A part of the path, which leads there when it is clicked."""
        last = len(self._parts) - 1
        crumb = Content.styled(text, "bold $strong" if number == last else "")
        if number > last - self._inside:
            return acting(crumb, "screen.note")
        return acting(crumb, f"up({number})") if number < last else crumb

    def action_up(self, number: int) -> None:
        """Go back to a part of the path; if no screen below has its name, to the one just below."""
        below = [_name_of(screen) for screen in self.app.screen_stack[:-1]]
        if below:
            wanted = self._parts[number]
            depth = max((at for at, name in enumerate(below) if name == wanted), default=len(below) - 1)
            self.app.call_later(self._leave_down_to, depth)

    async def _leave_down_to(self, depth: int) -> None:
        """Take the ways out of screens until so many are left below; one that stops or asks first ends it."""
        app = self.app
        while len(app.screen_stack) - 1 > depth:
            front = app.screen
            way, name = _way_out(front)
            await app.run_action(way.action, front)
            if app.screen is front and _way_out(front) == (way, name):  # it has only shrunk a pane
                await app.run_action(way.action, front)
            if app.screen is front:
                return


def _way_out(screen: Screen[object]) -> tuple[Binding, str]:
    """The key that leaves a screen, with its name."""
    return screen.query_one(KeyLine).shown()[1][-1]


def _name_of(screen: Screen[object]) -> str:
    """What a path calls a screen."""
    return next((bar.here for bar in (*screen.query(PathBar), *screen.query(PlacesBar))), "")


def _path(parts: Sequence[str], room: int) -> list[tuple[int, str]]:
    """As much of the end of a path as fits, each part with its number."""
    kept = [*enumerate(parts or [""])]

    def is_wide() -> bool:
        return cell_len(_STEP.join(text for _, text in kept)) > room

    while len(kept) > 1 and is_wide():
        del kept[: 2 if kept[0][1] == "…" else 1]
        kept.insert(0, (max(0, kept[0][0] - 1), "…"))
        if len(kept) == 2 and is_wide():
            del kept[0]
    return kept
