"""The box of a dialog."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from studyapp.core.visible import visible

_SHARE: Final = 0.9
_WIDEST: Final = 72
_FRAME: Final = 7
"""Cells of the border, the padding and the scroll bar."""
_TALLEST: Final = 0.92
_ENDS: Final = 6
"""Cells of the border beside its title."""
_RULES: Final = 2
"""Lines of the border."""


def inner_width(width: int) -> int:
    """The cells that a dialog has for its content on a screen of that width."""
    return min(_WIDEST, int(width * _SHARE)) - _FRAME


def inner_height(height: int) -> int:
    """The lines that a dialog has for its content on a screen of that height."""
    return int(height * _TALLEST) - _RULES


class Dialog(VerticalScroll, can_focus=False):
    """A small page as high as its content; a title too long for its border stands below it."""

    DEFAULT_CSS = f"""
    Dialog {{
        width: {_SHARE:.0%}; max-width: {_WIDEST}; height: auto; max-height: {_TALLEST:.0%}; padding: 0 2;
        border: round $rule; border-title-color: $strong; border-title-style: bold; background: $surface;
        & > Static {{ width: 100%; height: auto; }}
        & > .dialog--title {{ dock: top; color: $strong; text-style: bold; }}
        & KeyLine {{ padding: 0; margin-top: 1; }}
        & > KeyLine, & > .dialog--foot {{ dock: bottom; }}
        & > .dialog--foot {{ height: auto; }}
        & > .dialog--foot > Static {{ width: 100%; height: auto; }}
    }}
    """

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = Content(visible(title, newlines=False))

    def compose(self) -> ComposeResult:
        """The title, for where it is too long."""
        yield Static(self._title, classes="dialog--title")

    def on_resize(self, _event: Resize) -> None:
        """Put the title where it is not cut."""
        fits = self._title.cell_length + _ENDS <= self.outer_size.width
        self.border_title = self._title.markup if fits else ""
        self.query_one(".dialog--title").display = not fits
