"""What is known of the card in front, beside it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from studyapp.core.visible import visible
from studyapp.tui.widgets.pane import title_rule
from studyapp.wording.numbers import cut


class Facts(Struct, frozen=True):
    """A part of the panel."""

    title: str
    rows: Sequence[tuple[str, Content | str]]
    """Names with their values at the right end; a row without a name is all value."""


class SidePanel(Widget):
    """Shows parts one below the other, each under its rule."""

    DEFAULT_CSS = """
    SidePanel { width: 40; height: 1fr; padding: 1 0 0 4; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[Facts, ...] = ()

    def show(self, parts: Sequence[Facts]) -> None:
        """Show these parts."""
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as there is room."""
        return container.height

    def render(self) -> Content:
        """Lay the parts out in the width at hand."""
        width = self.size.width
        lines: list[Content] = []
        for part in self._parts:
            lines += [Content("")] * bool(lines) + [title_rule(part.title, "", width)]
            lines += [_row(name, value, width) for name, value in part.rows]
        return Content("\n").join(lines)


def _row(name: str, value: Content | str, width: int) -> Content:
    if isinstance(value, str):
        value = Content(cut(visible(value, newlines=False), max(0, width - len(name) - (2 if name else 0))))
    if not name:
        return value.truncate(width, ellipsis=True)
    gap = max(1, width - len(name) - value.cell_length)
    return Content.assemble((name, "$quiet"), " " * gap, value)
