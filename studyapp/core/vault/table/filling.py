"""Questions and texts of notes whose cards are known already: the first reading of a vault leaves them for later.

Counting, ordering and dating cards takes less than half of what a note holds. The rest is kept as it was read: texts
are made for the first search, questions with their hashes for the notes that are requested.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from studyapp.core.disk.cache import blob
from studyapp.core.notes.cards import keys_and_hashes
from studyapp.core.vault.table import grams
from studyapp.core.vault.table.repair import sum_of
from studyapp.core.vault.table.rows import NoteHeld, texts_of, unpacked

CardText = tuple[str, str]
"""What a list shows of a card, and what searches see."""
QUESTIONS, TEXTS = "pending", "textless"
"""The tables of notes, by number, that lack them; a note without texts has no questions either."""
_MOST_NUMBERS: Final = 500
"""If at most this many cards are requested, only their notes are completed."""
_A_TURN: Final = 128
"""Notes filled before others may write."""
_PUT_QUESTION: Final = "INSERT INTO question VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ?, nullif(?, ''), ?, ?, ?)"


def of_cards(numbers: Sequence[int]) -> tuple[str, Sequence[int]]:
    """The condition on `note` that a note has one of some cards; for many cards, any."""
    if len(numbers) > _MOST_NUMBERS:
        return "1", ()
    return f"note IN (SELECT note FROM card WHERE id IN ({', '.join('?' * len(numbers))}))", numbers  # noqa: S608 - question marks


def of_paths(paths: Sequence[str]) -> tuple[str, Sequence[bytes]]:
    """The condition that a note has one of some paths."""
    asked = f"note IN (SELECT id FROM note WHERE path IN ({', '.join('?' * len(paths))}))"  # noqa: S608 - the same
    return asked, list(map(blob, paths))


def are_missing(read: sqlite3.Connection, what: str, which: str = "1", values: Sequence[object] = ()) -> bool:
    """Whether some notes, among those that satisfy a condition, still lack `QUESTIONS` or `TEXTS`."""
    return read.execute(f"SELECT 1 FROM {what} WHERE {which} LIMIT 1", values).fetchone() is not None  # noqa: S608 - names


def fill_some(write: sqlite3.Connection, what: str, which: str = "1", values: Sequence[object] = ()) -> None:
    """Make what is missing, for some of them.

    Raises:
        sqlite3.DatabaseError: if what a note holds is damaged, or there is no such note.
    """
    asked = f"SELECT note FROM {what} WHERE {which} LIMIT {_A_TURN}"  # noqa: S608 - names
    numbers = [number for (number,) in write.execute(asked, values)]
    put_texts(write, numbers)
    if what == QUESTIONS:
        put_questions(write, numbers)
    if any(are_missing(write, what, "note = ?", (number,)) for number in numbers):
        raise sqlite3.DatabaseError("a note holds nothing")


def put_texts(
    write: sqlite3.Connection, notes: Sequence[int], kept: Mapping[int, dict[CardText, list[int]]] | None = None
) -> None:
    """Make the texts of notes that lack them.

    `kept` has those of each note from before it was reread; the ones still in use are removed from it.

    Raises:
        sqlite3.DatabaseError: if what a note holds is damaged.
    """
    texts: list[tuple[int, str, str]] = []
    stayed: list[tuple[int, int]] = []
    sums: list[tuple[int, int]] = []
    for number, card, _, held in _held(write, TEXTS, notes):
        had, shown = (kept or {}).get(number, {}), []
        for at, text in enumerate(
            (text for question in held.questions for text in texts_of(held.signs, question)), card
        ):
            if numbers := had.get(text):  # equal cards have a text each
                stayed.append((numbers.pop(), at))
                shown.append((stayed[-1][0], *text))
            else:
                texts.append((at, *text))
                shown.append((at, *text))
        sums.append((sum_of(shown), number))
    write.executemany("INSERT INTO text VALUES (?, ?, ?)", texts)
    write.executemany("UPDATE card SET text = ? WHERE id = ?", stayed)
    grams.add(write, [(number, folded) for number, _, folded in texts])
    _know(write, TEXTS, sums)


def put_questions(write: sqlite3.Connection, notes: Sequence[int]) -> None:
    """Make the questions of notes that lack them, and have texts.

    Raises:
        sqlite3.DatabaseError: if what a note holds is damaged.
    """
    found = _held(write, QUESTIONS, notes)
    names = iter(keys_and_hashes([question[9] for _, _, _, held in found for question in held.questions]))
    questions: list[tuple[Any, ...]] = []
    sums: list[tuple[int, int]] = []
    for number, first, decks, held in found:
        card, begun = first, len(questions)
        for place, deck, occurrence, kind, line, block_id, cards, copies, joined, _, _ in held.questions:
            key, hash_ = next(names)
            entries = joined if joined.isascii() and "\0" not in joined else blob(joined)
            names_here = key, "" if hash_ == key else hash_
            rest = (kind, line, block_id or "", cards, copies, entries)
            questions.append((card, number, decks[deck], place, occurrence, *names_here, *rest))
            card += cards
        sums.append((sum_of(questions[begun:]), number))
    write.executemany(_PUT_QUESTION, questions)
    _know(write, QUESTIONS, sums)


def _held(write: sqlite3.Connection, what: str, notes: Sequence[int]) -> list[tuple[int, int, list[int], NoteHeld]]:
    """For notes that still lack something, their numbers, first cards, decks, and contents."""
    asked = "SELECT held, decks, pending.sum, first FROM pending JOIN note ON id = note WHERE note = ?"
    if what == TEXTS:
        asked += " AND note IN textless"
    found = []
    for number in notes:
        for held, decks, sum_, first in write.execute(asked, (number,)):
            if sum_ != sum_of(held, decks):
                raise sqlite3.DatabaseError("what a note holds is damaged")
            found.append((number, first, json.loads(decks), unpacked(held)))
    return found


def _know(write: sqlite3.Connection, what: str, sums: Sequence[tuple[int, int]]) -> None:
    """Record that notes are complete, with their checksums."""
    write.executemany("UPDATE note SET sum = sum + ? WHERE id = ?", sums)
    write.executemany(f"DELETE FROM {what} WHERE note = ?", [(number,) for _, number in sums])  # noqa: S608 - a name
