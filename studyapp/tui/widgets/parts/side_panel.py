"""Sections beside the main part of a page, one below another, each under its rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.widget import Widget

from studyapp.core.visible import visible
from studyapp.tui.widgets.parts.pane import title_rule
from studyapp.wording.widths import cut

PanelRow = tuple[str, Content | str]
"""A name with its value at the right end; a row without a name is all value."""


class Facts(Struct, frozen=True):
    """A section of the panel."""

    title: str
    rows: Sequence[PanelRow] | Callable[[Size], Sequence[PanelRow]]
    """The rows, or what draws them for a size."""
    value: Content | str = ""
    """Stands at the right end of the rule."""
    key: str = ""
    """The key that a click on the section presses."""


class SidePanel(Widget):
    """Shows the sections that fit, and of the last one as much as fits."""

    DEFAULT_CSS = """
    SidePanel { width: 40; height: 1fr; padding: 1 0 0 4; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[Facts, ...] = ()
        self._keys: list[str] = []
        """For each drawn line, the key that a click presses."""

    def show(self, parts: Sequence[Facts]) -> None:
        """Show these parts."""
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as there is room."""
        return container.height

    def render(self) -> Content:
        width, height = self.size
        lines: list[Content] = []
        self._keys = []
        for part in self._parts if width else ():  # it has no width before it is first laid out
            lines += [Content("")] * bool(lines) + [title_rule(part.title, part.value, width)]
            rows = part.rows(Size(width, max(0, height - len(lines)))) if callable(part.rows) else part.rows
            lines += [_row(name, value, width) for name, value in rows]
            self._keys += [part.key] * (len(lines) - len(self._keys))
        return Content("\n").join(lines[:height])

    def on_click(self, event: Click) -> None:
        """Press the key of the section that was clicked."""
        place = event.get_content_offset(self)
        if place is not None and place.y < len(self._keys) and (key := self._keys[place.y]):
            self.app.simulate_key(key)


def _row(name: str, value: Content | str, width: int) -> Content:
    if isinstance(value, str):
        value = Content(cut(visible(value, newlines=False), max(0, width - len(name) - (2 if name else 0))))
    if not name:
        return value.truncate(width, ellipsis=True)
    gap = max(1, width - len(name) - value.cell_length)
    return Content.assemble((name, "$quiet"), " " * gap, value)
