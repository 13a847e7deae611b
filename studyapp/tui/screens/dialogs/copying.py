"""What can be copied here, as a list with a number for each kind of part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from studyapp.tui import keys
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.wording.copies import Copy

_PARTS: Final = {
    "the answer": "answer",
    "the question": "question",
    "the whole card": "whole",
    "the whole note": "whole",
}
_WHOLE: Final = "the whole"


class CopyScreen(ChooseScreen):
    """Closes with the number of the part to copy."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.COPY, "screen.choose", "Copy the marked part", show=False, id="copy.choose"),
        Binding(keys.NUMBERS[0], "take('answer')", "The answer", show=False, id="copy.answer"),
        Binding(keys.NUMBERS[1], "take('question')", "The question", show=False, id="copy.question"),
        Binding(keys.NUMBERS[2], "take('code')", "The first code block", show=False, id="copy.code"),
        Binding(keys.NUMBERS[3], "take('whole')", "The whole card or note", show=False, id="copy.whole"),
    ]

    def __init__(self, copies: Sequence[Copy]) -> None:
        """Make the screen for the parts that can be copied."""
        self._copies = copies
        self._parts = [_part(copy) for copy in copies]
        super().__init__("Copy", (), act="Copy", typing=False)

    def compose(self) -> ComposeResult:
        """Each part with its key."""
        firsts = {part: self._parts.index(part) for part in self._parts if part}
        bound = {number: keys.key_of(self, f"copy.{part}") for part, number in firsts.items()}
        wide = max(map(len, bound.values()), default=0)
        self._lines = tuple(
            Choice(str(number), f"{bound.get(number, '').ljust(wide)}  {_named(copy)}", _remark(copy))
            for number, copy in enumerate(self._copies)
        )
        yield from super().compose()

    def action_take(self, part: str) -> None:
        """Copy the first part of that kind."""
        if part in self._parts:
            self.dismiss(str(self._parts.index(part)))


def _part(copy: Copy) -> str:
    return _PARTS.get(copy.name, "code" if copy.name.startswith("code") else "")


def _named(copy: Copy) -> str:
    name = copy.name.removeprefix("the ")
    return f"{name[:1].upper()}{name[1:]}"


def _remark(copy: Copy) -> str:
    """Its first words; none for a whole card, which may start with its answer."""
    return "" if copy.name.startswith(_WHOLE) else copy.preview[:80]


def when_chosen(copies: Sequence[Copy], copy: Callable[[Copy], None]) -> Callable[[str | None], None]:
    """The part that the screen closes with."""

    def closed(number: str | None) -> None:
        if number is not None:
            copy(copies[int(number)])

    return closed
