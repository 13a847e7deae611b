"""Which cards of the table are due or new, their order, and their number; the tally answers if it can."""

from __future__ import annotations

import heapq
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import chain, islice
from math import nan

from msgspec import Struct

from studyapp.core.disk.cache import EPOCH, microseconds, text_of
from studyapp.core.schedule.days import midnight
from studyapp.core.schedule.entries import Fsrs, Schedule, Sm2, State
from studyapp.core.vault.decks import those_in
from studyapp.core.vault.table.filling import of_cards
from studyapp.core.vault.table.rows import NEW
from studyapp.core.vault.table.schema import A_DAY, BY_DAY, BY_MOMENT, FRESH
from studyapp.core.vault.table.table import VaultTable, combinations

_QUARTER = 900_000_000
"""Microseconds: time zones differ by whole quarters of an hour, except long ago."""

_NO_TIME = -(1 << 62)
"""Before any day, and before any moment."""


class CardPlace(Struct, frozen=True):
    """A card's place: its note, and its question and side in it, from 0."""

    path: str
    question: int
    side: int


class Count(Struct, frozen=True):
    """How many cards there are."""

    due: int
    new: int
    total: int


class DueCard(Struct, frozen=True):
    """A due or new card, with what its place in a review depends on."""

    number: int
    path: int
    """The number of its note."""
    line: int
    """The number of its question."""
    decks: tuple[str, ...]
    state: int
    day: int | None
    moment: int | None
    interval: float | None

    @property
    def is_new(self) -> bool:
        """Whether it was never reviewed."""
        return self.state == NEW

    @property
    def schedule(self) -> Schedule | None:
        """When it is due, and after which interval; nothing else of its schedule."""
        if self.is_new:
            return None
        interval = nan if self.interval is None else self.interval
        if self.day is not None:
            return Sm2(date.fromordinal(self.day), interval, nan)
        due = None if self.moment is None else EPOCH + timedelta(microseconds=self.moment)
        return Fsrs(due, interval, nan, nan, State.REVIEW, 0, 0, 0, None)


