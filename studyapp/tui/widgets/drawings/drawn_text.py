"""A text that is drawn again for each width, such as a chart."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


class DrawnText(Widget):
    """As high as its text needs in the width at hand."""

    DEFAULT_CSS = "DrawnText { width: 100%; height: auto; }"

    def __init__(self, draw: Callable[[int], Content] = lambda _: Content(""), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.auto_links = False
        self._draw = draw

    def show(self, draw: Callable[[int], Content]) -> None:
        """Show another text."""
        self._draw = draw
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._draw(width).wrap(width)) if width else 0

    def render(self) -> Content:
        """The text for the current width, which is 0 before the first layout."""
        return self._draw(width) if (width := self.size.width) else Content("")
