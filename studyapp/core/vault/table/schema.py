"""The tables of a vault's file: what its notes held when they were last read.

A row never changes under its number, and no number is given twice: a note that is read again gets new rows, and its
questions as they were stay for a while. So a review that remembers a number, in this program or in another one, still
finds the card that it named. The numbers of a note's cards follow on one another, and a question has the number of
its first card. Texts are for searches alone: one has the number of the card that first had it, and stays what it is
where the note still has it when it is read again.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any, Final

VERSION: Final = 8
"""Of the tables and of what is kept in them; the first three were those of an index in the same place."""

_TABLES: Final = {
    "meta": "name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    "note": """id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, stamp TEXT NOT NULL, run INTEGER NOT NULL,
        by INTEGER NOT NULL, settings BLOB NOT NULL, digest TEXT NOT NULL, first INTEGER NOT NULL,
        cards INTEGER NOT NULL, aliases TEXT, findings TEXT, name TEXT NOT NULL, tags TEXT NOT NULL,
        multi INTEGER NOT NULL, sum INTEGER NOT NULL)""",
    "folder": "path BLOB PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID",
    "pending": "note INTEGER PRIMARY KEY, held BLOB NOT NULL, decks TEXT NOT NULL, sum INTEGER NOT NULL)",
    "textless": "note INTEGER PRIMARY KEY)",
    "past": """seq INTEGER PRIMARY KEY AUTOINCREMENT, note INTEGER NOT NULL UNIQUE, path BLOB NOT NULL,
        digest TEXT NOT NULL, first INTEGER NOT NULL, cards INTEGER NOT NULL, at INTEGER NOT NULL)""",
    "deck": "id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE, folded TEXT NOT NULL, sum INTEGER NOT NULL)",
    "question": """id INTEGER PRIMARY KEY, note INTEGER NOT NULL, deck INTEGER NOT NULL, number INTEGER NOT NULL,
        occurrence INTEGER NOT NULL, key TEXT NOT NULL, hash TEXT, kind INTEGER NOT NULL, line INTEGER NOT NULL,
        block_id TEXT, cards INTEGER NOT NULL, copies INTEGER NOT NULL, entries NOT NULL)""",
    "card": """id INTEGER PRIMARY KEY, note INTEGER NOT NULL, side INTEGER NOT NULL, deck INTEGER NOT NULL,
        state INTEGER NOT NULL, day INTEGER, moment INTEGER, ivl REAL, ease REAL, s REAL, d REAL, lapses INTEGER,
        reps INTEGER, text INTEGER NOT NULL)""",
    "text": "id INTEGER PRIMARY KEY, front TEXT NOT NULL, folded TEXT NOT NULL)",
    "tally": """deck INTEGER NOT NULL, kind INTEGER NOT NULL, day INTEGER NOT NULL, cards INTEGER NOT NULL,
        PRIMARY KEY (deck, kind, day)) WITHOUT ROWID""",
}
"""`deck` holds the combinations of decks that cards are in. What a card has from `state` on is in `rows.CardValues`;
one that never becomes due has neither day nor moment. `past` are notes that have been read again since, or are gone,
in the order in which that happened; `at` is in seconds from 1970. `tally` is how many cards there are of a kind.
A `pending` note has cards but no questions yet, a `textless` one no texts either; see `filling`. The digests of
`folder` are explained in `folders`, `multi` in `NoteRows`.
Searches look into what is folded, and into a note's `name` and `tags`; each deck and tag there is between slashes."""
DUE: Final = "coalesce(card.day - 719163.0, card.moment / 86400e6)"
"""When a card is due, in days from 1970; for a whole day, as that starts in UTC."""
SEPARATOR: Final = "\x1f"
"""Stands between the decks, and between the tags, of one card."""
_INDEXES: Final = {
    "card_day": "card (day, note) WHERE day IS NOT NULL",
    "card_moment": "card (moment, note) WHERE moment IS NOT NULL",
    "card_new": "card (note) WHERE state = 0",
    "card_due": f"card ({DUE.replace('card.', '')})",
    "card_text": "card (text)",
    "note_findings": "note (path) WHERE findings IS NOT NULL",
}

FRESH, BY_DAY, BY_MOMENT, NEVER = range(4)
"""The kinds of the tally: new cards, those due on a day, those due at a moment (by days of UTC), those never due."""

A_DAY: Final = 86_400_000_000
"""Microseconds."""
NOTES, CARDS = "notes", "cards"
"""The names in `meta` of the highest numbers given."""
READER: Final = "reader"
"""The name of the settings, as a fingerprint, of the programs that share the file."""
PLAIN: Final = "plain"
"""The name of the vaults, as JSON, in which `??` was found to be the plain separator."""
BUILDING: Final = "building"
"""The name in `meta` of an unfinished build."""
GRAMS: Final = "grams"
"""The name in `meta` of the highest number of a text whose trigrams are known; see `grams`."""
TRIGRAMS: Final = (
    "CREATE VIRTUAL TABLE gram USING fts5(folded, content='text', content_rowid='id', detail=none, columnsize=0,"
    " tokenize='trigram case_sensitive 1')"
)


def create(connection: sqlite3.Connection) -> None:
    """Make the tables."""
    for name, columns in _TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns}")
    known = [(NOTES, 0), (CARDS, 0), (BUILDING, 0), (READER, b""), (PLAIN, "[]"), (GRAMS, 0)]
    connection.executemany("INSERT INTO meta VALUES (?, ?)", known)
    create_indexes(connection)
    with suppress(sqlite3.OperationalError):  # a SQLite without FTS5, or an old one
        connection.execute(TRIGRAMS)


def clear(connection: sqlite3.Connection) -> None:
    """Delete all that is known about the notes; the numbers given stay used."""
    for name in ("note", "folder", "pending", "textless", "past", "question", "card", "text", "tally"):
        connection.execute(f"DELETE FROM {name}")  # noqa: S608 - names


def create_indexes(connection: sqlite3.Connection) -> None:
    """Make the missing indexes."""
    for name, columns in _INDEXES.items():
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")


def drop_indexes(connection: sqlite3.Connection) -> None:
    """Drop the indexes while many notes are added: sorting once is faster than keeping them sorted."""
    for name in _INDEXES:
        connection.execute(f"DROP INDEX IF EXISTS {name}")


def get(read: sqlite3.Connection, name: str) -> Any:
    """The value of a name in `meta`."""
    return read.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()[0]


def put(write: sqlite3.Connection, name: str, value: object) -> None:
    """Set the value of a name in `meta`."""
    write.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))
