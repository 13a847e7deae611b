"""Names as they are compared: `ü` is one character in some names and two in others, and both are the same name.

A Mac writes file names with two, other systems with one; a sync keeps them as they were. Files are opened by the name
that they have; what the user or a note calls them is looked up here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final
from unicodedata import combining, normalize

from studyapp.core.text.regex import regex

_JAMO: Final = regex("[\u1160-\u11ff]")
"""What can continue a Korean syllable."""


def composed(name: str) -> str:
    """A name with each letter in as few characters as possible."""
    return name if name.isascii() else normalize("NFC", name)


def as_compared(name: str) -> str:
    """The form of a name that is shared by all names that differ only in case or in how letters are composed."""
    return name.lower() if name.isascii() else composed(composed(name).casefold())


def as_known(name: str, known: Collection[str]) -> str:
    """The known name that is equal; the name itself if there is none, or several."""
    if name in known or name.isascii():
        return name
    wanted = composed(name)
    same = [one for one in known if not one.isascii() and composed(one) == wanted]
    return same[0] if len(same) == 1 else name


def word_places(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where words occur in a text, ignoring case and how letters are composed: starts and ends."""
    wanted = as_compared(words)
    starts: list[int] = []
    """For each character compared, where the letter starts in the text that it comes from."""
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
    """Each character of a text with the accents after it."""
    starts = [at for at, char in enumerate(text) if not at or not (combining(char) or _JAMO.match(char))]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))
