"""The cache of what a vault's notes held when they were last read, so that few are read again.

It can be deleted at any time. Nothing in it is trusted: a note counts only while its file is the one that was read, a
row only while its checksum holds, and the file only if nobody else could have written it. Where the cache cannot be
used (damaged, locked, a full disk) it gives nothing and keeps nothing, and the notes are parsed.

A note's sheet is kept as JSON, beside columns that answer what is asked before the first paint. JSON, because unlike
`pickle` and `marshal` it cannot run or crash anything, whatever stands in the file.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

from msgspec.structs import fields

from studyapp import __version__
from studyapp.core.disk.cache import Cache, UnusableError, blob, microseconds, text_of, transaction
from studyapp.core.disk.stamp import Stamp
from studyapp.core.schedule.days import midnight
from studyapp.core.schedule.entries import Schedule, Sm2
from studyapp.core.settings.load import Settings
from studyapp.core.vault.decks import those_in
from studyapp.core.vault.sheet import Sheet, pack, unpack

T = TypeVar("T")

TABLES = {
    "note": """path BLOB NOT NULL UNIQUE, stamp TEXT NOT NULL, settings BLOB NOT NULL,
        sum INTEGER NOT NULL, data TEXT NOT NULL""",
    "card": """path BLOB NOT NULL, question INTEGER NOT NULL, side INTEGER NOT NULL,
        decks TEXT NOT NULL, new INTEGER NOT NULL, day INTEGER, moment INTEGER""",
}
"""`day` is the ordinal of an SM-2 card's due day, `moment` the microseconds from 1970 to an FSRS card's due time; a
new card has neither, nor has one that never becomes due."""
INDEXES = {
    "card_path": "path",
    "card_day": "day, path, question, side) WHERE (day IS NOT NULL",
    "card_moment": "moment, path, question, side) WHERE (moment IS NOT NULL",
    "card_new": "path, question, side) WHERE (new = 1",
    "card_decks": "decks, new, day, moment",
}
VERSION = 3
"""Of the schema and of what `pack` makes; another one in the file means that it is made anew."""

FEW = 100
"""Notes that are looked up one by one; more of them are found by reading the whole table."""
_NOTES = "SELECT path, stamp, settings, sum, data FROM note"

PATIENCE = 2.0
"""Seconds to wait for another program that is writing: less than for other caches, as the first card waits too."""
RACY = 2_000_000_000
"""Nanoseconds. A file that was changed so short a time before it was read may have been changed again within the same
tick of the file system's clock (FAT's is the longest, 2 s), so what was read of it is not kept."""

_UNRELATED = frozenset(
    {
        *("editor", "keys", "theme", "away_after", "reveal_after", "new_cards_per_day", "reviews_per_day"),
        *("deck_limits", "flashcard_card_order", "flashcard_deck_order", "new_card_every", "spread_siblings"),
        *("learn_ahead_minutes", "leech_lapses", "leech_action", "tags_to_review", "note_tags_to_ignore"),
        *("open_random_note", "max_link_factor", "nested_settings"),
    }
)
"""Settings that do not matter to what a note means."""
_PARSER = ("text", "settings", "schedule", "notes", "vault")
"""The rooms that decide what a note's bytes come to."""


class Parsed(NamedTuple):
    """What a note holds, and what it was read from."""

    path: str
    sheet: Sheet
    stamp: Stamp
    settings: Settings
    read_at: int
    """Nanoseconds since 1970, by the clock that stamps files."""


class CardPlace(NamedTuple):
    """Where a card is: its note, and its question and side in it, from 0."""

    path: str
    question: int
    side: int


class Count(NamedTuple):
    """How many cards there are."""

    due: int
    new: int
    total: int


