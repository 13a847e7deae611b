"""The line below a card for typing its answer; then, in its place, how it differs from the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from studyapp.core.visible import visible
from studyapp.study.review.answers import Difference, Match
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.widgets.parts.typed_line import TypedLine

STYLES: Final = {Match.SAME: "", Match.MISSING: "bold $good", Match.EXTRA: "strike $bad"}
SIGNS: Final = {Match.SAME: "{}", Match.MISSING: "[+{}]", Match.EXTRA: "[-{}]"}
"""Signs that mark words, with or without colour."""

_LEGEND: Final = "[-typed, but not in the answer]  [+in the answer, but not typed]"


class TypeAnswer(Vertical):
    """Asks for one cloze after another; takes no room while unused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.BACK, "leave", "Back", id="typed.cancel", tooltip="back to the question"),
    ]

    DEFAULT_CSS = """
    TypeAnswer {
        height: auto; max-height: 8; width: 100%; padding: 0 2; overflow-y: auto; scrollbar-size-vertical: 1;
        Input, Input:focus { border: none; height: 1; padding: 0; background: $raised; }
        Static { height: auto; width: 100%; }
        #typed-asks { color: $quiet; }
    }
    """

    class Typed(FieldMessage):
        """All clozes have been typed."""

        answers: tuple[str, ...]

    class Cancelled(Message):
        """The user does not want to type after all."""

    def __init__(self) -> None:
        super().__init__()
        self._clozes: tuple[str, ...] = ()
        self._given: list[str] = []
        self.display = False

    def compose(self) -> ComposeResult:
        yield Static(id="typed-asks", markup=False)
        yield TypedLine(select_on_focus=False)
        yield Static(id="typed-difference", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether an answer is being typed."""
        return self.display and self.query_one(Input).display

    def ask(self, clozes: Sequence[str]) -> None:
        """Ask for the answer: for each cloze by its hint, or once for a card without clozes."""
        self._clozes, self._given = tuple(clozes), []
        self.display = True
        self.query_one("#typed-difference").display = False
        self.query_one("#typed-asks").display = True
        line = self.query_one(Input)
        line.display = True
        line.focus()
        self._ask_next()

    def _ask_next(self) -> None:
        number, of = len(self._given) + 1, len(self._clozes)
        which = f"Cloze {number} of {of}" if of > 1 else "Your answer"
        hint = self._clozes[number - 1]
        text = f"{which}{f' ({hint})' if hint else ''}:"
        self.query_one("#typed-asks", Static).update(Content(visible(text, newlines=False)))
        self.query_one(Input).value = ""

    def show(self, differences: Sequence[Difference]) -> None:
        """Show how what was typed differs, in place of the line."""
        self.query_one(Input).display = False
        self.query_one("#typed-asks").display = False
        shown = self.query_one("#typed-difference", Static)
        shown.display = True
        lines = [drawn_difference(difference) for difference in differences]
        right = all(difference.is_right for difference in differences)
        legend = Content.styled("That is right." if right else _LEGEND, "$good" if right else "$quiet")
        shown.update(Content("\n").join([*lines, legend]))

    def close(self) -> None:
        """Hide everything."""
        self.display = False

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go on to the next cloze, or submit them all."""
        message.stop()
        self._given.append(message.value)
        if len(self._given) < len(self._clozes):
            self._ask_next()
        else:
            self.post_message(self.Typed(tuple(self._given)))

    def action_leave(self) -> None:
        if self.is_open:
            self.close()
            self.post_message(self.Cancelled())


def drawn_difference(difference: Difference) -> Content:
    """A difference with its signs and colours."""
    pieces = [
        Content.styled(visible(SIGNS[piece.mark].format(piece.text), newlines=False), STYLES[piece.mark])
        for piece in difference.pieces
    ]
    return Content(" ").join(pieces)
