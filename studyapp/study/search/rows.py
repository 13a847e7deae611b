"""A card as a row of the search table, and as a line of a list."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from studyapp.core.disk.cache import EPOCH, blob, microseconds, text_of
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import Schedule, Sm2, is_learning
from studyapp.core.text.folded import fold, searched, shown_of
from studyapp.study.search.sql import SEPARATOR

COLUMNS: Final = (
    "note, question, side, uid, line, decks, front, "  # what it is
    "new, learn, day, moment, due, ivl, ease, s, d, lapses, reps, shown"  # where it stands
)
"""Those of the table `card`, without its number, in the order of `rows_of`."""
SHOWN: Final = "uid, line, front, shown, new, learn, day, moment, ivl, ease, s, d, lapses"
"""What `found` needs."""


class Known(NamedTuple):
    """What is known of a card that stands in no note."""

    suspended: bool = False
    buried: bool = False
    flagged: bool = False
    leech: bool = False
    lapses: int | None = None
    """Where its schedule does not count them."""
    reps: int | None = None


class Hit(NamedTuple):
    """A card in a list."""

    id: CardId
    line: int
    """1-based: where its question begins."""
    front: str
    """The beginning of its front, as it stands in the note."""
    decks: tuple[str, ...]
    is_new: bool
    learning: bool
    due: datetime | None
    """Where SM-2 schedules, midnight in UTC stands for the day."""
    by_day: bool
    """Whether `due` stands for a day."""
    interval: float | None
    ease: float | None
    stability: float | None
    difficulty: float | None
    lapses: int | None
    marks: Known


def rows_of(note: Note) -> Iterator[tuple[tuple[object, ...], str]]:
    """The rows of a note's cards, without the number of the note, each with its text."""
    for number, question in enumerate(note.questions):
        decks = SEPARATOR.join(f"/{fold(deck)}/" for deck in question.decks)
        shown = json.dumps(question.decks)
        for card in question.cards:
            yield (
                (
                    number,
                    card.side,
                    blob(str(question.id_of(note.path, card))),
                    question.first_line + 1,
                    decks,
                    shown_of(card.front),
                    *_numbers(card.schedule),
                    shown,
                ),
                searched(card.front, card.back),
            )


def _numbers(schedule: Schedule | None) -> tuple[object, ...]:
    """The columns from `new` to `reps`; what is not a number is NULL."""
    if schedule is None:
        return 1, 0, *[None] * 9
    learn = int(is_learning(schedule))
    ivl = _number(schedule.interval)
    if isinstance(schedule, Sm2):
        day = None if schedule.due is None else schedule.due.toordinal()
        due = None if day is None else day - EPOCH.toordinal()
        return 0, learn, day, None, due, ivl, _number(schedule.ease), None, None, None, None
    moment = None if schedule.due is None else microseconds(schedule.due)
    due_at = None if moment is None else moment / 86_400e6
    s, d = _number(schedule.stability), _number(schedule.difficulty)
    return 0, learn, None, moment, due_at, ivl, None, s, d, schedule.lapses, schedule.reps


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def found(row: Sequence[Any], marks: Mapping[bytes, Known]) -> Hit:
    """Make a line of a list out of a row."""
    uid, line, front, shown, new, learn, day, moment, ivl, ease, s, d, lapses = row
    due = None
    if day is not None:
        due = EPOCH + timedelta(day - EPOCH.toordinal())
    elif moment is not None:
        due = EPOCH + timedelta(microseconds=moment)
    mark = marks.get(uid, _UNMARKED)
    return Hit(
        CardId.parse(text_of(uid)),
        line,
        front,
        tuple(json.loads(shown)),
        bool(new),
        bool(learn),
        due,
        day is not None,
        ivl,
        ease,
        s,
        d,
        mark.lapses if lapses is None else lapses,
        mark,
    )


_UNMARKED: Final = Known()
