"""A word as it may have been meant: with one letter wrong, missing, extra, or swapped with the next."""

from __future__ import annotations

import re
from typing import Final

_LEAST: Final = 4
"""The least letters of a word with a typo."""
_LONGEST: Final = 24
"""The most letters of a word checked for typos."""


def slips(word: str) -> str:
    """A regular expression for a word with at most one typo; a short or very long word has none."""
    if not may_slip(word):
        return re.escape(word)
    tails: list[str] = [re.escape(word[1:])]
    for place in range(1, len(word)):  # the first letter is seldom wrong
        head, here, tail = map(re.escape, (word[1:place], word[place], word[place + 1 :]))
        tails += [f"{head}.{tail}", f"{head}{tail}", f"{head}.{here}{tail}"]
        if place + 1 < len(word):
            tails.append(f"{head}{re.escape(word[place + 1])}{here}{re.escape(word[place + 2 :])}")
    return f"{re.escape(word[0])}(?:{'|'.join(dict.fromkeys(tails))})|{re.escape(word[1] + word[0] + word[2:])}"


def fragments(word: str) -> tuple[str, ...]:
    """Parts of a word, at least one of which is in every text with the word or one of its typos.

    A typo leaves one half as it is, unless it swaps the two letters in the middle.
    """
    if not may_slip(word):
        return (word,)
    half = len(word) // 2
    swapped = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
    return (word[:half], word[half:], swapped)


def may_slip(word: str) -> bool:
    """Whether typos in a word are looked for."""
    return _LEAST <= len(word) <= _LONGEST
