"""Notes on their way into the table, and out of it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from time import time
from typing import Any, Final, NamedTuple

from studyapp.core.disk.cache import blob
from studyapp.core.disk.stamp import Stamp
from studyapp.core.text.folded import fold
from studyapp.core.vault import grams
from studyapp.core.vault.repair import sum_of
from studyapp.core.vault.rows import NEW, NoteRows
from studyapp.core.vault.schema import (
    A_DAY,
    BY_DAY,
    BY_MOMENT,
    CARDS,
    FRESH,
    NEVER,
    NOTES,
    SEPARATOR,
    TEXTS,
    get,
    put,
)

RACY: Final = 2_000_000_000
"""Nanoseconds. A file that was changed so short a time before it was read may have been changed again within the same
tick of the file system's clock (FAT's is the longest, 2 s), so the next run reads it again."""

_Text = tuple[str, str]
"""What a list shows of a card, and what searches look into."""


class Parsed(NamedTuple):
    """What a note holds, and what it was read from."""

    path: str
    rows: NoteRows
    names: Sequence[tuple[str, str]]
    """The keys and the hashes of its questions."""
    stamp: Stamp | None
    """None where it is not known; then the next look reads it again."""
    settings: bytes
    read_at: int
    """Nanoseconds since 1970, by the clock that stamps files."""


class Intake:
    """What is put in and dropped within one transaction."""

    def __init__(self, write: sqlite3.Connection, run: int) -> None:
        """Begin with nothing; `run` is the number of this run of the program."""
        self._write, self._run = write, run
        self._tally: Counter[tuple[int, int, int]] = Counter()
        self._decks: dict[tuple[str, ...], int] = {}
        self._text: int = get(write, TEXTS)
        """The highest number of a text."""

    def put(self, notes: Sequence[Parsed]) -> None:
        """Put notes in, in the place of what was known of them; one that is the same keeps its rows."""
        write = self._write
        number, card, known_texts = get(write, NOTES), get(write, CARDS) + 1, self._text
        lines: list[tuple[Any, ...]] = []
        questions: list[tuple[Any, ...]] = []
        cards: list[tuple[Any, ...]] = []
        texts: list[tuple[int, str, str]] = []
        for path, rows, names, stamp, settings, read_at in notes:
            key, of = blob(path), (str(stamp or ""), self._run_of(stamp, read_at))
            same = write.execute(
                "UPDATE note SET stamp = ?, run = ? WHERE path = ? AND digest = ? AND settings = ?",
                (*of, key, rows.digest, settings),
            )
            if same.rowcount:
                continue
            had = self._take_out(path)
            number, first = number + 1, card
            questions_here: list[tuple[Any, ...]] = []
            cards_here: list[tuple[Any, ...]] = []
            texts_here: dict[_Text, int] = {}
            for place, (question, (name, hash_), shown) in enumerate(
                zip(rows.questions, names, rows.texts, strict=True)
            ):
                occurrence, kind, in_decks, line, block_id, copies, entries, _, values = question
                if not values:
                    continue
                deck = self._decks.get(in_decks) or self._deck(in_decks)
                other = None if hash_ == name else hash_
                held = entries if entries.isascii() and "\0" not in entries else blob(entries)
                of_question = (occurrence, name, other, kind, line, block_id, len(values), copies, held)
                questions_here.append((card, number, deck, place, *of_question))
                for side, (numbers, text) in enumerate(zip(values, shown, strict=True)):
                    if text not in texts_here:
                        texts_here[text] = had.pop(text, 0) or self._next_text()
                    cards_here.append((card + side, number, side, deck, texts_here[text], *numbers))
                    self._tally[deck, *_kind(*numbers[:3])] += 1
                card += len(values)
            self._drop_texts(had)
            texts += [(one, *text) for text, one in texts_here.items() if one > known_texts]
            more = (json.dumps(some) if some else None for some in (rows.aliases, rows.problems))
            searched = (
                fold(path[:-3] if path[-3:].lower() == ".md" else path),
                _folded([tag.removeprefix("#") for tag in rows.tags]),
            )
            note = (number, key, settings, rows.digest, first, card - first, *more, *searched)
            sum_ = sum_of(note, questions_here, cards_here, sorted((one, *text) for text, one in texts_here.items()))
            lines.append((*note, *of, self._run, sum_))
            questions += questions_here
            cards += cards_here
        columns = "id, path, settings, digest, first, cards, aliases, findings, name, tags, stamp, run, by, sum"
        write.executemany(f"INSERT INTO note ({columns}) VALUES ({_marks(14)})", lines)  # noqa: S608 - question marks
        write.executemany(f"INSERT INTO question VALUES ({_marks(13)})", questions)  # noqa: S608 - the same
        write.executemany(f"INSERT INTO card VALUES ({_marks(14)})", cards)  # noqa: S608 - the same
        write.executemany("INSERT INTO text VALUES (?, ?, ?)", texts)
        grams.add(write, ((one, folded) for one, _, folded in texts))
        put(write, NOTES, number)
        put(write, CARDS, card - 1)
        put(write, TEXTS, self._text)
        self.keep_tally()

    def _next_text(self) -> int:
        self._text += 1
        return self._text

    def _deck(self, names: tuple[str, ...]) -> int:
        """The number of a combination of decks."""
        text, folded = json.dumps(names), _folded(names)
        asked = "INSERT OR IGNORE INTO deck (names, folded, sum) VALUES (?, ?, ?)"
        self._write.execute(asked, (text, folded, sum_of(text, folded)))
        (number,) = self._write.execute("SELECT id FROM deck WHERE names = ?", (text,)).fetchone()
        self._decks[names] = number
        return int(number)

    def _run_of(self, stamp: Stamp | None, read_at: int) -> int:
        """The run that may trust a stamp; 0 for every run."""
        return self._run if stamp is None or max(stamp.modified, stamp.changed) > read_at - RACY else 0

    def forget(self, path: str) -> None:
        """Drop a note, with its texts."""
        self._drop_texts(self._take_out(path))

    def _take_out(self, path: str) -> dict[_Text, int]:
        """Drop a note; its texts are still there, and given by their numbers."""
        write, key = self._write, (blob(path),)
        row = write.execute("SELECT first, first + cards - 1 FROM note WHERE path = ?", key).fetchone()
        if row is None:
            return {}
        write.execute(
            "INSERT INTO past (note, path, digest, first, cards, at)"
            " SELECT id, path, digest, first, cards, ? FROM note WHERE path = ? AND cards > 0",
            (int(time()), *key),
        )
        write.execute("DELETE FROM note WHERE path = ?", key)
        asked = "SELECT deck, state, day, moment FROM card WHERE id BETWEEN ? AND ?"
        for deck, *numbers in write.execute(asked, row):
            self._tally[deck, *_kind(*numbers)] -= 1
        asked = "SELECT id, front, folded FROM text WHERE id IN (SELECT text FROM card WHERE id BETWEEN ? AND ?)"
        texts = {(front, folded): number for number, front, folded in write.execute(asked, row)}
        write.execute("DELETE FROM card WHERE id BETWEEN ? AND ?", row)
        return texts

    def _drop_texts(self, texts: dict[_Text, int]) -> None:
        if texts:
            grams.remove(self._write, ((number, folded) for (_, folded), number in texts.items()))
            self._write.executemany("DELETE FROM text WHERE id = ?", [(number,) for number in texts.values()])

    def keep_tally(self) -> None:
        """Bring the tally up to what was put in and dropped."""
        changed = [(*key, number) for key, number in self._tally.items() if number]
        self._tally.clear()
        self._write.executemany(
            "INSERT INTO tally VALUES (?, ?, ?, ?)"
            " ON CONFLICT (deck, kind, day) DO UPDATE SET cards = cards + excluded.cards",
            changed,
        )
        gone = [key for *key, number in changed if number < 0]
        self._write.executemany("DELETE FROM tally WHERE deck = ? AND kind = ? AND day = ? AND cards = 0", gone)


def _kind(state: int, day: int | None, moment: int | None) -> tuple[int, int]:
    """Where a card stands in the tally."""
    if state == NEW:
        return FRESH, 0
    if day is not None:
        return BY_DAY, day
    return (NEVER, 0) if moment is None else (BY_MOMENT, moment // A_DAY)


def _folded(paths: Sequence[str]) -> str:
    """Decks or tags as searches look into them."""
    return SEPARATOR.join(f"/{fold(path)}/" for path in paths)


def _marks(number: int) -> str:
    return ", ".join("?" * number)
