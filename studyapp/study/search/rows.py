"""A card as a row of the search table, and as a line of a list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from studyapp.core.disk.cache import EPOCH, blob, text_of
from studyapp.core.notes.cards import CardId
from studyapp.core.text.folded import fold
from studyapp.core.vault.rows import LEARNING, NEW, CardValues, NoteRows
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


def rows_of(path: str, note: NoteRows, names: Sequence[tuple[str, str]]) -> Iterator[tuple[tuple[object, ...], str]]:
    """The rows of a note's cards, without the number of the note, each with its text."""
    for number, (question, (key, _), texts) in enumerate(zip(note.questions, names, note.texts, strict=True)):
        occurrence, _, decks, line, *_, cards = question
        folded = SEPARATOR.join(f"/{fold(deck)}/" for deck in decks)
        shown = json.dumps(decks)
        for side, (values, (front, text)) in enumerate(zip(cards, texts, strict=True)):
            uid = blob(str(CardId(path, key, occurrence, side + 1)))
            yield (number, side, uid, line, folded, front, *_numbers(values), shown), text


def _numbers(values: CardValues) -> tuple[object, ...]:
    """The columns from `new` to `reps`."""
    state, day, moment, *more = values
    due = None if day is None else float(day - EPOCH.toordinal())
    if moment is not None:
        due = moment / 86_400e6
    return int(state == NEW), int(state == LEARNING), day, moment, due, *more


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
