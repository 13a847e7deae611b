"""What is known about cards besides their notes, in temporary tables: for one connection, while it is open.

It is known by the ids of cards. A note that is read again has cards with other numbers, so those are looked up again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from studyapp.core.disk.cache import blob, text_of
from studyapp.core.notes.cards import CardId
from studyapp.study.search.patterns import matches
from studyapp.study.search.rows import Known

_TABLES: Final = (
    """CREATE TEMP TABLE IF NOT EXISTS mark (
        id INTEGER PRIMARY KEY, suspended INTEGER NOT NULL, buried INTEGER NOT NULL, flagged INTEGER NOT NULL,
        leech INTEGER NOT NULL, lapses INTEGER, reps INTEGER
    )""",
    """CREATE TEMP TABLE IF NOT EXISTS named (
        name TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (name, id)
    ) WITHOUT ROWID""",
)


class KnownMarks:
    """Two temporary tables: `mark` has what is known about each card, `named` the cards found by parts of queries."""

    def __init__(self) -> None:
        """Start empty."""
        self.of: Mapping[CardId, Known] = {}
        """What is known about cards; replaced as a whole."""
        self._connection: sqlite3.Connection | None = None
        self._put: tuple[Mapping[CardId, Known], int] = {}, 0
        """The contents of `mark`, and its newest note."""
        self._named: dict[str, tuple[Sequence[CardId], int]] = {}
        """The contents of `named`, and its newest note."""

    def bring_up(self, read: sqlite3.Connection, newest: int, named: Mapping[str, Sequence[CardId]]) -> None:
        """Bring both tables up to date, in a connection that is always the same unless the table was lost.

        `newest` is the number of the note that was put in last; `named` are the cards that parts of a query find, by
        the names of the parts.
        """
        if read is not self._connection:
            self._begin(read)
        marks = self.of
        if (marks, newest) != self._put:
            known = self._put[1] if self._put[0] is marks else 0
            with _at_once(read):
                if not known:
                    read.execute("DELETE FROM mark")
                rows = ((number, *marks[card]) for card, number in _numbers(read, marks, known).items())
                read.executemany("INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self._put = marks, newest
        for name, cards in named.items():
            if (cards, newest) != self._named.get(name):
                with _at_once(read):
                    read.execute("DELETE FROM named WHERE name = ?", (name,))
                    numbers = _numbers(read, cards, 0).values()
                    read.executemany("INSERT INTO named VALUES (?, ?)", ((name, number) for number in numbers))
                self._named[name] = cards, newest

    def _begin(self, read: sqlite3.Connection) -> None:
        read.execute("PRAGMA temp_store = MEMORY")
        for statement in _TABLES:
            read.execute(statement)
        read.create_function("regexp", 2, matches, deterministic=True)
        self._connection, self._put, self._named = read, ({}, 0), {}


@contextmanager
def _at_once(read: sqlite3.Connection) -> Iterator[None]:
    """A transaction, as a search may be interrupted."""
    with read:
        read.execute("BEGIN")
        yield


def _numbers(read: sqlite3.Connection, cards: Iterable[CardId], after: int) -> dict[CardId, int]:
    """The numbers of cards in notes added after another one."""
    by_path: dict[str, list[CardId]] = {}
    for card in cards:
        by_path.setdefault(card.path, []).append(card)
    found: dict[CardId, int] = {}
    for path, first, count in _notes(read, by_path, after):
        asked = "SELECT key, occurrence, id, cards FROM question WHERE id BETWEEN ? AND ?"
        places = {(key, occurrence): at for key, occurrence, *at in read.execute(asked, (first, first + count - 1))}
        for card in by_path[path]:
            number, sides = places.get((card.hash, card.occurrence), (0, 0))
            if 1 <= card.side <= sides:
                found[card] = number + card.side - 1
    return found


def _notes(read: sqlite3.Connection, paths: Mapping[str, object], after: int) -> Iterator[tuple[str, int, int]]:
    """Those of these notes added after another one, with their first card and how many they have."""
    if after:
        rows = read.execute("SELECT path, first, cards FROM note WHERE id > ?", (after,)).fetchall()
    else:
        asked = "SELECT path, first, cards FROM note WHERE path = ?"
        rows = [row for path in paths for row in read.execute(asked, (blob(path),))]
    return ((path, first, cards) for raw, first, cards in rows if (path := text_of(raw)) in paths)
