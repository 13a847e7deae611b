"""Names as they are compared: `ü` is one character in some names and two in others, and both are the same name.

A Mac writes file names with two, other systems with one; a sync keeps them as they were. Files are opened by the name
that they have; what a person or a note calls them is looked up here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final
from unicodedata import combining, normalize

_JAMO: Final = re.compile("[\u1160-\u11ff]")
"""What goes on with a Korean syllable."""


def composed(name: str) -> str:
    """A name with each letter in as few characters as may be."""
    return name if name.isascii() else normalize("NFC", name)


def as_compared(name: str) -> str:
    """A name by which others are found that differ in capitals or in the form of their letters only."""
    return composed(composed(name).casefold())


def as_known(name: str, known: Collection[str]) -> str:
    """The one of the known names that is the same; the name itself where none is, or several are."""
    if name in known or name.isascii():
        return name
    wanted = composed(name)
    same = [one for one in known if not one.isascii() and composed(one) == wanted]
    return same[0] if len(same) == 1 else name


def places_of(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a text, in whatever capitals and form of their letters: the beginnings and ends."""
    wanted = as_compared(words)
    starts: list[int] = []
    """Where the letter of the text begins that each character of what is compared comes from."""
    if text.isascii():
        folded = text.casefold()
    else:
        letters = _letters(text)
        pieces = [as_compared(text[start:end]) for start, end in letters]
        folded = "".join(pieces)
        starts = [start for (start, _), piece in zip(letters, pieces, strict=True) for _ in piece]
    starts = [*(starts or range(len(text))), len(text)]
    found = folded.find(wanted) if wanted else -1
    while found >= 0:
        last = starts[found + len(wanted) - 1]
        yield starts[found], next((one for one in starts[found + len(wanted) :] if one > last), len(text))
        found = folded.find(wanted, found + len(wanted))


def _letters(text: str) -> list[tuple[int, int]]:
    """Each character of a text with the accents behind it."""
    starts = [at for at, char in enumerate(text) if not at or not (combining(char) or _JAMO.match(char))]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))
