"""The table of every card that searches are answered from: a file of SQLite that can be deleted at any time.

It is filled from the notes as they are read, note by note, and holds what is searched and what a list shows; the note
stays the truth. Where it cannot be used (damaged, a full disk) it is made anew, in memory if need be.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from studyapp.core.disk.cache import discard, own
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.note import Note
from studyapp.study.search.rows import COLUMNS, SHOWN, Found, Marks, blob, fold, found, rows_of, text_of
from studyapp.study.search.sql import SEPARATOR, Condition, period_name
from studyapp.study.search.tree import Node
from studyapp.study.stats.period import Period

VERSION: Final = 1
_TABLES: Final = """
    CREATE TABLE note (
        id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, version BLOB NOT NULL,
        name TEXT NOT NULL, tags TEXT NOT NULL
    );
    CREATE TABLE card (
        id INTEGER PRIMARY KEY, note INTEGER NOT NULL, question INTEGER NOT NULL, side INTEGER NOT NULL,
        uid BLOB NOT NULL, line INTEGER NOT NULL, decks TEXT NOT NULL, front TEXT NOT NULL,
        new INTEGER NOT NULL, learn INTEGER NOT NULL, day INTEGER, moment INTEGER, due REAL, ivl REAL, ease REAL,
        s REAL, d REAL, lapses INTEGER, reps INTEGER, shown TEXT NOT NULL
    );
    CREATE TABLE text (id INTEGER PRIMARY KEY, folded TEXT NOT NULL);
    CREATE INDEX card_note ON card (note);
"""
_GRAMS: Final = (
    "CREATE VIRTUAL TABLE gram USING fts5(folded, content='text', content_rowid='id', detail=none,"
    " tokenize='trigram case_sensitive 1')"
)
_OF_THIS_RUN: Final = """
    CREATE TEMP TABLE mark (
        uid BLOB PRIMARY KEY, suspended INTEGER NOT NULL, buried INTEGER NOT NULL, flagged INTEGER NOT NULL,
        leech INTEGER NOT NULL, lapses INTEGER, reps INTEGER
    ) WITHOUT ROWID;
    CREATE TEMP TABLE reviewed (period TEXT NOT NULL, uid BLOB NOT NULL, PRIMARY KEY (period, uid)) WITHOUT ROWID;
