"""Screens with one part that keys scroll."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

from studyapp.tui import keys


def line_keys(screen: str) -> tuple[Binding, ...]:
    """The keys that scroll by a line, with ids that begin with a screen's name."""
    return (
        Binding(keys.DOWN, "scroll(1)", "Down", show=False, id=f"{screen}.down"),
        Binding(keys.UP, "scroll(-1)", "Up", show=False, id=f"{screen}.up"),
    )


def scroll_keys(screen: str) -> tuple[Binding, ...]:
    """The keys that scroll by a line, by a page, and to either end."""
    return (
        *line_keys(screen),
        Binding(f"{keys.PAGE_DOWN},{keys.MAIN}", "page(1)", "A page down", show=False, id=f"{screen}.page-down"),
        Binding(keys.PAGE_UP, "page(-1)", "A page up", show=False, id=f"{screen}.page-up"),
        Binding(keys.TOP, "end(False)", "Top", show=False, id=f"{screen}.top"),
        Binding(keys.END, "end(True)", "End", show=False, id=f"{screen}.end"),
    )


class Scrolled:
    """Scrolls a part of a screen. Not a widget by itself, as Textual takes the styles of the first widget base."""

    SCROLLED: ClassVar[str]
    """The selector of that part."""

    @property
    def _scrolled(self) -> Widget:
        assert isinstance(self, Screen)
        return self.query_one(self.SCROLLED)

    def action_scroll(self, lines: int) -> None:
        self._scrolled.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        self._scrolled.scroll_relative(y=pages * max(1, self._scrolled.size.height - 2), animate=False)

    def action_end(self, bottom: bool) -> None:
        (self._scrolled.scroll_end if bottom else self._scrolled.scroll_home)(animate=False)
