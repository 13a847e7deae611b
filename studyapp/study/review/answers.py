"""A typed answer compared with the real one, word by word.

Case, punctuation and Markdown do not count: the user should recall, not typeset.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from msgspec import Struct

from studyapp.core.text.spoken import spoken

MOST_WORDS: Final = 2000
"""The most words compared; the rest is left as it is."""


class Match(StrEnum):
    """How a run of words relates to the answer."""

    SAME = "same"
    MISSING = "missing"
    """In the answer, but not typed."""
    EXTRA = "extra"
    """Typed, but not in the answer."""


class Words(Struct, frozen=True):
    """A run of words of one kind."""

    text: str
    mark: Match


class Difference(Struct, frozen=True):
    """The answer and the typed text, woven into one."""

    pieces: tuple[Words, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing and nothing is extra."""
        return all(piece.mark is Match.SAME for piece in self.pieces)

    def __str__(self) -> str:
        """The difference as plain text: `[-typed] [+answer]`."""
        signs = {Match.SAME: "{}", Match.MISSING: "[+{}]", Match.EXTRA: "[-{}]"}
        return " ".join(signs[piece.mark].format(piece.text) for piece in self.pieces)


def compare_answer(answer: str, typed: str) -> Difference:
    """Compare a typed text with an answer in Markdown."""
    wanted, given = " ".join(spoken(answer, labels=False)).split()[:MOST_WORDS], typed.split()[:MOST_WORDS]
    if _together(wanted) == _together(given):  # `soft-prompt` for `soft prompt`
        return Difference(tuple(_pieces([(Match.SAME, wanted)])))
    matcher = SequenceMatcher(None, [_key(word) for word in wanted], [_key(word) for word in given], autojunk=False)
    runs: list[tuple[Match, list[str]]] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            runs.append((Match.SAME, wanted[start:end]))
        else:
            runs += [(Match.EXTRA, given[first:last]), (Match.MISSING, wanted[start:end])]
    return Difference(tuple(_pieces(runs)))


def _pieces(runs: Iterable[tuple[Match, list[str]]]) -> Iterator[Words]:
    """Runs with words; punctuation alone is no mistake."""
    for mark, words in runs:
        counts = bool(words) if mark is Match.SAME else any(map(_key, words))
        if counts:
            yield Words(" ".join(words), mark)


def _key(word: str) -> str:
    """A word for comparison: letters, digits and mathematical signs, whatever their case."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(char for char in folded if char.isalnum() or unicodedata.category(char) in ("Sm", "Mn", "Mc"))


def _together(words: Iterable[str]) -> str:
    return "".join(map(_key, words))
