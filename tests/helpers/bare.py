"""An app without a vault, in the theme of screens and widgets."""

from __future__ import annotations

from textual.screen import Screen

from studyapp.core.settings.model import Settings
from studyapp.tui.app.base import BaseApp
from studyapp.tui.screens.surface import Surface


class Ground(Surface, Screen[None]):
    """A screen that shows what the app composes."""


class BareApp(BaseApp):
    """Shows whatever a test composes."""

    def __init__(self) -> None:
        super().__init__(Settings())

    def get_default_screen(self) -> Screen[None]:
        """A screen that is laid out and painted as ours are."""
        return Ground(id="_default")
