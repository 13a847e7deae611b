"""The SQLite file of an Anki package, in schema 11: the tables and keys without which Anki refuses it, no more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from studyapp.study.exchange.anki.types import MODELS

_COLUMNS: Final = {
    "col": "id integer PRIMARY KEY, crt, mod, scm, ver, dty, usn, ls, conf, models, decks, dconf, tags",
    "notes": "id integer PRIMARY KEY, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data",
    "cards": "id integer PRIMARY KEY, nid, did, ord, mod, usn, type, queue, due, ivl, factor, reps, lapses, left, "
    "odue, odid, flags, data",
    "revlog": "id integer PRIMARY KEY, cid, usn, ease, ivl, lastIvl, factor, time, type",
    "graves": "usn, oid, type",
}
FIRST_HOUR: Final = 4
"""The start of the day; a package does not contain it, so Anki uses its own default."""
_SCHEDULER: Final = 2
"""A package without one counts as the first version, which knew three grades of new cards, and Anki shifts Hard and
Good.
"""
_DECKS: Final = 1_600_000_000_000


class CollectionRows(Struct):
    """The contents of the tables."""

    notes: list[tuple[Any, ...]] = field(default_factory=list)
    cards: list[tuple[Any, ...]] = field(default_factory=list)
    reviews: list[tuple[Any, ...]] = field(default_factory=list)


class Decks:
    """The decks of a package by their names, each with those above it."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"Default": 1}

    def number(self, path: str) -> int:
        """The number of a deck."""
        names = path.split("/")
        for depth in range(1, len(names) + 1):
            self.numbers.setdefault("::".join(names[:depth]), _DECKS + len(self.numbers))
        return self.numbers["::".join(names)]


def write_collection(
    file: Path, now: datetime, day_zero: date, decks: Mapping[str, int], rows: CollectionRows
) -> None:
    """Make the file; due days count from `day_zero`, and each deck has a number."""
    begun = datetime.combine(day_zero, time(FIRST_HOUR), tzinfo=now.tzinfo)
    west = -int((begun.utcoffset() or timedelta()).total_seconds() // 60)
    seconds, moment = int(begun.timestamp()), int(now.timestamp() * 1000)
    texts: tuple[dict[Any, Any], ...] = (
        {"creationOffset": west, "schedVer": _SCHEDULER},
        MODELS,
        {str(number): _deck(number, name, seconds) for name, number in decks.items()},
        {},
        {},
    )
    column = (1, seconds, moment, moment, 11, 0, 0, 0, *map(json.dumps, texts))
    with closing(sqlite3.connect(file)) as connection, connection:
        for table, values in (
            ("col", [column]),
            ("notes", rows.notes),
            ("cards", rows.cards),
            ("revlog", rows.reviews),
            ("graves", []),
        ):
            _fill(connection, table, values)


def _fill(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = _COLUMNS[table]
    connection.execute(f"CREATE TABLE {table} ({columns})")
    places = ", ".join("?" * len(columns.split(", ")))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - both are written above


def _deck(number: int, name: str, seconds: int) -> dict[str, Any]:
    none = {key: [0, 0] for key in ("newToday", "revToday", "lrnToday", "timeToday")}
    return {
        "id": number,
        "name": name,
        "mod": seconds,
        "usn": -1,
        "dyn": 0,
        "conf": 1,
        "desc": "",
        "collapsed": False,
    } | none
