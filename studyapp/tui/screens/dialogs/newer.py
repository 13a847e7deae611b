"""Asks which schedule counts: the card was reviewed elsewhere while it was graded here."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from studyapp.core.visible import visible
from studyapp.tui import keys
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.parts.dialog import Dialog

_MEANINGS: Final = (
    ("Yes", "your grade counts, from the newer schedule"),
    ("No", "the newer schedule stays; your grade does not count"),
    ("Later", "your grade waits in the review log"),
)


class NewerScreen(Surface, ModalScreen[bool]):
    """Closes with whether the grade counts, or with None: then it waits. No grading key is an answer here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.YES, "screen.dismiss(True)", "Yes", id="newer.mine"),
        Binding(keys.NO, "screen.dismiss(False)", "No", id="newer.theirs"),
        Binding(keys.LEAVE, "dismiss", "Later", id="newer.later"),
    ]

    DEFAULT_CSS = "NewerScreen { align: center middle; }"

    def __init__(self, found: str) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        with Dialog("Reviewed elsewhere", id="box"):
            yield Static(Content(visible(self._found)))
            lines = [Content.assemble((name.ljust(8), "$quiet"), does) for name, does in _MEANINGS]
            yield Static(Content("\n").join([Content("\nShould your grade count?"), *lines]), id="answer")
            yield KeyLine()
