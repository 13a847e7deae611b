"""What a demo's screen says in passing."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from studyapp.tui.host import PASSES

_MOST: Final = 4
"""Rows of a message."""


class DemoStatus(Static):
    """Shows a message for a while, or until the next one, above all else."""

    DEFAULT_CSS = """
    DemoStatus {
        layer: message; dock: bottom; offset: 0 -1; height: 1; width: 100%;
        background: $background; display: none;
    }
    """

    _timer: Timer | None = None
    _told = ("", "", 0)
    """The message, its style, and the width that it was laid out for."""
    _above: int | None = None
    _rows = 1

    def tell(self, text: str, style: str = "$quiet", *, stays: bool = False) -> None:
        """Show a message; nothing takes the last one away."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PASSES, lambda: self.tell("")) if text and not stays else None
        told = text, style, self.screen.size.width
        if told == self._told:
            return
        self._told = told
        self.display = bool(text)
        said = Content.styled(text, style)
        self._rows = min(len(said.wrap(max(self.screen.size.width - self.gutter.width, 1))), _MOST)
        self.styles.height = self._rows
        self.place(self._above)
        self.update(said, layout=False)

    def place(self, above: int | None) -> None:
        """Stand above the keys, or above a row of the screen."""
        self._above = above
        self.styles.dock = "bottom" if above is None else "top"
        self.styles.offset = (0, -1 if above is None else max(above - self._rows, 0))