def counts(table: VaultTable, now: datetime) -> dict[tuple[str, ...], Count]:
    """How many cards are due, new and in all, for each combination of decks."""
    moment = microseconds(now)

    def read(read: sqlite3.Connection) -> dict[tuple[str, ...], Count]:
        later_today = "SELECT deck, count(*) FROM card WHERE moment BETWEEN ? AND ? GROUP BY deck"
        today = dict(read.execute(later_today, (moment // A_DAY * A_DAY, moment)).fetchall())
        rows = read.execute(
            "SELECT deck, sum(CASE WHEN kind = ? AND day <= ? OR kind = ? AND day < ? THEN cards ELSE 0 END),"
            " sum(CASE WHEN kind = ? THEN cards ELSE 0 END), sum(cards) FROM tally GROUP BY deck",
            (BY_DAY, now.date().toordinal(), BY_MOMENT, moment // A_DAY, FRESH),
        )
        return {
            table.decks(read, deck): Count(due + today.get(deck, 0), new, total) for deck, due, new, total in rows
        }

    return table.ask(read)


def due_days(table: VaultTable, day_of: Callable[[datetime], date], after: datetime | None = None) -> Counter[date]:
    """How many cards become due on each day; only those that are not due by a moment, if one is given."""
    first = _NO_TIME if after is None else after.date().toordinal()
    since = _NO_TIME if after is None else microseconds(after)

    def read(read: sqlite3.Connection) -> Counter[date]:
        asked = "SELECT day, sum(cards) FROM tally WHERE kind = ? AND day > ? GROUP BY day"
        rows = read.execute(asked, (BY_DAY, first))
        found = Counter({date.fromordinal(day): number for day, number in rows})
        asked = "SELECT moment / ?, min(moment), max(moment), count(*) FROM card WHERE moment > ? GROUP BY 1"
        for quarter, early, late, number in read.execute(asked, (_QUARTER, since)).fetchall():
            if (day := day_of(_instant(early))) == day_of(_instant(late)):
                found[day] += number
                continue
            within = "SELECT moment FROM card WHERE moment / ? = ? AND moment > ?"
            found.update(day_of(_instant(one)) for (one,) in read.execute(within, (_QUARTER, quarter, since)))
        return found

    return table.ask(read)


def _instant(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


def first_due(table: VaultTable, now: datetime, deck: str | None = None, *, skip: int = 0) -> CardPlace | None:
    """The card that a review would start with: the longest overdue one, else the first new one.

    It is as of the last reading, so the caller first checks that the note is unchanged. `skip` cards before it are
    passed over, for a caller who could not use those.
    """

    def read(read: sqlite3.Connection) -> int | None:
        among = _among(read, deck)
        return next(islice(chain(_overdue(read, now, among), _new(read, "card.id", among)), skip, None), None)

    def place(read: sqlite3.Connection) -> CardPlace | None:
        asked = (
            "SELECT note.path, question.number, card.side FROM card"
            " JOIN question ON question.id = card.id - card.side JOIN note ON note.id = card.note"
            " WHERE card.id = ?"
        )
        row = read.execute(asked, (number,)).fetchone()
        return None if row is None else CardPlace(text_of(row[0]), *row[1:])

    number = table.ask(read)
    return None if number is None else table.ask_whole(*of_cards([number]), place)


def overdue(table: VaultTable, now: datetime, deck: str | None = None) -> array[int]:
    """The numbers of the due cards, the longest overdue first; equals in order of path and line."""
    kinds = ("day", now.date().toordinal(), _begins(now)), ("moment", microseconds(now), int)

    def read(read: sqlite3.Connection) -> array[int]:
        those = f"FROM card WHERE {{0}} <= ? {_among(read, deck)}"
        with read:
            read.execute("BEGIN")  # another program may add notes at any moment
            # To know the places of the notes takes half as long as having SQLite sort by their paths.
            notes = {
                note
                for due, last, _ in kinds
                for note in _each(read, f"SELECT DISTINCT note {those.format(due)}", last)
            }
            in_order = enumerate(_each(read, "SELECT id FROM note ORDER BY path"))
            places = {note: place for place, note in in_order if note in notes}
            (above,) = read.execute("SELECT max(id) + 1 FROM card").fetchone()
            # A number for each, as they may be very many: when it is due, the place of its note, its own number.
            found = [
                (moment_of(at) << 32 | places[note]) * above + number
                for due, last, moment_of in kinds
                for at, note, number in read.execute(f"SELECT {due}, note, id {those.format(due)}", (last,))
            ]
        found.sort()
        return array("q", (one % above for one in found))

    return table.ask(read)


def due(table: VaultTable, now: datetime, deck: str | None = None) -> array[int]:
    """The numbers of the due cards, in order of path and line."""

    def read(read: sqlite3.Connection) -> array[int]:
        asked = (
            "SELECT card.id FROM card JOIN note ON note.id = card.note"  # noqa: S608 - numbers
            f" WHERE (day <= ? OR moment <= ?) {_among(read, deck)} ORDER BY note.path, card.id"
        )
        return array("q", _each(read, asked, now.date().toordinal(), microseconds(now)))

    return table.ask(read)


def new(table: VaultTable, deck: str | None = None) -> array[int]:
    """The numbers of the new cards, negated, in order of path and line."""
    return table.ask(lambda read: array("q", _new(read, "-card.id", _among(read, deck))))


def candidates(table: VaultTable, now: datetime, deck: str | None = None) -> list[DueCard]:
    """The due and the new cards, in order of path and line."""

    def read(read: sqlite3.Connection) -> list[DueCard]:
        asked = (
            "SELECT card.id, card.note, card.id - card.side, card.deck, state, day, moment, ivl"  # noqa: S608 - numbers
            " FROM note JOIN card ON card.id BETWEEN note.first AND note.first + note.cards - 1"
            f" WHERE (state = 0 OR day <= ? OR moment <= ?) {_among(read, deck)}"
            " ORDER BY note.path, card.id"
        )
        names = partial(table.decks, read)
        rows = read.execute(asked, (now.date().toordinal(), microseconds(now)))
        return [DueCard(number, note, line, names(deck), *numbers) for number, note, line, deck, *numbers in rows]

    return table.ask(read)


def _overdue(read: sqlite3.Connection, now: datetime, among: str) -> Iterator[int]:
    """The due cards; of the two kinds of schedule the one that was due earlier comes first."""

    def rows(column: str, until: int, shown: str) -> sqlite3.Cursor:
        return read.execute(
            f"SELECT {shown} card.id FROM card JOIN note ON note.id = card.note"  # noqa: S608 - names
            f" WHERE {column} <= ? {among} ORDER BY {column}, note.path, card.id",
            (until,),
        )

    today, moment = now.date().toordinal(), microseconds(now)
    at = rows("moment", moment, "moment, note.path,")
    first = at.fetchone()
    if first is None:  # nearly all vaults have one kind of schedule
        return chain.from_iterable(rows("day", today, ""))
    begins = _begins(now)
    by_day = ((begins(day), path, number) for day, path, number in rows("day", today, "day, note.path,"))
    return (number for _, _, number in heapq.merge(by_day, chain([first], at)))


def _begins(now: datetime) -> Callable[[int], int]:
    """Tells when a local day begins."""
    return lru_cache(maxsize=None)(lambda day: microseconds(midnight(date.fromordinal(day), now.tzinfo)))


def _new(read: sqlite3.Connection, shown: str, among: str) -> Iterator[int]:
    return _each(
        read,
        f"SELECT {shown} FROM note CROSS JOIN card ON card.note = note.id"  # noqa: S608 - names
        f" WHERE card.state = 0 {among} ORDER BY note.path, card.id",
    )


def _each(read: sqlite3.Connection, asked: str, *values: int) -> Iterator[int]:
    """The only column that is asked for."""
    return chain.from_iterable(read.execute(asked, values))


def _among(read: sqlite3.Connection, deck: str | None) -> str:
    """The condition that a card is in a deck or below it."""
    if deck is None:
        return ""
    below = (str(number) for number, names in combinations(read).items() if those_in(names, deck))
    return f"AND card.deck IN ({', '.join(below)})"
