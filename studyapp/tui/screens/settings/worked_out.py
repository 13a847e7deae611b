"""A page for the result of another process, which ends with the page."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import ClassVar

from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from studyapp.core.errors import StudyError
from studyapp.core.visible import visible
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.surface import Surface
from studyapp.wording.numbers import sentence


class WorkedOutScreen(Surface, ModalScreen[None]):
    """Shows the progress, or why it failed; Esc ends it."""

    DEFAULT_CSS = "WorkedOutScreen { align: center middle; }"

    STATE: ClassVar[str]
    """The selector of the widget that shows it."""

    class Told(FieldMessage):
        """The progress, or the failure."""

        text: str

    _stops = False

    def on_mount(self) -> None:
        self.run_worker(self._work, thread=True)

    def on_unmount(self) -> None:
        self._stops = True

    def work(self) -> Generator[Message]:
        """The page's messages, on a thread; closing the generator ends the process."""
        raise NotImplementedError

    def _work(self) -> None:
        self.post_message(self.Told("reading your reviews"))
        try:
            with closing(self.work()) as going:
                for message in going:
                    if self._stops:
                        return
                    self.post_message(message)
        except StudyError as error:
            self.post_message(self.Told(sentence(str(error))))

    def on_worked_out_screen_told(self, message: Told) -> None:
        self.say(message.text if message.text.endswith(".") else f"{message.text[:1].upper()}{message.text[1:]} …")

    def say(self, text: str) -> None:
        """Show a text below the result."""
        self.query_one(self.STATE, Static).update(Content(visible(text)))

    def action_leave(self) -> None:
        self._stops = True
        self.dismiss()
