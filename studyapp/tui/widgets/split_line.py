"""One line with something on the left and something on the right."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.widget import Widget


class SplitLine(Widget):
    """Shows two texts at the two ends of a line; the left one gives way."""

    DEFAULT_CSS = """
    SplitLine { height: 1; width: 100%; padding: 0 2; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: Callable[[int], Content] = lambda _: Content("")
        self._right = Content("")

    def show(self, left: Content | Callable[[int], Content], right: Content | None = None) -> None:
        """Show two texts.

        Args:
            left: the text, or what makes it for a number of cells.
            right: never cut.
        """
        self._left = left if callable(left) else lambda _: left
        self._right = right or Content("")
        self.refresh()

    def show_right(self, right: Content) -> None:
        """Change the right text alone."""
        if right != self._right:
            self._right = right
            self.refresh()

    def render(self) -> Content:
        """Lay both out in the width at hand."""
        width = self.size.width
        room = max(0, width - self._right.cell_length - (2 if self._right else 0))
        left = self._left(room).truncate(room, ellipsis=True)
        gap = max(0, width - left.cell_length - self._right.cell_length)
        return Content.assemble(left, " " * gap, self._right)
