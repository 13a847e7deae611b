"""A card that a run would become, shown before anything is written."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class MakeCardScreen(ModalScreen[bool]):
    """Shows the card's text and asks whether it should go into a note; the note is chosen afterwards."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "Choose a note", id="make-card.yes"),
        Binding("escape,n", "answer(False)", "Leave it", id="make-card.no"),
    ]

    DEFAULT_CSS = """
    MakeCardScreen {
        align: center middle;
        #make-card { width: 90%; max-width: 100; height: auto; max-height: 90%; padding: 1 2; }
        #make-card { border: round $primary; }
        #make-card-text { width: 100%; height: auto; }
        #make-card-keys { width: 100%; height: auto; margin-top: 1; color: $text-muted; }
    }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The text, and what the keys do."""
        with VerticalScroll(id="make-card", can_focus=False) as box:
            box.border_title = "make a card of it"
            yield Static(Content(self._text), id="make-card-text")
            yield Static(Content("Enter: choose the note that it goes into   Esc: leave it"), id="make-card-keys")

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)
