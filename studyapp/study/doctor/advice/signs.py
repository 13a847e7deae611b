"""What is around schedules without a card: possible separators, end markers and deck tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from studyapp.core.notes.outline import upwards
from studyapp.core.settings.model import BOLD_CLOZE, CURLY_CLOZE, HIGHLIGHT_CLOZE, Settings
from studyapp.core.text.note_text import trim
from studyapp.study.doctor.comments import IN_COMMENTS
from studyapp.study.doctor.subject import Subject

INLINE: Final = ("::", ":::", ";;", ";;;", "->->->", "→", "⇌", ":@:", ":: ", "==>", ">>", "|||", "::::")
LINES: Final = ("?", "??", "???", "!---", "?---?", "&&&", "---?", "%%%")
"""Separators that public vaults use."""
_MOST: Final = 400
"""The most comments of a vault considered."""
_TRIED: Final = 8
"""The most candidates of each kind tried."""
_FARTHEST: Final = 60
"""How many lines above a comment may hold its separator."""
_LONGEST: Final = 24
"""The most letters of a line that may be a separator."""
_RUN: Final = re.compile(r"(?<=\S) ?([^\w\s]{1,12}) ?(?=\S)|(?<= )([^\w\s]{1,12})(?= )")
_BEFORE: Final = ".,!?)]}\"'*`$”’»_"
"""Characters that may end a question."""
_BEHIND: Final = "([{\"'*`$“‘«_#"
"""Characters that may start an answer."""
_PROSE: Final = frozenset(".,!?'\"()[]{}*#$\\<>`-“”‘’…&%/_")
"""Characters that are common on their own."""
_PAIRED: Final = frozenset("()[]{}'\"`*“”‘’$")
"""Characters that surround words."""
_NEVER: Final = re.compile(r"<!--|```|~~~|\$\$|#|(?:[-*+]|\d+[.)])[ \t]+\S|\|?[ \t:|-]*\|[ \t:|-]*$")
"""How lines start that separate nothing: comments, fences, formulas, tags, headings, items, table rules."""
_COMMON: Final = frozenset("!#$%&*+,-./:;<=>?@^_|~–—")
"""Characters between the words of prose and in tables, with or without spaces around them."""
_JUNK: Final = 25.0
_JUNK_OF_OTHERS: Final = 4.0
_JUNK_OF_ONE: Final = 0.5
"""How many cards without a schedule may come with each that has one: with a separator that other vaults use, with an
unfamiliar one, with a single sign such as a colon or a dash.
"""
_WORD: Final = re.compile(r"\w")


class Signs(Struct):
    """How often each candidate was seen around the orphans of one vault."""

    looked_at: int = 0
    inline: Counter[str] = field(default_factory=Counter)
    """Candidates within the line above."""
    lines: Counter[str] = field(default_factory=Counter)
    """Short lines below other text."""
    ends: Counter[str] = field(default_factory=Counter)
    """Short lines around the comment."""
    tags: Counter[str] = field(default_factory=Counter)
    """Tags of notes without a deck tag, each with its parent tags; a note counts once for each of its comments."""

    @property
    def wants_more(self) -> bool:
        """Whether more comments can be considered."""
        return self.looked_at < _MOST

    def look(self, subject: Subject, orphans: Sequence[tuple[int, str]]) -> None:
        """Count what is around comments, given by line and text."""
        bounds = sorted(subject.marked)
        for line, text in orphans[: max(0, _MOST - self.looked_at)]:
            self.looked_at += 1
            above = max((one for one in bounds if one < line), default=subject.first - 1) + 1
            beside = trim(subject.lines[line].replace(text, ""))
            region = [trim(one) for one in subject.lines[max(above, line - _FARTHEST) : line]]
            nearest = beside or next((one for one in reversed(region) if one), "")
            self.inline.update(set(_within(nearest[:400])))
            inner = {one for over, one, below in zip(region, region[1:], region[2:], strict=False) if over and below}
            self.lines.update(filter(_may_separate, inner))
            self.ends.update(filter(_may_separate, {nearest, *map(trim, subject.lines[line + 1 : line + 3])}))

    def add_tags(self, tags: Iterable[str], weight: int) -> None:
        """Count the tags of a note without a deck tag."""
        for name in {above for tag in tags for above in upwards(tag)}:
            self.tags[name] += weight


def _within(line: str) -> Iterator[str]:
    """The candidates between words of a line, with and without surrounding characters.

    One that is in every schedule comment would turn comments into cards; it counts only with spaces around it.
    """
    for run in {one or other for one, other in _RUN.findall(line)}:
        for sign in {run, _core(run)} - _PROSE - {"://"}:
            if sign in IN_COMMENTS:
                yield from (blanks for blanks in (f" {sign} ",) if blanks in line)
            elif not _PAIRED.issuperset(sign):
                yield sign
    yield from (sign for sign in INLINE if sign in line and not _RUN.fullmatch(sign))
    yield from (f" {sign} " for sign in "-–—=|/:;>~+" if f" {sign} " in line)


def _may_separate(line: str) -> bool:
    return 0 < len(line) <= _LONGEST and not _NEVER.match(line)


class Variant(Struct, frozen=True):
    """Settings with other values."""

    values: tuple[tuple[str, Any], ...]
    junk: float = _JUNK
    """How many cards without a schedule may come with each that has one."""
    share: float = 0.05
    """The share of the initially unexplained schedules that it must explain."""

    def of(self, settings: Settings) -> Settings:
        """The settings with these values."""
        return replace(settings, **dict(self.values))


_INLINE_NAMES: Final = ("single_line_card_separator", "single_line_reversed_card_separator")
_LINE_NAMES: Final = ("multiline_card_separator", "multiline_reversed_card_separator")


def separators(signs: Signs, settings: Settings) -> list[Variant]:
    """Other settings for the text of cards, the likeliest of each kind first."""
    changes: list[Variant] = []
    for names, seen, known in ((_INLINE_NAMES, signs.inline, INLINE), (_LINE_NAMES, signs.lines, LINES)):
        found = [*_likely(known, seen, signs.looked_at), getattr(settings, names[1])]
        changes += [_separator(names, place, sign, known, settings) for sign in found for place in (0, 1)]
    changes += ends(signs)
    patterns = settings.cloze_patterns
    extra = [one for one in (HIGHLIGHT_CLOZE, BOLD_CLOZE, CURLY_CLOZE) if one not in patterns]
    changes += [Variant((("cloze_patterns", (*patterns, one)),), _JUNK_OF_OTHERS, 0.3) for one in extra]
    return [change for change in changes if change.of(settings) != settings]


def ends(signs: Signs) -> list[Variant]:
    """Possible end markers."""
    name = "multiline_card_end_marker"
    found = [sign for sign in _likely((), signs.ends, signs.looked_at) if sign not in LINES]
    return [Variant(((name, sign),)) for sign in found]


def _separator(names: tuple[str, str], place: int, sign: str, known: Sequence[str], settings: Settings) -> Variant:
    """One separator; two kinds of cards never share one, so the other kind's may have to change."""
    name, other = names[place], names[1 - place]
    values = [(name, sign)]
    if getattr(settings, other) == sign:
        values.append((other, "???" if sign == "??" and place == 0 else getattr(settings, name)))
    is_common = names is _INLINE_NAMES and sign.strip() in _COMMON
    return Variant(tuple(values), _JUNK if sign in known else _JUNK_OF_ONE if is_common else _JUNK_OF_OTHERS)


def _likely(known: Sequence[str], seen: Counter[str], of: int) -> list[str]:
    """The candidates seen, most frequent first; of equally frequent ones, those in use elsewhere.

    Left out is a sign with blanks or brackets around a sign that is as frequent (`->` beside ` -> `, not beside
    `<->`), and a word that appears only now and then.
    """
    ranked = sorted(
        (sign for sign in seen if not _WORD.search(sign) or seen[sign] * 5 >= max(of, 15)),
        key=lambda sign: (-seen[sign], known.index(sign) if sign in known else len(known), -len(sign), sign),
    )[: 4 * _TRIED]
    kept = [
        sign
        for sign in ranked
        if sign in known
        or not any(sign != other and sign == _core(other).strip() and seen[other] >= seen[sign] for other in ranked)
    ]
    return kept[:_TRIED]


def _core(sign: str) -> str:
    return sign.lstrip(_BEFORE).rstrip(_BEHIND) or sign
