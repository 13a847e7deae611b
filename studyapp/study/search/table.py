"""The table of every card that searches are answered from: a file of SQLite that can be deleted at any time.

It is filled from the notes as they are read, note by note, and holds what is searched and what a list shows; the note
stays the truth. Where it cannot be used (damaged, a full disk) it is begun anew, in memory if need be, and is empty
until it is filled again.
"""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import compress
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from studyapp.core.disk.cache import Cache, UnusableError, blob, text_of, transaction
from studyapp.core.notes.cards import CardId
from studyapp.core.text.folded import fold
from studyapp.core.vault.read import Read
from studyapp.core.vault.rows import NoteRows
from studyapp.study.search.patterns import matches
from studyapp.study.search.rows import COLUMNS, SHOWN, Hit, Known, found, rows_of
from studyapp.study.search.sql import SEPARATOR, Condition, name_of
from studyapp.study.search.tree import Named, Node

T = TypeVar("T")

VERSION: Final = 2
_TABLES: Final = (
    """CREATE TABLE note (
        id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, version BLOB NOT NULL,
        name TEXT NOT NULL, tags TEXT NOT NULL
    )""",
    """CREATE TABLE card (
        id INTEGER PRIMARY KEY, note INTEGER NOT NULL, question INTEGER NOT NULL, side INTEGER NOT NULL,
        uid BLOB NOT NULL, line INTEGER NOT NULL, decks TEXT NOT NULL, front TEXT NOT NULL,
        new INTEGER NOT NULL, learn INTEGER NOT NULL, day INTEGER, moment INTEGER, due REAL, ivl REAL, ease REAL,
        s REAL, d REAL, lapses INTEGER, reps INTEGER, shown TEXT NOT NULL
    )""",
    "CREATE TABLE text (id INTEGER PRIMARY KEY, folded TEXT NOT NULL)",
    "CREATE INDEX card_note ON card (note)",
    "CREATE INDEX card_due ON card (due)",
)
_GRAMS: Final = (
    "CREATE VIRTUAL TABLE gram USING fts5(folded, content='text', content_rowid='id', detail=none,"
    " tokenize='trigram case_sensitive 1')"
)
_OF_THIS_RUN: Final = (
    """CREATE TEMP TABLE mark (
        uid BLOB PRIMARY KEY, suspended INTEGER NOT NULL, buried INTEGER NOT NULL, flagged INTEGER NOT NULL,
        leech INTEGER NOT NULL, lapses INTEGER, reps INTEGER
    ) WITHOUT ROWID""",
    "CREATE TEMP TABLE named (name TEXT NOT NULL, uid BLOB NOT NULL, PRIMARY KEY (name, uid)) WITHOUT ROWID",
)
_LOOK: Final = "SELECT count(*) FROM card JOIN text ON text.id = card.id"
"""Reads all of what matters, and so meets damage before anybody searches."""
_WRITE, _READ, _SHOW = range(3)
_TRIES: Final = 2
"""Files that are tried before the table is kept in memory."""
_FROM: Final = "FROM card JOIN note ON note.id = card.note LEFT JOIN mark ON mark.uid = card.uid"
_PLACE: Final = "note.path, card.question, card.side"
_INSERT: Final = f"INSERT INTO card (id, {COLUMNS}) VALUES (?, ?{', ?' * COLUMNS.count(',')})"  # noqa: S608 - names of columns
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
_SORTED: Final = frozenset({"due"})
"""The orders that an index knows: their beginning is there at once."""
_HEAD: Final = 4000
"""Cards at the beginning of an order that are looked at before all others."""
_FEW: Final = 500
"""Cards that are looked up one by one; more of them are found by reading the whole table."""
_A_TURN: Final = 100
"""Notes that are put in before others may read or write."""


Numbers: TypeAlias = "array[int]"
"""Of cards, in an order."""
First = tuple[int, Callable[[Numbers], object]]
"""How many cards are wanted before all have been found, and who takes them."""


