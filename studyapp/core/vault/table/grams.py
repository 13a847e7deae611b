"""The trigrams of the texts of cards: SQLite finds texts with given letters by them.

They are made when a search first needs them, some texts at a time, and then updated with each note that changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from studyapp.core.vault.table.schema import GRAMS, get, put

_ALL: Final = 1 << 62
"""More than there are texts: those that come are put in at once."""
_SEGMENTS: Final = 4
"""As many as by default."""
_A_TURN: Final = 8000
"""Texts added before others may write."""


def are_made(read: sqlite3.Connection) -> bool:
    """Whether those of all texts are known."""
    return bool(get(read, GRAMS) == _ALL)


def are_possible(read: sqlite3.Connection) -> bool:
    """Whether SQLite supports them."""
    return read.execute("SELECT 1 FROM sqlite_master WHERE name = 'gram'").fetchone() is not None


def make_some(write: sqlite3.Connection) -> bool:
    """Add those of some more texts; returns whether there are more to come."""
    known = get(write, GRAMS)
    if known == _ALL or not are_possible(write):
        return False
    _merge(write, 0)  # segments are merged while notes change, which takes no time then
    some = "SELECT id, folded FROM text WHERE id > ? ORDER BY id LIMIT ?"
    found, last = write.execute(f"SELECT count(*), max(id) FROM ({some})", (known, _A_TURN)).fetchone()  # noqa: S608 - a name
    write.execute(f"INSERT INTO gram (rowid, folded) {some}", (known, _A_TURN))
    put(write, GRAMS, last if found == _A_TURN else _ALL)
    if found < _A_TURN:
        _merge(write, _SEGMENTS)
    return bool(found == _A_TURN)


def _merge(write: sqlite3.Connection, segments: int) -> None:
    """Merge that many segments of trigrams into one as they come; 0: none."""
    write.execute("INSERT INTO gram (gram, rank) VALUES ('automerge', ?)", (segments,))


def drop(write: sqlite3.Connection) -> None:
    """Delete all of them."""
    if are_possible(write):
        write.execute("INSERT INTO gram (gram) VALUES ('delete-all')")
    put(write, GRAMS, 0)


def add(write: sqlite3.Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Take in new texts, by number; those not reached yet are left for later."""
    known = get(write, GRAMS)
    some = [(number, folded) for number, folded in texts if number <= known]
    if some:
        write.executemany("INSERT INTO gram (rowid, folded) VALUES (?, ?)", some)


def remove(write: sqlite3.Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Take in that texts were deleted."""
    known = get(write, GRAMS)
    gone = [("delete", number, folded) for number, folded in texts if number <= known]
    write.executemany("INSERT INTO gram (gram, rowid, folded) VALUES (?, ?, ?)", gone)
