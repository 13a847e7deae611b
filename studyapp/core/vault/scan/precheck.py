"""A quick test that a note can have no cards, so that it need not be parsed: most notes of many vaults."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from studyapp.core.notes.clozes import ClozePatterns
from studyapp.core.notes.problems import CONFLICT
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import as_bytes
from studyapp.core.text.regex import regex

_FRONT_MATTER = (b"---", b"\xef\xbb\xbf---")
_ALIAS = regex(rb"alias", re.IGNORECASE)
_EDGE = rb"[^!-~]"
"""A byte that may be, or be a part of, white space."""
_WORD = regex(r"#[^\W\d_][^#]*")
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
    return (tags is None or tags.found_in(raw)) and (separators is None or separators.found_in(raw))


class _Signs(Struct, frozen=True):
    """Texts, one of which must be in a note."""

    texts: tuple[bytes, ...]
    """Searched for first: nearly all relevant notes contain one of them, and a plain search is faster."""
    pattern: re.Pattern[bytes] | None = None

    def found_in(self, raw: bytes) -> bool:
        """Whether a note contains one of them."""
        for text in self.texts:  # called for every note: twice as fast as a generator
            if text in raw:
                return True
        return self.pattern is not None and self.pattern.search(raw) is not None


@lru_cache(maxsize=8)
def _signs(settings: Settings) -> tuple[_Signs | None, _Signs | None]:
    """What every note with cards contains: a tag, and a separator or the start of a cloze; None for anything."""
    return None if settings.convert_folders_to_decks else _tags(settings), _separators(settings)


def _tags(settings: Settings) -> _Signs | None:
    names = settings.flashcard_tags
    if not all(_WORD.fullmatch(name) and name.lower() not in _NO_WORDS for name in names):
        return None
    return _Signs(tuple(as_bytes(name.removeprefix("#")) for name in names))


def _separators(settings: Settings) -> _Signs | None:
    openings = [pattern.opening for pattern in ClozePatterns.of(settings.cloze_patterns).patterns]
    if not all(openings):
        return None
    inline = (settings.single_line_card_separator, settings.single_line_reversed_card_separator)
    alone = (settings.multiline_card_separator, settings.multiline_reversed_card_separator)
    on_lines = [
        rb"(?:\A|" + _EDGE + b")" + re.escape(as_bytes(text)) + b"(?:" + _EDGE + rb"|\Z)" for text in alone if text
    ]
    return _Signs(
        tuple(as_bytes(text) for text in (*inline, *openings, OPEN, CONFLICT) if text),
        re.compile(b"|".join(on_lines)) if on_lines else None,
    )
