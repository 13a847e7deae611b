"""An app without a vault, in the theme of screens and widgets."""

from __future__ import annotations

from studyapp.core.settings.model import Settings
from studyapp.tui.app.base import BaseApp


class BareApp(BaseApp):
    """Shows whatever a test composes."""

    def __init__(self) -> None:
        super().__init__(Settings())
