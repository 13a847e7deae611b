"""A card that a run would become, shown before anything is written."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from studyapp.tui.widgets.dialog import Dialog
from studyapp.tui.widgets.key_line import KeyLine


class MakeCardScreen(ModalScreen[bool]):
    """Shows the card's text and asks whether it should go into a note; the note is chosen afterwards."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "Choose a note", id="make-card.yes"),
        Binding("escape,n", "answer(False)", "Leave it", id="make-card.no"),
    ]

    DEFAULT_CSS = "MakeCardScreen { align: center middle; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The text, and what the keys do."""
        with Dialog("Make a card of it", id="make-card"):
            yield Static(Content(self._text))
            yield KeyLine()

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)
