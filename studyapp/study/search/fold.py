"""Text as it is compared in a search: without case, without accents, with single spaces."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]+")
"""The accents of Latin, Greek and Cyrillic; marks of other scripts tell words apart."""
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What SQLite takes for an end, or not at all."""


def fold(text: str) -> str:
    """Fold a text; the same is done to what is searched and to what is searched for."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold()
        text = unicodedata.normalize("NFC", _MARKS.sub("", _NO_TEXT.sub("\ufffd", text)))
    return " ".join(text.lower().replace("\x00", "\ufffd").split())