class SearchIndex:
    """The cards of one vault, for searching; safe to use from several threads."""

    def __init__(self, path: Path | None) -> None:
        """Open the file at `path`, or begin a new one; without a path it is kept in memory."""
        self._asked = 0
        self._searching = False
        self._changes = 0
        self._rankings: dict[tuple[str, bool, int], Numbers] = {}
        self.trigrams = True
        """Whether SQLite has them; without them it looks into every text."""
        self._marks: dict[bytes, Known] = {}
        self._cards_of: Callable[[Named], Iterable[CardId]] = lambda _: ()
        self._path, self._losses = path, 0
        self._turning = threading.Lock()
        self._connect()
        self._attempt(_WRITE, lambda write: write.execute(_LOOK).fetchone())

    def _connect(self) -> None:
        """Take three connections, so that a list is painted while a search runs and while notes are put in."""
        path = self._path if self._losses < _TRIES else None
        some = [Cache(path, VERSION, _create, prepare=self._prepare) for _ in range(3 if path else 1)]
        self._caches = some if path else some * 3

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA temp_store = MEMORY")
        for statement in _OF_THIS_RUN:
            connection.execute(statement)
        connection.create_function("regexp", 2, matches, deterministic=True)
        self._put_marks(connection)
        asked = "SELECT 1 FROM sqlite_master WHERE name = 'gram'"
        self.trigrams = connection.execute(asked).fetchone() is not None

    def _attempt(self, which: int, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` makes of the table; where it cannot be used, of a new one."""
        while True:
            cache = self._caches[which]
            try:
                return cache.attempt(work)
            except UnusableError:
                with self._turning:
                    if cache is self._caches[which]:  # else another thread has met the same
                        self._losses += 1
                        self._changes += 1
                        self._connect()

    def close(self) -> None:
        """Let go of the file."""
        for cache in self._caches:
            cache.close()

    # Filling

    def versions(self) -> dict[str, bytes]:
        """What each note that it holds was read from."""
        rows = self._attempt(_WRITE, lambda write: write.execute("SELECT path, version FROM note").fetchall())
        return {text_of(path): version for path, version in rows}

    def update(
        self,
        versions: Mapping[str, bytes],
        load: Callable[[Sequence[str]], Iterable[Sequence[Read]]],
        progress: Callable[[int, int], bool] = lambda _done, _all: True,
    ) -> bool:
        """Bring it up to the notes as they are now.

        Args:
            versions: every note of the vault, with something that changes when what it means changes.
            load: reads notes with their texts, a part at a time.
            progress: is told how many notes of how many are done, and says whether to go on.

        Returns:
            Whether anything was changed.
        """
        losses, held = self._losses, self.versions()
        gone = [path for path in held if path not in versions]
        changed = [path for path, version in versions.items() if held.get(path) != version]
        for start in range(0, len(gone), _A_TURN):
            self._store([(path, None, b"") for path in gone[start : start + _A_TURN]])
        done, parts = 0, iter(load(changed))
        while done < len(changed):
            if not progress(done, len(changed)):
                return True
            part = next(parts)
            self._store([(one.path, one, versions[one.path]) for one in part])
            done += len(part)
        if losses != self._losses:  # what was put in before is gone
            return self.update(versions, load, progress)
        return bool(gone or changed)

    def _store(self, notes: Sequence[tuple[str, Read | None, bytes]]) -> None:
        def store(write: sqlite3.Connection) -> None:
            with transaction(write):
                for path, note, version in notes:
                    self._forget(write, path)
                    if note is not None and note.rows is not None:
                        self._put(write, path, note.rows, note.names, version)

        self._attempt(_WRITE, store)
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

    def _put(
        self, write: sqlite3.Connection, path: str, note: NoteRows, names: Sequence[tuple[str, str]], version: bytes
    ) -> None:
        tags = SEPARATOR.join(f"/{fold(tag.removeprefix('#'))}/" for tag in note.tags)
        name = fold(path[:-3] if path[-3:].lower() == ".md" else path)
        number = write.execute(
            "INSERT INTO note (path, version, name, tags) VALUES (?, ?, ?, ?)",
            (blob(path), version, name, tags),
        ).lastrowid
        (last,) = write.execute("SELECT coalesce(max(id), 0) FROM card").fetchone()
        found = list(enumerate(rows_of(path, note, names), last + 1))
        texts = [(card, text) for card, (_, text) in found]
        write.executemany(_INSERT, [(card, number, *row) for card, (row, _) in found])
        write.executemany("INSERT INTO text (id, folded) VALUES (?, ?)", texts)
        if self.trigrams:
            write.executemany("INSERT INTO gram (rowid, folded) VALUES (?, ?)", texts)

    # What is known besides the notes

    def mark(self, marks: Mapping[CardId, Known]) -> None:
        """Take what is known of cards besides their notes, in place of what was known before."""
        self._marks = {blob(str(card)): mark for card, mark in marks.items()}
        self._attempt(_READ, self._put_marks)

    def _put_marks(self, read: sqlite3.Connection) -> None:
        with read:
            read.execute("BEGIN")
            read.execute("DELETE FROM mark")
            rows = [(uid, *mark) for uid, mark in self._marks.items()]
            read.executemany("INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def named_by(self, cards_of: Callable[[Named], Iterable[CardId]]) -> None:
        """Take a function that names the cards that the table cannot find by itself."""
        self._cards_of = cards_of
        self._attempt(_READ, lambda read: read.execute("DELETE FROM named"))

    # Asking

    def search(
        self, node: Node, now: datetime, order: str = "place", *, descending: bool = False, first: First | None = None
    ) -> Numbers | None:
        """The numbers of the cards that a query finds, in order; None if another search was begun meanwhile.

        Args:
            node: the query.
            now: aware, in the person's zone.
            order: a key of `ORDERS`.
            descending: the other way round; cards without a value are last in both.
            first: how many of the cards that come first are wanted before all have been found, and who takes them;
                nobody is given any where these are not found at once.
        """
        with self._turning:
            self._asked += 1
            mine = self._asked
            if self._searching:
                self._caches[_READ].interrupt()
        condition, of_few = Condition(now, self.trigrams), Condition(now, few=True)
        condition.add(node)
        of_few.add(node)

        def run(find: Callable[[sqlite3.Connection], Numbers | None], read: sqlite3.Connection) -> Numbers | None:
            while True:
                with self._turning:
                    self._searching = mine == self._asked
                if not self._searching:
                    return None
                try:
                    for named in condition.named:
                        self._know(read, named)
                    return find(read)
                except sqlite3.OperationalError as error:
                    if "interrupted" not in str(error):
                        raise  # what was meant for an earlier search is tried again
                finally:
                    with self._turning:  # nothing else on this connection is ever interrupted
                        self._searching = False

        if first is not None:
            wanted, take = first
            begin = partial(self._begin, condition=of_few, order=order, wanted=wanted, descending=descending)
            begun = self._attempt(_READ, partial(run, begin))
            if begun is not None:
                take(begun)
        find = partial(self._find, condition=condition, order=order, descending=descending)
        return self._attempt(_READ, partial(run, find))

    def _begin(
        self, read: sqlite3.Connection, condition: Condition, order: str, wanted: int, *, descending: bool
    ) -> Numbers | None:
        """As many cards as are wanted first; None if not enough are near the beginning of the order."""
        head = self._head(read, order, descending=descending)
        found = array("q")
        for start in range(0, len(head), _FEW):
            some = head[start : start + _FEW]
            among = f"id IN ({', '.join('?' * len(some))})"
            asked = f"SELECT id FROM card WHERE {among} AND {condition.sql}"  # noqa: S608 - values are bound
            numbers = {number for (number,) in read.execute(asked, (*some, *condition.values))}
            found.extend(number for number in some if number in numbers)
            if len(found) >= wanted:
                return found[:wanted]
            if len(found) * _HEAD < wanted * (start + _FEW):
                return None  # at that rate there are not enough
        return None

    def _head(self, read: sqlite3.Connection, order: str, *, descending: bool) -> Numbers:
        """The beginning of an order; empty where that is not known without sorting all cards."""
        if (ranking := self._rankings.get((order, descending, self._changes))) is not None:
            return ranking[:_HEAD]
        return _sorted(read, order, _HEAD, descending=descending) if order in _SORTED else array("q")

    def _find(self, read: sqlite3.Connection, condition: Condition, order: str, *, descending: bool) -> Numbers:
        # The whole table is sorted once, not what is found at each key.
        ranking = self._ranking(read, order, descending=descending)
        last = max(ranking, default=0)
        holds = bytearray(last + 1)
        asked = f"SELECT id FROM card WHERE id <= ? AND {condition.sql}"  # noqa: S608 - values are bound
        for (number,) in read.execute(asked, (last, *condition.values)):
            holds[number] = 1
        return array("q", compress(ranking, map(holds.__getitem__, ranking)))

    def _ranking(self, read: sqlite3.Connection, order: str, *, descending: bool) -> Numbers:
        """All cards in an order; made anew when the table has changed."""
        key = (order, descending, self._changes)
        if key not in self._rankings:
            self._rankings = {
                known: ranking for known, ranking in self._rankings.items() if known[2] == self._changes
            }
            self._rankings[key] = _sorted(read, order, -1, descending=descending)
        return self._rankings[key]

    def _know(self, read: sqlite3.Connection, node: Named) -> None:
        name = name_of(node)
        if not read.execute("SELECT 1 FROM named WHERE name = ?", (name,)).fetchone():
            rows = [(name, blob(str(card))) for card in self._cards_of(node)]
            with read:
                read.execute("BEGIN")
                read.executemany("INSERT OR IGNORE INTO named VALUES (?, ?)", rows)

    def cards(self, numbers: Sequence[int]) -> list[Hit | None]:
        """What a list shows of some cards, in the same order; None for one that is gone."""
        known: dict[int, Hit] = {}
        for start in range(0, len(numbers), _FEW):
            some = numbers[start : start + _FEW]
            asked = f"SELECT id, {SHOWN} FROM card WHERE id IN ({', '.join('?' * len(some))})"  # noqa: S608 - names
            known |= self._attempt(_SHOW, partial(self._shown, asked, some))
        return [known.get(number) for number in numbers]

    def _shown(self, asked: str, some: Sequence[int], show: sqlite3.Connection) -> dict[int, Hit]:
        return {number: found(row, self._marks) for number, *row in show.execute(asked, some)}

    def ids(self, numbers: Sequence[int]) -> list[CardId]:
        """Who some cards are, in the same order."""
        few = len(numbers) <= _FEW
        which = f" WHERE id IN ({', '.join('?' * len(numbers))})" if few else ""
        asked = f"SELECT id, uid FROM card{which}"  # noqa: S608 - question marks
        rows = self._attempt(_SHOW, lambda show: show.execute(asked, numbers if few else ()).fetchall())
        known = dict(rows)
        return [CardId.parse(text_of(known[number])) for number in numbers if number in known]

    def count(self) -> int:
        """How many cards it holds."""
        number: int = self._attempt(_SHOW, lambda show: show.execute("SELECT count(*) FROM card").fetchone()[0])
        return number


def _sorted(read: sqlite3.Connection, order: str, most: int, *, descending: bool) -> Numbers:
    """The numbers of the cards that come first in an order; with -1, of all."""
    by = ORDERS[order].format(*["DESC" if descending else "ASC"] * 2)
    rows = read.execute(f"SELECT card.id {_FROM} ORDER BY {by} LIMIT ?", (most,))
    return array("q", (number for (number,) in rows))


def _create(connection: sqlite3.Connection) -> None:
    for statement in _TABLES:
        connection.execute(statement)
    with suppress(sqlite3.OperationalError):  # a SQLite without FTS5, or an old one
        connection.execute(_GRAMS)
