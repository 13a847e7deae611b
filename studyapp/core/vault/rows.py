"""A note as rows: what a vault knows of it and of its cards, as values that `marshal` can carry.

They come from the same questions as the note that `parse_note` makes (`core.notes.questions`); no headings are read
and no hashes worked out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from studyapp.core.disk.cache import microseconds
from studyapp.core.errors import Problem, Severity
from studyapp.core.notes.cards import FoundQuestion, sides_of
from studyapp.core.notes.links import aliases_of
from studyapp.core.notes.note import Note
from studyapp.core.notes.questions import read_questions
from studyapp.core.schedule.entries import Schedule, Sm2, is_learning
from studyapp.core.settings.model import Settings
from studyapp.core.text.folded import searched, shown_of
from studyapp.core.text.note_text import NoteText

NEW, LEARNING, REVIEWED = range(3)
"""Where a card stands: never reviewed; without an interval at present; with one."""

CardValues = tuple[
    int, int | None, int | None, float | None, float | None, float | None, float | None, int | None, int | None
]
"""`state, day, moment, ivl, ease, s, d, lapses, reps` of a card; what it has not, or is not a number, is None.

`day` is the ordinal of an SM-2 card's due day, `moment` the microseconds from 1970 to an FSRS card's due time."""
UNSEEN: CardValues = (NEW, None, None, None, None, None, None, None, None)

QuestionValues = tuple[int, str, tuple[str, ...], int, str | None, int, str, str, tuple[CardValues, ...]]
"""`occurrence, kind, decks, line, block_id, copies, entries, text, cards` of a question, in the note's order: as
`QuestionRow` has them, but

- `entries` joined by `!`, which none of them holds; empty where there are none (see `entries_of`);
- `text` is what its key and its hash are made from, by `names_of`;
- `cards` has one item for each card."""


ProblemValues = tuple[str, int | None, str, str, str]


class NoteRows(NamedTuple):
    """A note; as a plain `tuple`, which `NoteRows(*values)` turns back, `marshal` can carry it."""

    digest: str
    questions: tuple[QuestionValues, ...] = ()
    problems: tuple[ProblemValues, ...] = ()
    """`code, line, message, remedy, severity`; see `problems_of`."""
    aliases: tuple[str, ...] = ()
    """The other names that its front matter gives it."""
    tags: tuple[str, ...] = ()
    """As `Note.tags`."""
    texts: tuple[tuple[tuple[str, str], ...], ...] = ()
    """For each question those of its cards: what a list shows, what a search looks into."""


def rows_of(path: str, raw: bytes, settings: Settings) -> NoteRows:
    """The rows of a note; never raises, whatever the bytes are.

    Args:
        path: its own, by which it may be ignored, or be in a deck.
        raw: its bytes.
        settings: those that hold for it.
    """
    read = read_questions(path, NoteText(raw), settings)
    return NoteRows(
        read.digest,
        tuple(_question(found, read.copies[found.lasting]) for found in read.found),
        tuple((one.code, one.line, one.message, one.remedy, one.severity.value) for one in read.problems),
        tuple(aliases_of(read.front_matter.values)),
        read.tags or (),
        tuple(_texts(sides_of(found, settings)) for found in read.found),
    )


def rows_of_note(note: Note) -> NoteRows:
    """The rows of a note that is parsed already."""
    copies = Counter(question.key for question in note.questions)
    return NoteRows(
        note.digest,
        tuple(
            (
                question.occurrence,
                question.kind.value,
                question.decks,
                question.first_line + 1,
                question.block_id,
                copies[question.key],
                "!".join(question.raws),
                question.text,
                tuple(UNSEEN if card.schedule is None else values_of(card.schedule) for card in question.cards),
            )
            for question in note.questions
        ),
        tuple((one.code, one.line, one.message, one.remedy, one.severity.value) for one in note.problems),
        tuple(aliases_of(note.front_matter.values)),
        note.tags,
        tuple(_texts((card.front, card.back) for card in question.cards) for question in note.questions),
    )


def _question(found: FoundQuestion, copies: int) -> QuestionValues:
    block, parts, decks, entries, _, cards, _, occurrence = found
    known = [UNSEEN if entry.schedule is None else values_of(entry.schedule) for entry in entries[:cards]]
    known += [UNSEEN] * (cards - len(known))
    return (
        occurrence,
        block.kind.value,
        decks,
        block.first_line + 1,
        parts.block_id,
        copies,
        "!".join([entry.raw for entry in entries]) if entries else "",
        parts.text,
        tuple(known),
    )


def _texts(sides: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((shown_of(front), searched(front, back)) for front, back in sides)


def values_of(schedule: Schedule) -> CardValues:
    """What rows hold of a schedule."""
    state = LEARNING if is_learning(schedule) else REVIEWED
    ivl = _number(schedule.interval)
    if isinstance(schedule, Sm2):
        day = None if schedule.due is None else schedule.due.toordinal()
        return state, day, None, ivl, _number(schedule.ease), None, None, None, None
    moment = None if schedule.due is None else microseconds(schedule.due)
    s, d = _number(schedule.stability), _number(schedule.difficulty)
    return state, None, moment, ivl, None, s, d, schedule.lapses, schedule.reps


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def text_of(question: QuestionValues) -> str:
    """What a question's key and hash are made from, by `names_of`."""
    return question[7]


def entries_of(joined: str) -> tuple[str, ...]:
    """A question's schedule entries, as they stand."""
    return tuple(joined.split("!")) if joined else ()


def problems_of(path: str, problems: Iterable[ProblemValues]) -> tuple[Problem, ...]:
    """What is wrong or surprising in a note, from `NoteRows.problems`."""
    return tuple(
        Problem(code, path, line, message, remedy, Severity(severity))
        for code, line, message, remedy, severity in problems
    )
