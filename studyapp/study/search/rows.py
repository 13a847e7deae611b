"""A card as a row of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from studyapp.core.disk.cache import EPOCH, text_of
from studyapp.core.notes.cards import CardId
from studyapp.core.vault.table.rows import LEARNING, NEW

_OF: Final = (
    "FROM card JOIN note ON note.id = card.note"
    " JOIN question ON question.id = card.id - card.side"  # it has the number of its first card
)
WHO: Final = f"note.path, question.key, question.occurrence, card.side {_OF}"
"""What `id_of` needs, from the tables of a vault."""
SHOWN: Final = (
    "note.path, question.key, question.occurrence, card.side, question.line, text.front, card.state, card.day,"
    f" card.moment, card.ivl, card.ease, card.s, card.d, card.lapses {_OF}"
)
"""What `hit_of` needs, likewise; with `text`."""


class Known(NamedTuple):
    """What is known about a card besides its note."""

    suspended: bool = False
    buried: bool = False
    flagged: bool = False
    leech: bool = False
    lapses: int | None = None
    """Used if its schedule does not count them."""
    reps: int | None = None


class Hit(NamedTuple):
    """A card in a list."""

    id: CardId
    line: int
    """1-based: where its question begins."""
    front: str
    """The start of its front, as written in the note."""
    decks: tuple[str, ...]
    is_new: bool
    learning: bool
    due: datetime | None
    """For SM-2, midnight in UTC stands for the day."""
    by_day: bool
    """Whether `due` means a whole day."""
    interval: float | None
    ease: float | None
    stability: float | None
    difficulty: float | None
    lapses: int | None
    marks: Known


def id_of(row: Sequence[Any]) -> CardId:
    """A card's id, from a row."""
    path, key, occurrence, side = row
    return CardId(text_of(path), key, occurrence, side + 1)


def hit_of(row: Sequence[Any], decks: tuple[str, ...], marks: Mapping[CardId, Known]) -> Hit:
    """Make a list row from a table row."""
    *who, line, front, state, day, moment, ivl, ease, s, d, lapses = row
    due = None
    if day is not None:
        due = EPOCH + timedelta(day - EPOCH.toordinal())
    elif moment is not None:
        due = EPOCH + timedelta(microseconds=moment)
    card = id_of(who)
    mark = marks.get(card, _UNMARKED)
    return Hit(
        card,
        line,
        front,
        decks,
        state == NEW,
        state == LEARNING,
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
