"""Repairs a table that was not closed properly, as after a crash or with a damaged file: what is intact stays."""

from __future__ import annotations

import marshal
import sqlite3
from typing import Any, Final
from zlib import crc32

from studyapp.core.vault.table import grams
from studyapp.core.vault.table.rows import ALL_COLUMNS, without_gaps
from studyapp.core.vault.table.schema import (
    A_DAY,
    BY_DAY,
    BY_MOMENT,
    CARDS,
    FRESH,
    NEVER,
    NOTES,
    create_indexes,
    drop_indexes,
)

_NOTES: Final = (
    "SELECT sum, id, path, settings, digest, first, cards, coalesce(aliases, ''), coalesce(findings, ''), name, tags,"
    " multi FROM note"
)
_CARDS: Final = f"SELECT id, note, side, deck, {', '.join(ALL_COLUMNS)} FROM card WHERE id BETWEEN ? AND ?"  # noqa: S608 - names
_QUESTIONS: Final = (
    "SELECT id, note, deck, number, occurrence, key, coalesce(hash, ''), kind, line, coalesce(block_id, ''), cards,"
    " copies, entries FROM question WHERE id BETWEEN ? AND ?"
)
_TEXTS: Final = (
    "SELECT text.id, front, folded FROM card JOIN text ON text.id = card.text WHERE card.id BETWEEN ? AND ?"
    " ORDER BY card.id"
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


def repair_table(write: sqlite3.Connection) -> None:
    """Remove notes whose rows are not as they were added, and rebuild the tally and the indexes.

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
    for sum_, *note in write.execute(_NOTES).fetchall():
        if not _is_sound(write, sum_, tuple(note)):
            write.execute("DELETE FROM note WHERE id = ?", (note[0],))
    write.execute("DELETE FROM folder")
    write.execute("DELETE FROM past")
    write.execute("DELETE FROM question WHERE note NOT IN (SELECT id FROM note)")
    write.execute("DELETE FROM card WHERE note NOT IN (SELECT id FROM note)")
    for table in ("pending", "textless"):
        write.execute(f"DELETE FROM {table} WHERE note NOT IN (SELECT id FROM note)")  # noqa: S608 - names
    write.execute("DELETE FROM text WHERE id NOT IN (SELECT text FROM card)")
    grams.drop(write)
    for name, table in ((NOTES, "note"), (CARDS, "card")):
        highest = f"(SELECT coalesce(max(id), 0) FROM {table})"  # noqa: S608 - a name
        write.execute(f"UPDATE meta SET value = max(value, {highest}) WHERE name = ?", (name,))  # noqa: S608 - a name
    write.execute("DELETE FROM tally")
    write.execute(_RECOUNT)


def _is_sound(write: sqlite3.Connection, sum_: int, note: tuple[Any, ...]) -> bool:
    """Whether the rows of a note, and its other contents, are as they were added."""
    place = note[4], note[4] + note[5] - 1
    cards = [(*one[:4], *without_gaps(one[4:])) for one in write.execute(_CARDS, place)]
    found = sum_of(note, cards)
    pending = write.execute("SELECT held, decks, sum FROM pending WHERE note = ?", note[:1]).fetchone()
    if pending is not None:
        held, decks, of_held = pending
        if of_held != sum_of(held, decks):
            return False
    elif cards:
        found += sum_of(write.execute(_QUESTIONS, place).fetchall())
    textless = write.execute("SELECT 1 FROM textless WHERE note = ?", note[:1]).fetchone() is not None
    if cards and not textless:
        found += sum_of(write.execute(_TEXTS, place).fetchall())
    return found == sum_ and not (textless and pending is None)


def sum_of(*values: Any) -> int:
    """A checksum; a form of `marshal` this old writes equal values always alike."""
    return crc32(marshal.dumps(values, 2))
