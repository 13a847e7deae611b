"""A cache of the review logs, so that opening a vault does not read years of them.

It is a database with one row an action, built from the logs alone. An update reads what was added to each log since
the last time; a log that has changed in any other way is read again from its start. A row names the position of the
whole action in the log. If the database cannot be used, or turns out to be damaged, one in memory replaces it: that
only costs time.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from studyapp.core.disk.cache import Cache, UnusableError, blob, microseconds, text_of, transaction
from studyapp.core.disk.files import open_file
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import Problem
from studyapp.core.log.actions import Action, Move
from studyapp.core.log.ledger_rows import OWN, RECORD, SCHEMA, VERSION, Log, Record, Row, recount
from studyapp.core.log.lines import ERRORS, YEARS, damage, unreadable_log
from studyapp.core.log.state import LogState
from studyapp.core.notes.cards import CardId

T = TypeVar("T")
Tell = Callable[[int, int], object]
"""Called repeatedly with the bytes read and the total."""
_PAGE = 4000
"""Rows read at a time."""
_FIRST = (-(1 << 62), b"")
"""Before every action, by time and id."""


_NO_LOG = Log(OWN, b"")


def _nobody(_done: int, _of: int) -> None:
    """Report no progress."""


class Ledger:
    """The logs beside one device's own, including it; safe to use from several threads and programs at a time."""

    def __init__(self, own: Path, cache: Path | None = None, secret: bytes | None = None) -> None:
        """Open the database at `cache`, or one in memory, for this device's log; nothing is read before `update`."""
        self.own = own
        self.secret = secret
        self._cache = _database(cache)
        self._lock = threading.RLock()
        self._own_name = blob(own.name)
        self._begun = False
        self._logs: dict[bytes, Log] = {}
        self._unreadable: list[Problem] = []
        self._tell: Tell = _nobody
        self._done = self._size = 0
        """The bytes read by this update, and those to read."""
        self.version = 0
        """Changes whenever the logs' contents do."""

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._cache.close()

    # Updating

    def update(self, tell: Tell = _nobody) -> None:
        """Read what was added to the logs, with progress; JournalError if our own cannot be read."""
        with self._lock:
            self._tell = tell
            try:
                self._attempt(self._update)
            finally:
                self._tell = _nobody

    def unread(self) -> int:
        """How many bytes of the logs an update must read; all of a log that was changed otherwise."""
        return self._attempt(self._unread)

    def _unread(self, connection: sqlite3.Connection) -> int:
        known = self._known(connection)
        left = 0
        for name, path in self._paths().items():
            with suppress(OSError):
                left += known.get(name, _NO_LOG).unread_in(Stamp.of(path.stat()))
        return left

    @property
    def problems(self) -> list[Problem]:
        """The lines of the device's own log that do not count."""
        log = self._logs.get(self._own_name)
        return [] if log is None else [damage(self.own, number, reason) for number, reason in log.damaged]

    @property
    def problems_elsewhere(self) -> list[Problem]:
        """The lines of other devices' logs that do not count, and the logs that cannot be read."""
        found = [
            damage(self.own.parent / text_of(name), number, reason)
            for name, log in sorted(self._logs.items())
            if name != self._own_name
            for number, reason in log.damaged
        ]
        return found + self._unreadable

    @property
    def own_state(self) -> LogState:
        """What the device's own log says besides its actions."""
        log = self._logs.get(self._own_name)
        return LogState() if log is None else log.state.copy()

    def moves(self) -> list[Move]:
        """The moves in all logs; also names that cards have as long as an action counts."""
        found = [move for log in self._logs.values() for move in log.state.moves]
        for record in self.marked():
            found += (Move(card, name, record.at) for card, name in record.renamed)
        return found

    def _paths(self) -> dict[bytes, Path]:
        try:
            return {blob(path.name): path for path in {self.own, *self.own.parent.glob("*.jsonl")}}
        except OSError:
            return {self._own_name: self.own}

    def _update(self, connection: sqlite3.Connection) -> None:
        """Read what was added to the logs, all or nothing."""
        found: dict[bytes, tuple[Path, Stamp]] = {}
        before, self._unreadable = self._unreadable, []
        for name, path in self._paths().items():
            try:
                found[name] = (path, Stamp.of(path.stat()))
            except FileNotFoundError:
                continue
            except OSError as error:
                self._refuse(path, error)
                if (log := self._logs.get(name)) is not None and log.stamp is not None:
                    found[name] = (path, log.stamp)  # what was read of it still counts
        stamps = {name: log.stamp for name, log in self._logs.items()}
        if self._begun and not before and stamps == {name: stamp for name, (_, stamp) in found.items()}:
            return
        with transaction(connection):
            logs = self._taken_in(connection, found)
        self._logs, self._begun = logs, True
        self.version += 1

    def _refuse(self, path: Path, error: OSError) -> None:
        if path == self.own:
            if self._begun:
                return  # reported before; its writer hears of it
            raise unreadable_log(path, error) from error
        self._unreadable.append(
            Problem(
                "review-log",
                str(path),
                None,
                f"can't read this review log of another device ({unreadable_log(path, error)})",
                "Make it readable; until then its latest reviews do not count",
            )
        )

    def _taken_in(self, connection: sqlite3.Connection, found: dict[bytes, tuple[Path, Stamp]]) -> dict[bytes, Log]:
        known = self._known(connection)
        self._done, self._size = (
            0,
            sum(known.get(name, _NO_LOG).unread_in(stamp) for name, (_, stamp) in found.items()),
        )
        shared: set[bytes] = set()
        for name in known.keys() - found.keys():
            self._forget(connection, known[name], shared)
        logs: dict[bytes, Log] = {}
        for name, (path, stamp) in sorted(found.items()):
            log = known.get(name)
            if log is None or log.stamp != stamp:
                number = OWN if name == self._own_name else max([OWN, *(one.number for one in known.values())]) + 1
                try:
                    log = self._read(connection, path, log or Log(number, name), shared)
                except FileNotFoundError:
                    continue  # it disappeared meanwhile
                except OSError as error:
                    self._refuse(path, error)
                    if log is None:
                        continue
                known[name] = log
            logs[name] = log
        for key in shared:
            recount(connection, key)
        return logs

    def _known(self, connection: sqlite3.Connection) -> dict[bytes, Log]:
        return {log.name: log for log in map(Log.of, connection.execute("SELECT number, name, facts FROM log"))}

    def _forget(self, connection: sqlite3.Connection, log: Log, shared: set[bytes]) -> None:
        alike = "SELECT id FROM action WHERE log = ? INTERSECT SELECT id FROM action WHERE log != ?"
        shared |= {key for (key,) in connection.execute(alike, (log.number, log.number))}
        connection.execute("DELETE FROM action WHERE log = ?", (log.number,))
        connection.execute("DELETE FROM log WHERE number = ?", (log.number,))

    def _read(self, connection: sqlite3.Connection, path: Path, log: Log, shared: set[bytes]) -> Log:
        """Read a log: what was added, or all of it."""
        from studyapp.core.log.fold import Fold  # noqa: PLC0415 - most starts find nothing new

        with open_file(path) as file:
            stamp = Stamp.of(os.fstat(file.fileno()))
            if not log.goes_on_in(file, stamp):
                self._forget(connection, log, shared)
                log = Log(log.number, log.name)
            # Other logs ask whether there is this one.
            connection.execute("INSERT OR IGNORE INTO log VALUES (?, ?, '')", (log.number, log.name))
            Fold(connection, log, shared, self.secret if log.number == OWN else None).take(file, self._have_read)
            log.settle(file, stamp)
        connection.execute("INSERT OR REPLACE INTO log VALUES (?, ?, ?)", log.row())
        return log

    def _have_read(self, size: int) -> None:
        self._done += size
        self._tell(self._done, max(self._done, self._size))

    # Queries

    def tail(self, before: int, most: int) -> list[tuple[int, Action]]:
        """The last actions of the own log before a position in it, with their positions, oldest first."""
        return self._own("place < ? ORDER BY place DESC LIMIT ?", before, most)[::-1]

    def unsettled(self) -> list[tuple[int, Action]]:
        """The actions of the own log that have not reached their notes, or left them, with their positions."""
        return self._own("status IN ('intended', 'pending', 'undoing') ORDER BY place")

    def find(self, name: str) -> tuple[int, Action] | None:
        """An action of the own log, with its position."""
        found = self._own("id = ?", blob(name))
        return found[0] if found else None

    def _own(self, which: str, *values: object) -> list[tuple[int, Action]]:
        asked = f"SELECT * FROM action WHERE log = {OWN} AND {which}"  # noqa: S608 - written here

        def read(connection: sqlite3.Connection) -> list[tuple[int, Action]]:
            return [(row.place, action) for row, action in self._loaded(connection, asked, values)]

        return self._attempt(read)

    def since(self, moment: datetime) -> Iterator[Record]:
        """What was done since a moment, on any device, and counts, oldest first."""
        return self._records("moment >= ?", microseconds(moment))

    def reviews(self) -> Iterator[Record]:
        """The grades and resets of cards that count, on any device, oldest first."""
        return self._records(_REVIEWS)

    def reviews_of(self, cards: Iterable[str]) -> Iterator[Record]:
        """The grades and resets of cards by these ids."""
        names = [blob(card) for card in cards]
        return self._records(f"{_REVIEWS} AND card IN ({', '.join('?' * len(names))})", *names)

    def lapses(self) -> list[tuple[str, int]]:
        """How often learned cards were forgotten, by the names in the logs."""
        asked = "SELECT card, count(*) FROM action WHERE counts AND lapse GROUP BY card"
        return self._attempt(lambda connection: [(text_of(card), times) for card, times in connection.execute(asked)])

    def grades_by_minute(self) -> list[tuple[int, str, int]]:
        """How many grades of cards each minute had; see `History.grades_by_minute`."""
        asked = (
            "SELECT moment / 60000000, substr(at, 1, 16), count(*) FROM action WHERE counts AND kind = 'grade' "
            "GROUP BY 1, 2 ORDER BY 1"
        )
        return self._attempt(lambda connection: connection.execute(asked).fetchall())

    def marked(self) -> Iterator[Record]:
        """The actions that set marks and count."""
        return self._records("marks IS NOT NULL")

    def after_marks(self, at: datetime, cards: Collection[CardId]) -> datetime:
        """The first instant from `at` on that is after the marks of some cards: a clock may have been ahead."""
        self.update()
        found = [
            record.at - at
            for record in self._records("marks IS NOT NULL AND moment >= ?", microseconds(at))
            if any(marking.card in cards for marking in record.marks)
        ]
        after = at + max(found) + timedelta(microseconds=1) if found else at
        return after if after.year in YEARS else at

    def named(self, card: str) -> Iterator[Record]:
        """What was done to a card under that name."""
        return self._records(f"{_OF_CARDS} AND card = ?", blob(card))

    def last_of_cards(self) -> list[tuple[str, int, str]]:
        """The time and id of the last action on each card, by the names in the logs."""
        asked = f"SELECT card, max(moment), id {_COUNTED} AND {_OF_CARDS} GROUP BY card"
        return self._attempt(
            lambda connection: [
                (text_of(card), moment, text_of(name)) for card, moment, name in connection.execute(asked)
            ]
        )

    def _records(self, which: str, *values: object) -> Iterator[Record]:
        asked = f"SELECT {RECORD}, moment, id {_COUNTED} AND {which} {_PAGEWISE}"

        def read(connection: sqlite3.Connection) -> tuple[list[Record], tuple[Any, ...]]:
            rows = connection.execute(asked, (*values, *last, _PAGE)).fetchall()
            return list(map(Record.of, rows)), rows[-1][-2:] if rows else last

        last: tuple[Any, ...] = _FIRST
        while True:
            records, last = self._attempt(read)
            if not records:
                return
            yield from records

    def action(self, name: str) -> Action | None:
        """An action that counts, whole."""
        asked = f"SELECT * {_COUNTED} AND id = ?"
        found = self._attempt(lambda connection: self._loaded(connection, asked, (blob(name),)))
        return found[0][1] if found else None

    def _loaded(
        self, connection: sqlite3.Connection, asked: str, values: tuple[object, ...]
    ) -> list[tuple[Row, Action]]:
        """Read the actions of rows at their positions in the logs."""
        rows = [Row(*row) for row in connection.execute(asked, values).fetchall()]
        names = dict(connection.execute("SELECT number, name FROM log").fetchall())
        files: dict[int, BinaryIO] = {}
        try:
            for number in {row.log for row in rows}:
                files[number] = open_file(self.own.parent / text_of(names[number]))
            return [(row, row.action(files[row.log], self.secret)) for row in rows]
        except (*ERRORS, OSError) as error:
            raise _DamagedError from error
        finally:
            for file in files.values():
                file.close()

    # The database

    def _attempt(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work` on the database; if it cannot be used, on one in memory built from the logs."""
        with self._lock:
            try:
                return self._cache.attempt(work)
            except UnusableError:
                self._cache.close()
            self._cache, self._logs, self._begun = _database(None), {}, False
            self._cache.attempt(self._update)
            return self._cache.attempt(work)


class _DamagedError(ValueError):
    """The contents of a log contradict the database."""


_REVIEWS = "kind IN ('grade', 'reset')"
_OF_CARDS = "kind IN ('grade', 'reset', 'mark')"
_COUNTED = "FROM action WHERE counts"
_PAGEWISE = "AND (moment, id) > (?, ?) ORDER BY moment, id LIMIT ?"


def _database(path: Path | None) -> Cache:
    return Cache(path, VERSION, _create)


def _create(connection: sqlite3.Connection) -> None:
    for statement in SCHEMA:
        connection.execute(statement)
