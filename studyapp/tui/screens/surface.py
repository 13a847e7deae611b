"""What every screen is drawn on: the whole terminal, painted without delay."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer

_PERIOD: Final = 1 / 120
"""Seconds. Textual paints at once after a pause, but waits for one to two periods before it paints again; a key often
leads to two paints, as what it finds follows the letter itself. With this period all is there within 1/60 s.
"""


class FullSize:
    """Lays a screen out for the terminal as it is now, whatever size a message names.

    A screen that has changed its size tells itself so. When the terminal changes twice in quick succession, that old
    size can come last and stay, or the two sizes follow each other for ever.
    """

    def _screen_resized(self, _size: Size) -> None:
        assert isinstance(self, Screen)
        Screen._screen_resized(self, self.app.size)  # noqa: SLF001 - what this overrides


class QuickPaint:
    """Paints a screen more often than Textual would; see `_PERIOD`."""

    _painting: Timer | None = None

    @property
    def _update_timer(self) -> Timer:
        """What paints."""
        assert isinstance(self, Screen)
        if self._painting is None:
            paint = self._on_timer_update
            self._painting = self.set_interval(_PERIOD, paint, name="screen_update", pause=True)
        return self._painting


class Surface(FullSize, QuickPaint):
    """Both. Not a widget by itself, as Textual takes the styles of a class's first widget base."""
