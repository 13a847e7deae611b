"""A question over another screen: the card was reviewed elsewhere while it was graded here."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from studyapp.core.visible import visible
from studyapp.tui.widgets.dialog import Dialog


class Answer(StrEnum):
    """What is to count."""

    MINE = "mine"
    """The grade, from the newer schedule."""
    THEIRS = "theirs"
    """The newer schedule alone."""


class NewerScreen(ModalScreen[Answer]):
    """Closes with an answer, or with None: then the grade waits. No key that grades is one that answers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "answer('mine')", "Grade from the newer schedule", id="newer.mine"),
        Binding("t", "answer('theirs')", "Keep the newer schedule alone", id="newer.theirs"),
        Binding("l,escape", "dismiss", "Decide later", id="newer.later"),
    ]

    DEFAULT_CSS = "NewerScreen { align: center middle; }"

    def __init__(self, found: str) -> None:
        """Ask about what was found, in words."""
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        """What was found, and what each key does."""
        with Dialog("Reviewed elsewhere", id="box"):
            yield Static(Content(visible(self._found)))
            ways = (
                ("m", "my grade, from the newer schedule"),
                ("t", "the newer schedule; my grade does not count"),
                ("l", "decide later: my grade waits in the review log"),
            )
            lines = [Content.assemble((key, "bold $act"), f"  {does}") for key, does in ways]
            yield Static(Content("\n").join(lines), id="answer")

    def action_answer(self, answer: str) -> None:
        """Close with the answer."""
        self.dismiss(Answer(answer))
