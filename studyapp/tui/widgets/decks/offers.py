"""A line with something to try at its left and something to fix at its right."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.widget import Widget


class Offers(Widget):
    """Shows two offers, each with its key; a click presses it."""

    DEFAULT_CSS = """
    Offers { height: 1; width: 100%; margin-top: 1; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__(classes="page")
        self._left, self._right = Content(""), Content("")
        self._keys = ("", "")

    def show(self, left: Content, right: Content, keys: tuple[str, str]) -> None:
        """Show these, and the names of their keys."""
        if (left, right, keys) != (self._left, self._right, self._keys):
            self._left, self._right, self._keys = left, right, keys
            self.refresh()

    def render(self) -> Content:
        """The right one is cut first."""
        gap = self.size.width - self._left.cell_length - self._right.cell_length
        if gap < 2 and self._left:
            return self._left.truncate(self.size.width, ellipsis=True)
        return Content.assemble(self._left, " " * max(0, gap), self._right)

    def on_click(self, event: Click) -> None:
        """Press the key of the offer that was clicked."""
        place = event.get_content_offset(self)
        if place is None:
            return
        for at_end, key in enumerate(self._keys):
            there = (
                place.x >= self.size.width - self._right.cell_length if at_end else place.x < self._left.cell_length
            )
            if key and there:
                self.app.simulate_key(key)
