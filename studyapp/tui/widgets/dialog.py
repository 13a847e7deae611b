"""The box of a dialog."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.content import Content

from studyapp.core.visible import visible


class Dialog(VerticalScroll, can_focus=False):
    """A small page with its title in the border; as high as its content, and no wider than comfortable to read."""

    DEFAULT_CSS = """
    Dialog {
        width: 90%; max-width: 72; height: auto; max-height: 92%; padding: 0 2;
        border: round $rule; border-title-color: $strong; border-title-style: bold; background: $surface;
        & > Static { width: 100%; height: auto; }
        & > KeyLine { padding: 0; margin-top: 1; dock: bottom; }
    }
    """

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = Content(visible(title, newlines=False)).markup
