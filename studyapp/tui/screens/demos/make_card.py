"""A preview of the card made from a run."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from studyapp.tui import keys
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.parts.dialog import Dialog


class MakeCardScreen(Surface, ModalScreen[int]):
    """Shows the card's text and asks whether to put it in a note, to be chosen afterwards.

    Closes with 0 for one card, with 1 for three, and with None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.OPEN},{keys.YES}", "answer", "Choose a note", id="make-card.yes"),
        Binding(keys.PART, "other", "One or three", id="make-card.three"),
        Binding(f"{keys.LEAVE},{keys.NO}", "leave", "Cancel", id="make-card.no"),
    ]

    DEFAULT_CSS = "MakeCardScreen { align: center middle; }"

    def __init__(self, one: str, three: str) -> None:
        """Make the screen for one card, and for three: the fact, the why, the number."""
        super().__init__()
        self._texts, self._at = (one, three), 0

    def compose(self) -> ComposeResult:
        with Dialog("Make a card", id="make-card"):
            yield Static(Content(self._texts[0]), id="make-card-text")
            yield KeyLine()

    def action_other(self) -> None:
        """Switch between one card and three."""
        self._at = 1 - self._at
        self.query_one("#make-card-text", Static).update(Content(self._texts[self._at]))

    def action_answer(self) -> None:
        """Accept what is shown."""
        self.dismiss(self._at)
