"""A line to type over another screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from studyapp.core.visible import visible
from studyapp.tui import keys
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.parts.dialog import Dialog
from studyapp.tui.widgets.parts.typed_line import TypedLine


class PromptScreen(Surface, ModalScreen[str]):
    """Closes with what was typed, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.BACK, "leave", "Back", id="prompt.leave", priority=True),
    ]

    DEFAULT_CSS = """
    PromptScreen {
        align: center middle;
        Input, Input:focus { border: none; height: 1; padding: 0; background: $raised; margin-top: 1; }
        #prompt-why { color: $care; margin-top: 1; }
    }
    """

    def __init__(self, title: str, question: str, value: str, wrong: Callable[[str], str]) -> None:
        """Make it for a value that stands there already; `wrong` says what is wrong with a line, if anything is."""
        super().__init__()
        self._title, self._question, self._value, self._wrong = title, question, value, wrong

    def compose(self) -> ComposeResult:
        with Dialog(self._title, id="prompt"):
            yield Static(Content(visible(self._question)))
            yield TypedLine(self._value)
            yield Static(id="prompt-why", markup=False)
            yield KeyLine({"submit": "Go on"})

    def on_mount(self) -> None:
        self.query_one("#prompt-why").display = False
        self.query_one(Input).focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Close with the line, or say what is wrong with it."""
        why = self._wrong(message.value)
        if not why:
            self.dismiss(message.value)
            return
        words = self.query_one("#prompt-why", Static)
        words.display = True
        words.update(Content(visible(why, newlines=False)))