@lru_cache(maxsize=64)
def fingerprint(settings: Settings) -> bytes:
    """Name all that decides what a note's bytes mean: the settings that matter, and this version of the program."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name not in _UNRELATED}
    return blake2b(repr((_program(), values)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=1)
def _program() -> tuple[object, ...]:
    """Name the parser: the version, and the state of its files, for those who work on it."""
    core = Path(__file__).parents[1]
    states: list[object] = [__version__, VERSION]
    for file in sorted(file for room in _PARSER for file in (core / room).glob("*.py")):
        with suppress(OSError):
            status = file.stat()
            states.append((status.st_mtime_ns, status.st_size))
    return tuple(states)


class Index:
    """The cache of one vault's notes; safe to use from several threads and from several programs at a time."""

    def __init__(self, path: Path) -> None:
        """Open the cache at `path`, or begin a new one; never fails."""
        self.path = path
        # A note with many cards is a few kilobytes.
        self._cache = Cache(path, VERSION, _create, patience=PATIENCE, page_size=16384)
        self._attempt(sqlite3.Connection.commit, None)  # opens it

    def close(self) -> None:
        """Let go of the file."""
        self._cache.close()

    def load(self, files: Mapping[str, tuple[Stamp, Settings]]) -> dict[str, Sheet]:
        """Those notes among these that are unchanged since they were stored, and were read with the same settings."""
        wanted = {blob(path): (path, _stamp(stamp), fingerprint(of)) for path, (stamp, of) in files.items()}

        def read(connection: sqlite3.Connection) -> dict[str, Sheet]:
            found: dict[str, Sheet] = {}
            decks: dict[tuple[str, ...], tuple[str, ...]] = {}
            if len(wanted) < FEW:
                one = f"{_NOTES} WHERE path = ?"
                rows: Iterable[tuple[Any, ...]] = (row for key in wanted for row in connection.execute(one, (key,)))
            else:
                rows = connection.execute(_NOTES)
            for key, stamp, settings, checksum, data in rows:
                path, *state = wanted.get(key, (None,))
                if path is None or state != [stamp, settings]:
                    continue
                if not isinstance(data, str) or crc32(data.encode("ascii", "replace")) != checksum:
                    raise _DamagedError
                found[path] = unpack(path, data, decks)
            return found

        return self._attempt(read, {})

    def store(self, notes: Sequence[Parsed]) -> None:
        """Keep notes; one that cannot be kept for certain is left out, and will be read again."""

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                kept = {key for (key,) in connection.execute("SELECT path FROM note")}
                if len(notes) > len(kept):  # to sort them once is faster than to keep them sorted
                    _drop_indexes(connection)
                for path, sheet, stamp, settings, read_at in notes:
                    key = blob(path)
                    if key in kept:
                        _forget(connection, key)
                    if max(stamp.modified, stamp.changed) > read_at - RACY:
                        continue
                    data = pack(sheet)
                    row = (key, _stamp(stamp), fingerprint(settings), crc32(data.encode("ascii")), data)
                    connection.execute("INSERT INTO note VALUES (?, ?, ?, ?, ?)", row)
                    connection.executemany("INSERT INTO card VALUES (?, ?, ?, ?, ?, ?, ?)", _card_rows(key, sheet))
                _create_indexes(connection)

        self._attempt(write, None)

    def forget(self, paths: Iterable[str]) -> None:
        """Drop notes that are gone."""

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                for path in paths:
                    _forget(connection, blob(path))

        self._attempt(write, None)

    def paths(self) -> list[str]:
        """The notes that are kept, in their order."""
        return self._attempt(
            lambda connection: [text_of(key) for (key,) in connection.execute("SELECT path FROM note ORDER BY path")],
            [],
        )

    def first_due(self, now: datetime, deck: str | None = None, *, skip: int = 0) -> CardPlace | None:
        """The card that a review would begin with: the longest overdue one, else the first new one.

        It is as of the last scan, so what shows it looks first whether the note is still that one. `skip` cards
        before it are passed over, for a caller who could not use those.
        """

        def read(connection: sqlite3.Connection) -> CardPlace | None:
            for key, question, side in islice(_due(connection, now, deck), skip, None):
                return CardPlace(text_of(key), question, side)
            return None

        return self._attempt(read, None)

    def counts(self, now: datetime) -> dict[tuple[str, ...], Count]:
        """How many cards are due, new and there at all, for each combination of decks that questions are in."""

        def read(connection: sqlite3.Connection) -> dict[tuple[str, ...], Count]:
            rows = connection.execute(
                "SELECT decks, count(CASE WHEN day <= ? OR moment <= ? THEN 1 END), sum(new), count(*) "
                "FROM card GROUP BY decks",
                (now.date().toordinal(), microseconds(now)),
            )
            return {tuple(json.loads(decks)): Count(due, new, total) for decks, due, new, total in rows}

        return self._attempt(read, {})

    def _attempt(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What `work` makes of the database, or `otherwise` where it cannot be used."""
        try:
            return self._cache.attempt(work)
        except UnusableError:
            return otherwise


class _DamagedError(ValueError):
    """What is in the cache is not what was put there."""


def _create(connection: sqlite3.Connection) -> None:
    for name, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
    _create_indexes(connection)


def _create_indexes(connection: sqlite3.Connection) -> None:
    for name, columns in INDEXES.items():
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON card ({columns})")


def _drop_indexes(connection: sqlite3.Connection) -> None:
    for name in INDEXES:
        if name != "card_path":  # by which the rows of a note that was kept before are found
            connection.execute(f"DROP INDEX IF EXISTS {name}")


def _forget(connection: sqlite3.Connection, key: bytes) -> None:
    connection.execute("DELETE FROM note WHERE path = ?", (key,))
    connection.execute("DELETE FROM card WHERE path = ?", (key,))


def _card_rows(key: bytes, sheet: Sheet) -> Iterator[tuple[object, ...]]:
    for row in sheet.cards:
        decks = _decks(row.decks)
        yield key, row.question.number, row.side, decks, row.schedule is None, *_due_columns(row.schedule)


@lru_cache(maxsize=1024)
def _decks(names: tuple[str, ...]) -> str:
    return json.dumps(names)


def _due_columns(schedule: Schedule | None) -> tuple[int | None, int | None]:
    if schedule is None or schedule.due is None:
        return None, None
    if isinstance(schedule, Sm2):
        return schedule.due.toordinal(), None
    return None, microseconds(schedule.due)


def _due(connection: sqlite3.Connection, now: datetime, deck: str | None) -> Iterator[tuple[bytes, int, int]]:
    """The cards of a review in its order; of the two kinds of schedule the one that was due earlier comes first."""
    names = [] if deck is None else _decks_below(connection, deck)
    among = "" if deck is None else f"AND decks IN ({','.join('?' * len(names))})"

    def rows(column: str, condition: str, *values: object) -> sqlite3.Cursor:
        # Nothing that comes from a note or a person stands in the statement itself.
        return connection.execute(
            f"SELECT {column}, path, question, side FROM card WHERE {condition} {among} "  # noqa: S608
            f"ORDER BY {column}, path, question, side",
            (*values, *names),
        )

    def begins(day: int) -> int:
        return microseconds(midnight(date.fromordinal(day), now.tzinfo))

    by_day = ((begins(day), *place) for day, *place in rows("day", "day <= ?", now.date().toordinal()))
    by_moment = rows("moment", "moment <= ?", microseconds(now))
    for _, key, question, side in chain(heapq.merge(by_day, by_moment), rows("new", "new = 1")):
        yield key, question, side


def _decks_below(connection: sqlite3.Connection, deck: str) -> list[str]:
    """The combinations of decks, as they are kept, of which one is the deck or below it."""
    kept = [text for (text,) in connection.execute("SELECT DISTINCT decks FROM card")]
    return [text for text in kept if those_in(tuple(json.loads(text)), deck)]


def _stamp(stamp: Stamp) -> str:
    """A stamp as text, because an inode may be larger than SQLite's integers."""
    return f"{stamp.modified} {stamp.size} {stamp.inode} {stamp.changed}"