"""
_FROM: Final = "FROM card JOIN note ON note.id = card.note LEFT JOIN mark ON mark.uid = card.uid"
_PLACE: Final = "note.path, card.question, card.side"
_INSERT: Final = f"INSERT INTO card ({COLUMNS}) VALUES (?{', ?' * COLUMNS.count(',')})"  # noqa: S608 - names of columns
ORDERS: Final = {
    "place": _PLACE,
    "front": f"card.front COLLATE NOCASE {{}}, {_PLACE}",
    "deck": f"card.decks {{}}, {_PLACE}",
    "due": f"card.due {{}} NULLS LAST, {_PLACE}",
    "interval": f"card.ivl {{}} NULLS LAST, {_PLACE}",
    "ease": f"card.ease {{}} NULLS LAST, card.d {{}} NULLS LAST, {_PLACE}",
    "lapses": f"coalesce(card.lapses, mark.lapses) {{}} NULLS LAST, {_PLACE}",
    "note": f"note.name {{}}, {_PLACE}",
}
"""By what cards can be sorted; equals stand in the order of the notes."""
_FEW: Final = 500
"""Cards that are looked up one by one; more of them are found by reading the whole table."""
_A_TURN: Final = 100
"""Notes that are put in before others may read or write."""


class SearchIndex:
    """The cards of one vault, for searching; safe to use from several threads."""

    def __init__(self, path: Path | None) -> None:
        """Open the file at `path`, or begin a new one; without a path it is kept in memory."""
        self._asked = 0
        self._searching = False
        self._changes = 0
        self._rankings: dict[tuple[str, bool, int], list[int]] = {}
        self.trigrams = True
        """Whether SQLite has them; without them it looks into every text."""
        self._marks: dict[bytes, Marks] = {}
        self._days: Callable[[Period], Iterable[CardId]] = lambda _: ()
        # Three connections, so that a list is painted while a search runs and while notes are put in.
        if path is None or not self._open(path):
            shared = _Desk(sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None))
            self._write = self._read = self._show = shared
            self._prepare()

    def _open(self, path: Path) -> bool:
        for _ in range(2):
            try:
                own(path)
                self._write, self._read, self._show = (_Desk(_connect(path)) for _ in range(3))
                self._prepare()
            except (sqlite3.Error, OSError):
                discard(path)
            else:
                return True
        return False

    def _prepare(self) -> None:
        write = self._write.connection
        (version,) = write.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            for (name,) in write.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if not name.startswith(("sqlite_", "gram_")):
                    write.execute(f'DROP TABLE IF EXISTS "{name}"')
            write.executescript(_TABLES)
            with suppress(sqlite3.OperationalError):  # a SQLite without FTS5, or an old one
                write.execute(_GRAMS)
            write.execute(f"PRAGMA user_version = {VERSION}")
        self.trigrams = bool(write.execute("SELECT 1 FROM sqlite_master WHERE name = 'gram'").fetchone())
        write.execute("SELECT count(*) FROM card JOIN text ON text.id = card.id").fetchone()  # finds damage
        self._read.connection.executescript(_OF_THIS_RUN)

    def close(self) -> None:
        """Let go of the file."""
        for desk in {self._write, self._read, self._show}:
            with desk.lock:
                desk.connection.close()

    # Filling

    def versions(self) -> dict[str, bytes]:
        """What each note that it holds was read from."""
        with self._write.lock:
            rows = self._write.connection.execute("SELECT path, version FROM note")
            return {text_of(path): version for path, version in rows}

    def update(
        self,
        versions: Mapping[str, bytes],
        load: Callable[[str], Note | None],
        progress: Callable[[int, int], bool] = lambda _done, _all: True,
    ) -> bool:
        """Bring it up to the notes as they are now.

        Args:
            versions: every note of the vault, with something that changes when what it means changes.
            load: gives a note.
            progress: is told how many notes of how many are done, and says whether to go on.

        Returns:
            Whether anything was changed.
        """
        held = self.versions()
        gone = [path for path in held if path not in versions]
        changed = [path for path, version in versions.items() if held.get(path) != version]
        for start in range(0, len(gone), _A_TURN):
            self._store([(path, None, b"") for path in gone[start : start + _A_TURN]])
        for start in range(0, len(changed), _A_TURN):
            if not progress(start, len(changed)):
                break
            turn = changed[start : start + _A_TURN]
            self._store([(path, load(path), versions[path]) for path in turn])
        return bool(gone or changed)

    def _store(self, notes: Sequence[tuple[str, Note | None, bytes]]) -> None:
        with self._write.transaction() as write:
            for path, note, version in notes:
                self._forget(write, path)
                if note is not None:
                    self._put(write, note, version)
        self._changes += 1

    def _forget(self, write: sqlite3.Connection, path: str) -> None:
        found = write.execute("SELECT id FROM note WHERE path = ?", (blob(path),)).fetchone()
        if found is None:
            return
        if self.trigrams:
            write.execute(
                "INSERT INTO gram (gram, rowid, folded) SELECT 'delete', text.id, text.folded FROM text"
                " JOIN card ON card.id = text.id WHERE card.note = ?",
                found,
            )
        write.execute("DELETE FROM text WHERE id IN (SELECT id FROM card WHERE note = ?)", found)
        write.execute("DELETE FROM card WHERE note = ?", found)
        write.execute("DELETE FROM note WHERE id = ?", found)

    def _put(self, write: sqlite3.Connection, note: Note, version: bytes) -> None:
        tags = SEPARATOR.join(f"/{fold(tag.removeprefix('#'))}/" for tag in note.tags)
        name = fold(note.path[:-3] if note.path[-3:].lower() == ".md" else note.path)
        number = write.execute(
            "INSERT INTO note (path, version, name, tags) VALUES (?, ?, ?, ?)",
            (blob(note.path), version, name, tags),
        ).lastrowid
        for row, text in rows_of(note):
            card = write.execute(_INSERT, (number, *row)).lastrowid
            write.execute("INSERT INTO text (id, folded) VALUES (?, ?)", (card, text))
            if self.trigrams:
                write.execute("INSERT INTO gram (rowid, folded) VALUES (?, ?)", (card, text))

    # What is known besides the notes

    def mark(self, marks: Mapping[CardId, Marks]) -> None:
        """Take what is known of cards besides their notes, in place of what was known before."""
        self._marks = {blob(str(card)): mark for card, mark in marks.items()}
        with self._read.transaction() as read:
            read.execute("DELETE FROM mark")
            read.executemany(
                "INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)", [(u, *m) for u, m in self._marks.items()]
            )

    def reviews_by(self, days: Callable[[Period], Iterable[CardId]]) -> None:
        """Take a function that names the cards with a review in a period."""
        self._days = days
        with self._read.transaction() as read:
            read.execute("DELETE FROM reviewed")

    # Asking

    def search(
        self, node: Node, now: datetime, order: str = "place", *, descending: bool = False
    ) -> list[int] | None:
        """The numbers of the cards that a query finds, in order; None if another search was begun meanwhile.

        Args:
            node: the query.
            now: aware, in the person's zone.
            order: a key of `ORDERS`.
            descending: the other way round; cards without a value are last in both.
        """
        self._asked += 1
        mine = self._asked
        if self._searching:
            self._read.connection.interrupt()
        condition = Condition(now, self.trigrams)
        condition.add(node)
        asked = f"SELECT id FROM card WHERE {condition.sql}"  # noqa: S608 - values are bound
        with self._read.lock:
            for period in condition.periods:
                self._know(period)
            # The whole table is sorted once, not what is found at each key.
            ranking = self._ranking(order, descending=descending)
            numbers = self._run(asked, condition.values, mine)
            if numbers is None or len(numbers) == len(ranking):
                return None if numbers is None else ranking
            return [number for number in ranking if number in numbers]

    def _ranking(self, order: str, *, descending: bool) -> list[int]:
        """All cards in an order; made anew when the table has changed."""
        key = (order, descending, self._changes)
        if key not in self._rankings:
            self._rankings = {
                known: ranking for known, ranking in self._rankings.items() if known[2] == self._changes
            }
            by = ORDERS[order].format(*["DESC" if descending else "ASC"] * 2)
            rows = self._read.connection.execute(f"SELECT card.id {_FROM} ORDER BY {by}")
            self._rankings[key] = [number for (number,) in rows]
        return self._rankings[key]

    def _run(self, asked: str, values: Sequence[object], mine: int) -> set[int] | None:
        """Run a search until it is done, or until another one was begun."""
        self._searching = True
        try:
            while mine == self._asked:
                try:
                    return {number for (number,) in self._read.connection.execute(asked, values)}
                except sqlite3.OperationalError as error:
                    if "interrupted" not in str(error):
                        raise  # what was meant for an earlier search is tried again
            return None
        finally:
            self._searching = False

    def _know(self, period: Period) -> None:
        name, read = period_name(period), self._read.connection
        if not read.execute("SELECT 1 FROM reviewed WHERE period = ?", (name,)).fetchone():
            rows = [(name, blob(str(card))) for card in self._days(period)]
            read.executemany("INSERT OR IGNORE INTO reviewed VALUES (?, ?)", rows)

    def cards(self, numbers: Sequence[int]) -> list[Found | None]:
        """What a list shows of some cards, in the same order; None for one that is gone."""
        known: dict[int, Found] = {}
        with self._show.lock:
            for start in range(0, len(numbers), _FEW):
                some = numbers[start : start + _FEW]
                asked = f"SELECT id, {SHOWN} FROM card WHERE id IN ({', '.join('?' * len(some))})"  # noqa: S608 - names
                rows = self._show.connection.execute(asked, some)
                known |= {number: found(row, self._marks) for number, *row in rows}
        return [known.get(number) for number in numbers]

    def ids(self, numbers: Sequence[int]) -> list[CardId]:
        """Who some cards are, in the same order."""
        with self._show.lock:
            if len(numbers) > _FEW:
                rows = self._show.connection.execute("SELECT id, uid FROM card")
            else:
                marks = ", ".join("?" * len(numbers))
                asked = f"SELECT id, uid FROM card WHERE id IN ({marks})"  # noqa: S608 - question marks
                rows = self._show.connection.execute(asked, numbers)
            known = dict(rows.fetchall())
        return [CardId.parse(text_of(known[number])) for number in numbers if number in known]

    def count(self) -> int:
        """How many cards it holds."""
        with self._show.lock:
            number: int = self._show.connection.execute("SELECT count(*) FROM card").fetchone()[0]
            return number


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")  # what is lost is made again
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


class _Desk:
    """A connection, and whose turn it is."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of some statements or none."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
