"""A note as rows: what a vault knows of it and of its cards, as values that `marshal` can carry.

They come from the same questions as the note that `parse_note` makes (`core.notes.questions`); no headings are read
and no hashes worked out.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from functools import lru_cache
from math import isfinite
from typing import Any, Final, NamedTuple

from studyapp.core.disk.cache import microseconds
from studyapp.core.errors import Problem, Severity
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.clozes import ClozePatterns
from studyapp.core.notes.note import Note
from studyapp.core.notes.questions import read_questions
from studyapp.core.notes.sides import Clozes, sides
from studyapp.core.schedule.entries import Schedule, Sm2, is_learning
from studyapp.core.settings.model import Settings
from studyapp.core.text.folded import searched, shown_of
from studyapp.core.text.front_matter import aliases_of
from studyapp.core.text.note_text import NoteText

NEW, LEARNING, REVIEWED = range(3)
"""Where a card stands: never reviewed; without an interval at present; with one."""

CardValues = tuple[int | float | None, ...]
"""What rows hold of a card's schedule: in full, `ALL_COLUMNS`; what it lacks, or is not a number, is None. The values
of nearly all cards are fewer; `COLUMNS` says what such a number of them stands for.

`day` is the ordinal of an SM-2 card's due day, `moment` the microseconds from 1970 to an FSRS card's due time."""
ALL_COLUMNS: Final = ("state", "day", "moment", "ivl", "ease", "s", "d", "lapses", "reps")
COLUMNS: Final = {
    len(names): names
    for names in (
        (),
        ("state", "day", "ivl", "ease"),
        ("state", "moment", "ivl", "s", "d", "lapses", "reps"),
        ALL_COLUMNS,
    )
}
"""What the values of a card stand for, by their number: of a new card, one of SM-2, one of FSRS, any other."""
UNSEEN: Final[CardValues] = ()


NoteCard = tuple[int, int, CardValues]
"""A card's side, which of the combinations of decks in `NoteRows.decks` it is in, and its values."""

ProblemValues = tuple[str, int | None, str, str, str]

CardSigns = tuple[str, str, str, str, tuple[str, ...]]
"""What cards are cut by: the settings of the names in `_SIGNS`."""
_SIGNS: Final = (
    "single_line_card_separator",
    "single_line_reversed_card_separator",
    "multiline_card_separator",
    "multiline_reversed_card_separator",
    "cloze_patterns",
)

HeldQuestion = tuple[int, int, int, str, int, str | None, int, int, str, str, int]
"""`number, decks, occurrence, kind, line, block_id, cards, copies, entries, text, begin` of a question with cards: as
`QuestionRow` has them, but

- `decks` is which of the combinations of the note;
- `entries` joined by `!`, which none of them holds; empty where there are none (see `entries_of`);
- `text` is what its key and its hash are made from, by `names_of`; at `begin` begins what its cards are cut from."""


class NoteRows(NamedTuple):
    """A note; as a plain `tuple`, which `NoteRows(*values)` turns back, `marshal` can carry it.

    `held` is what counting, ordering and dating the cards does not need: it is kept as it is until it is asked for.
    """

    digest: str
    decks: tuple[tuple[str, ...], ...] = ()
    """The combinations of decks that its cards are in."""
    cards: tuple[NoteCard, ...] = ()
    multi: int = 0
    """How many schedules its questions on several lines hold; see `MULTI`."""
    held: bytes = b""
    """See `NoteHeld`; empty where there are no cards."""
    problems: tuple[ProblemValues, ...] = ()
    """`code, line, message, remedy, severity`; see `problems_of`."""
    aliases: tuple[str, ...] = ()
    """The other names that its front matter gives it."""
    tags: tuple[str, ...] = ()
    """As `Note.tags`."""


class NoteHeld(NamedTuple):
    """What a note's questions and the texts of their cards are made of."""

    signs: CardSigns
    questions: tuple[HeldQuestion, ...]


MULTI: Final = {Kind.MULTI_BASIC.value: 0, Kind.MULTI_REVERSED.value: 2}
"""The bit, in `NoteRows.multi`, of a kind of which a question holds one schedule; the next bit: another number."""


_NAMES: Final = {kind: kind.value for kind in Kind}
"""Twice as fast as asking each time."""


def unpacked(held: bytes) -> NoteHeld:
    """What `NoteRows.held` holds."""
    return NoteHeld(*marshal.loads(held))  # noqa: S302 - of this program


