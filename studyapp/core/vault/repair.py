"""A table that was not left in order, as after a crash of the machine or with a damaged file: what is sound stays."""

from __future__ import annotations

import marshal
import sqlite3
from typing import Any, Final
from zlib import crc32

from studyapp.core.vault import grams
from studyapp.core.vault.schema import (
    A_DAY,
    BY_DAY,
    BY_MOMENT,
    CARDS,
    FRESH,
    NEVER,
    NOTES,
    TEXTS,
    create_indexes,
    drop_indexes,
)

_UNIQUE: Final = ("note", "deck")
"""Tables with indexes of their own."""
_RECOUNT: Final = f"""
    INSERT INTO tally SELECT deck,
        CASE WHEN state = 0 THEN {FRESH} WHEN day IS NOT NULL THEN {BY_DAY} WHEN moment IS NOT NULL THEN {BY_MOMENT}
            ELSE {NEVER} END,
        CASE WHEN state = 0 THEN 0 ELSE coalesce(day, moment / {A_DAY} - (moment % {A_DAY} < 0), 0) END,
        count(*)
    FROM card GROUP BY 1, 2, 3"""  # noqa: S608 - numbers


def repair(write: sqlite3.Connection) -> None:
    """Drop the notes whose rows are not those that were put in, and make the tally and the indexes anew.

    Raises:
        sqlite3.DatabaseError: if that is not enough.
    """
    (said,) = write.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(said)
    drop_indexes(write)
    for table in _UNIQUE:
        write.execute(f"REINDEX {table}")
    create_indexes(write)
    decks = write.execute("SELECT sum, names, folded FROM deck")
    if any(sum_ != sum_of(*deck) for sum_, *deck in decks):
        raise sqlite3.DatabaseError("a combination of decks is damaged")
    asked = "SELECT sum, id, path, settings, digest, first, cards, aliases, findings, name, tags FROM note"
    of_text = "SELECT * FROM text WHERE id IN (SELECT text FROM card WHERE id BETWEEN ? AND ?) ORDER BY id"
    for sum_, *note in write.execute(asked).fetchall():
        place = note[4], note[4] + note[5] - 1
        questions = write.execute("SELECT * FROM question WHERE id BETWEEN ? AND ?", place).fetchall()
        cards = write.execute("SELECT * FROM card WHERE id BETWEEN ? AND ?", place).fetchall()
        texts = write.execute(of_text, place).fetchall()
        if sum_ != sum_of(tuple(note), questions, cards, texts):
            write.execute("DELETE FROM note WHERE id = ?", (note[0],))
    write.execute("DELETE FROM past")
    write.execute("DELETE FROM question WHERE note NOT IN (SELECT id FROM note)")
    write.execute("DELETE FROM card WHERE note NOT IN (SELECT id FROM note)")
    write.execute("DELETE FROM text WHERE id NOT IN (SELECT text FROM card)")
    grams.drop(write)
    for name, table in ((NOTES, "note"), (CARDS, "card"), (TEXTS, "text")):
        highest = f"(SELECT coalesce(max(id), 0) FROM {table})"  # noqa: S608 - a name
        write.execute(f"UPDATE meta SET value = max(value, {highest}) WHERE name = ?", (name,))  # noqa: S608 - as above
    write.execute("DELETE FROM tally")
    write.execute(_RECOUNT)


def sum_of(*values: Any) -> int:
    """A checksum; the oldest form of `marshal` writes equal values always alike."""
    return crc32(marshal.dumps(values, 0))
