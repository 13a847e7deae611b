"""Text as a search compares it, and as a list shows it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SHOWN: Final = 200
"""Characters of a front that a list may show."""
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
"""The accents of Latin, Greek and Cyrillic; marks of other scripts tell words apart."""
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
"""What SQLite takes for an end, or not at all."""


def fold(text: str) -> str:
    """Text without case, accents and extra spaces; apply it to both the query and the cards before comparing."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold()
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", _NO_TEXT.sub("\ufffd", text)))
    return " ".join(text.lower().replace("\x00", "\ufffd").split())


def searched(front: str, back: str) -> str:
    """What of a card is looked into: its folded sides, on a line each; one of them where they are the same."""
    one, other = fold(front), fold(back)
    return one if one == other else f"{one}\n{other}"


def shown_of(front: str) -> str:
    """The beginning of a front, as lists show it."""
    return front[:_SHOWN].encode("utf-8", "replace").decode()