def rows_of(path: str, raw: bytes, settings: Settings, note: Note | None = None) -> NoteRows:
    """The rows of a note, which may be parsed already; never raises, whatever the bytes are."""
    read = note or read_questions(path, NoteText(raw), settings)
    decks: dict[tuple[str, ...], int] = {}
    questions: list[HeldQuestion] = []
    made: list[NoteCard] = []
    multi = 0
    for number, one in enumerate(read.questions):
        entries, cards, kind = one.entries, one.sides, _NAMES[one.kind]
        if kind in MULTI and entries:
            multi |= 1 << MULTI[kind] + (len(entries) != 1)
        if not cards:
            continue
        place = decks.setdefault(one.decks, len(decks))
        questions.append(
            (
                number,
                place,
                one.occurrence,
                kind,
                one.first_line + 1,
                one.block_id,
                cards,
                read.copies[one.lasting],
                "!".join(one.raws) if entries else "",
                one.text,
                len(one.text) - len(one.body),
            )
        )
        scheduled = len(entries)
        for side in range(cards):
            schedule = entries[side].schedule if side < scheduled else None
            made.append((side, place, UNSEEN if schedule is None else values_of(schedule)))
    return NoteRows(
        read.digest,
        tuple(decks),
        tuple(made),
        multi,
        marshal.dumps((_signs(settings), tuple(questions)), 2) if questions else b"",
        tuple((one.code, one.line, one.message, one.remedy, one.severity.value) for one in read.problems),
        tuple(aliases_of(read.front_matter.values)),
        read.tags,
    )


@lru_cache(maxsize=8)
def _signs(settings: Settings) -> CardSigns:
    return tuple(getattr(settings, name) for name in _SIGNS)


@lru_cache(maxsize=8)
def _settings(signs: CardSigns) -> Settings:
    values: dict[str, Any] = dict(zip(_SIGNS, signs, strict=True))
    return Settings(**values)


def texts_of(signs: CardSigns, question: HeldQuestion) -> list[tuple[str, str]]:
    """Of each card of a question what a list shows, and what a search looks into."""
    settings, kind, body = _settings(signs), Kind(question[3]), question[9][question[10] :]
    clozes = None
    if kind is Kind.CLOZE:
        clozes = Clozes(body, tuple(ClozePatterns.of(settings.cloze_patterns).clozes_of(body)), question[6])
    return [(shown_of(front), searched(front, back)) for front, back in sides(kind, body, settings, clozes)]


def values_of(schedule: Schedule) -> CardValues:
    """What rows hold of a schedule."""
    state = LEARNING if is_learning(schedule) else REVIEWED
    interval = schedule.interval
    ivl = interval if isfinite(interval) else None
    if isinstance(schedule, Sm2):
        ease = schedule.ease
        if (due := schedule.due) is not None and ivl is not None and isfinite(ease):
            return state, due.toordinal(), ivl, ease
        return without_gaps((state, None if due is None else due.toordinal(), None, ivl, _number(ease), *[None] * 4))
    moment = None if schedule.due is None else microseconds(schedule.due)
    s, d = _number(schedule.stability), _number(schedule.difficulty)
    return without_gaps((state, None, moment, ivl, None, s, d, schedule.lapses, schedule.reps))


def without_gaps(values: CardValues) -> CardValues:
    """Values of all columns without those that are not there, where the others are."""
    state, day, moment, ivl, ease, s, d, lapses, reps = values
    if state == NEW:
        return UNSEEN
    short: CardValues
    others: CardValues
    if moment is None:
        short, others = (state, day, ivl, ease), (s, d, lapses, reps)
    else:
        short, others = (state, moment, ivl, s, d, lapses, reps), (day, ease)
    return short if None not in short and others.count(None) == len(others) else values


def _number(value: float) -> float | None:
    return value if isfinite(value) else None


def entries_of(joined: str) -> tuple[str, ...]:
    """A question's schedule entries, as they stand."""
    return tuple(joined.split("!")) if joined else ()


def problems_of(path: str, problems: Iterable[ProblemValues]) -> tuple[Problem, ...]:
    """What is wrong or surprising in a note, from `NoteRows.problems`."""
    return tuple(
        Problem(code, path, line, message, remedy, Severity(severity))
        for code, line, message, remedy, severity in problems
    )
