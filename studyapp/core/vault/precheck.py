"""Tell from its bytes that a note can have no cards, so that it need not be parsed: most notes of many vaults."""

from __future__ import annotations

import re
from functools import lru_cache

from studyapp.core.notes.clozes import ClozePatterns
from studyapp.core.notes.problems import CONFLICT
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.load import Settings

_FRONT_MATTER = (b"---", b"\xef\xbb\xbf---")
_ALIAS = re.compile(rb"alias", re.IGNORECASE)
_EDGE = rb"[^!-~]"
"""A byte that may be, or be a part of, white space."""
_WORD = re.compile(r"#[^\W\d_][^#]*")
"""A tag that YAML can only write as it is, or with escapes."""
_NO_WORDS = frozenset(["#true", "#false", "#null", "#nan", "#infinity"])


def may_matter(raw: bytes, settings: Settings) -> bool:
    """Whether a note may have cards, orphaned schedules, merge conflicts or other names; False is certain."""
    if raw.startswith(_FRONT_MATTER):
        end = raw.find(b"\n---", 3)
        front = raw if end < 0 else raw[:end]
        if b"\\" in front or _ALIAS.search(front):
            return True
    tags, separators = _signs(settings)
    return (tags is None or tags.search(raw) is not None) and (
        separators is None or separators.search(raw) is not None
    )


@lru_cache(maxsize=8)
def _signs(settings: Settings) -> tuple[re.Pattern[bytes] | None, re.Pattern[bytes] | None]:
    """What every note with cards has: a tag, and a separator or the beginning of a cloze; None for anything."""
    return None if settings.convert_folders_to_decks else _tags(settings), _separators(settings)


def _tags(settings: Settings) -> re.Pattern[bytes] | None:
    names = settings.flashcard_tags
    if not all(_WORD.fullmatch(name) and name.lower() not in _NO_WORDS for name in names):
        return None
    return re.compile(b"|".join(_bytes(name.removeprefix("#")) for name in names) or b"(?!)")


def _separators(settings: Settings) -> re.Pattern[bytes] | None:
    openings = [pattern.opening for pattern in ClozePatterns.of(settings.cloze_patterns).patterns]
    if not all(openings):
        return None
    inline = (settings.single_line_card_separator, settings.single_line_reversed_card_separator)
    alone = (settings.multiline_card_separator, settings.multiline_reversed_card_separator)
    anywhere = [_bytes(text) for text in (*inline, *openings, OPEN, CONFLICT) if text]
    on_lines = [rb"(?:\A|" + _EDGE + b")" + _bytes(text) + b"(?:" + _EDGE + rb"|\Z)" for text in alone if text]
    return re.compile(b"|".join((*anywhere, *on_lines)))


def _bytes(text: str) -> bytes:
    return re.escape(text.encode("utf-8", "surrogateescape"))
