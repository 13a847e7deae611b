"""What can be copied here, as a list with a letter for each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from studyapp.tui.screens.choose import Choice, ChooseScreen
from studyapp.wording.copies import Copy

_LETTERS: Final = {"the answer": "a", "the question": "q", "the whole card": "w", "the whole note": "w"}
_WHOLE: Final = "the whole"


class CopyScreen(ChooseScreen):
    """Closes with the number of the part to copy."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "screen.choose", "Copy the marked part", show=False, id="copy.choose"),
        Binding("a", "take('a')", "The answer", show=False, id="copy.answer"),
        Binding("q", "take('q')", "The question", show=False, id="copy.question"),
        Binding("c", "take('c')", "The first code block", show=False, id="copy.code"),
        Binding("w", "take('w')", "The whole card or note", show=False, id="copy.whole"),
        Binding("j", "move(1)", "Down", show=False, id="copy.down"),
        Binding("k", "move(-1)", "Up", show=False, id="copy.up"),
    ]

    def __init__(self, copies: Sequence[Copy]) -> None:
        """Make the screen for the parts that can be copied."""
        self._letters = [_letter(copy) for copy in copies]
        lines = [
            Choice(str(number), _named(copy, letter if letter not in self._letters[:number] else " "), _remark(copy))
            for number, (copy, letter) in enumerate(zip(copies, self._letters, strict=True))
        ]
        super().__init__("Copy", lines, act="Copy", typing=False)

    def action_take(self, letter: str) -> None:
        """Copy the first part with that letter."""
        if letter in self._letters:
            self.dismiss(str(self._letters.index(letter)))


def _letter(copy: Copy) -> str:
    return _LETTERS.get(copy.name, "c" if copy.name.startswith("code") else " ")


def _named(copy: Copy, letter: str) -> str:
    name = copy.name.removeprefix("the ")
    return f"{letter}  {name[:1].upper()}{name[1:]}"


def _remark(copy: Copy) -> str:
    """Its first words; none for a whole card, which may start with its answer."""
    return "" if copy.name.startswith(_WHOLE) else copy.preview[:80]


def chosen(copies: Sequence[Copy], copy: Callable[[Copy], None]) -> Callable[[str | None], None]:
    """The part that the screen closes with."""

    def closed(number: str | None) -> None:
        if number is not None:
            copy(copies[int(number)])

    return closed
