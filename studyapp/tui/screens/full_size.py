"""Screens that fill the terminal after any change of its size."""

from __future__ import annotations

from textual.geometry import Size
from textual.screen import Screen


class FullSize:
    """Lays a screen out for the terminal as it is now, whatever size a message names.

    A screen that has changed its size tells itself so. When the terminal changes twice in quick succession, that old
    size can come last and stay, or the two sizes follow each other for ever. Not a widget by itself, as Textual takes
    the styles of a class's first widget base.
    """

    def _screen_resized(self, _size: Size) -> None:
        assert isinstance(self, Screen)
        Screen._screen_resized(self, self.app.size)  # noqa: SLF001 - what this overrides
