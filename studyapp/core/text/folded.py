"""Text as a search compares it, and as a list shows it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from studyapp.core.text.regex import regex

_SHOWN: Final = 200
"""The most characters of a front in a list."""
_ACCENTS: Final = regex("[\u0300-\u036f]+")
"""The accents of Latin, Greek and Cyrillic; marks of other scripts tell words apart."""
_NO_TEXT: Final = regex("[\x00\ud800-\udfff]")
"""What SQLite takes for an end, or cannot store."""


def fold(text: str) -> str:
    """Text without case, accents and extra spaces; apply it to both the query and the cards before comparing."""
    if text.isascii():
        if (
            text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]
        ):  # nearly all: a third of the time
            return text.lower()
    else:
        text = unicodedata.normalize("NFKD", text).casefold()
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", _NO_TEXT.sub("\ufffd", text)))
    return " ".join(text.lower().replace("\x00", "\ufffd").split())


def places_of(texts: Iterable[str], shown: str) -> list[tuple[int, int]]:
    """Where folded texts occur in a displayed text: half-open ranges, in order, disjoint."""
    folded, origin = "", []
    for at, character in enumerate(shown):
        part = " " if character.isspace() else fold(character)
        folded += part
        origin += [at] * len(part)
    taken = [False] * len(shown)
    for text in filter(None, texts):
        start = folded.find(text)
        while start >= 0:
            first, last = origin[start], origin[start + len(text) - 1]
            taken[first : last + 1] = [True] * (last + 1 - first)
            start = folded.find(text, start + len(text))
    edges = [at for at in range(len(shown) + 1) if (at < len(shown) and taken[at]) != (at > 0 and taken[at - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def searched(front: str, back: str) -> str:
    """What searches see of a card: its folded sides, on a line each; one of them if they are equal."""
    one, other = fold(front), fold(back)
    return one if one == other else f"{one}\n{other}"


def shown_of(front: str) -> str:
    """The start of a front, as lists show it."""
    return front[:_SHOWN].encode("utf-8", "replace").decode()
