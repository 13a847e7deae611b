"""What can be copied here, as a list with a number for each kind of part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class CopyScreen(ChooseScreen[Copy]):
    """Closes with the part to copy."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.COPY, "screen.choose", "Copy the marked part", show=False, id="copy.choose"),
        Binding(keys.NUMBERS[0], "take('answer')", "The answer", show=False, id="copy.answer"),
        Binding(keys.NUMBERS[1], "take('question')", "The question", show=False, id="copy.question"),
        Binding(keys.NUMBERS[2], "take('code')", "The first code block", show=False, id="copy.code"),
        Binding(keys.NUMBERS[3], "take('whole')", "The whole card or note", show=False, id="copy.whole"),
    ]

    def __init__(self, copies: Sequence[Copy]) -> None:
        self._copies = copies
        self._firsts = {part: copy for copy in reversed(copies) if (part := _part(copy))}
        """The first copy of each kind of part."""
        super().__init__("Copy", (), act="Copy", typing=False)

    def compose(self) -> ComposeResult:
        bound = {part: keys.key_of(self, f"copy.{part}") for part in self._firsts}
        wide = max(map(len, bound.values()), default=0)
        self._lines = tuple(
            Choice(
                copy,
                f"{self._key(copy, bound).ljust(wide)}  {_named(copy)}",
                "" if _part(copy) == "whole" else copy.preview[:80],
            )
            for copy in self._copies
        )
        yield from super().compose()

    def action_take(self, part: str) -> None:
        if part in self._firsts:
            self.dismiss(self._firsts[part])

    def _key(self, copy: Copy, bound: Mapping[str, str]) -> str:
        """The key that copies it, if it is the first of its kind."""
        part = _part(copy)
        return bound[part] if part and self._firsts[part] is copy else ""


def _part(copy: Copy) -> str:
    return _PARTS.get(copy.name, "code" if copy.name.startswith("code") else "")


def _named(copy: Copy) -> str:
    name = copy.name.removeprefix("the ")
    return f"{name[:1].upper()}{name[1:]}"
