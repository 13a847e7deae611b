"""Adds notes to the table, and removes them."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from time import time
from typing import Any, Final, NamedTuple

from studyapp.core.disk.cache import blob, some_of
from studyapp.core.disk.stamp import Stamp
from studyapp.core.text.folded import fold
from studyapp.core.vault.table import folders, grams
from studyapp.core.vault.table.filling import CardText, put_questions, put_texts
from studyapp.core.vault.table.repair import sum_of
from studyapp.core.vault.table.rows import COLUMNS, NEW, NoteRows
from studyapp.core.vault.table.schema import (
    A_DAY,
    BY_DAY,
    BY_MOMENT,
    CARDS,
    FRESH,
    NEVER,
    NOTES,
    SEPARATOR,
    get,
    put,
)

RACY: Final = 2_000_000_000
"""Nanoseconds. A file that was changed so short a time before it was read may have been changed again within the same
tick of the file system's clock (FAT's is the longest, 2 s), so the next run reads it again."""


_PUT_NOTE: Final = (
    "INSERT INTO note (id, path, settings, digest, first, cards, aliases, findings, name, tags, multi, stamp, run,"
    " by, sum) VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ?, ?, ?)"
)
_PUT_CARDS: Final = {
    length: f"INSERT INTO card (id, note, side, deck, {''.join(f'{name}, ' for name in names or ['state'])}text)"  # noqa: S608 - names
    f" VALUES (?1, ?, ?, ?, {'?, ' * length or f'{NEW}, '}?1)"
    for length, names in COLUMNS.items()
}
"""Statements that insert cards, by their number of values: naming NULL columns takes longer than omitting them."""


class Parsed(NamedTuple):
    """A note's contents, and the file they were read from."""

    path: str
    rows: NoteRows
    stamp: Stamp | None
    """None if unknown; then the next check reads it again."""
    settings: bytes
    read_at: int
    """Nanoseconds since 1970, by the clock that stamps files."""


class Intake:
    """What is added and removed within one transaction."""

    def __init__(self, write: sqlite3.Connection, run: int) -> None:
        """Start empty; `run` is the number of this run of the program."""
        self._write, self._run = write, run
        self._tally: Counter[tuple[int, int, int]] = Counter()
        self._decks: dict[tuple[str, ...], int] = {}

    def put(self, notes: Sequence[Parsed], *, whole: bool = True) -> None:
        """Add notes, replacing their previous contents; an equal one keeps its rows.

        If they are not to be `whole`, their questions and texts are left for later; see `filling`.
        """
        write, tally = self._write, self._tally
        folders.lose(write, (one.path for one in notes))
        number, card = get(write, NOTES), get(write, CARDS) + 1
        there = self._those_among([blob(one.path) for one in notes])
        lines: list[tuple[Any, ...]] = []
        cards: dict[int, list[tuple[Any, ...]]] = {length: [] for length in _PUT_CARDS}
        pending: list[tuple[int, bytes, str, int]] = []
        kept: dict[int, dict[CardText, list[int]]] = {}
        for path, rows, stamp, settings, read_at in notes:
            key, of = blob(path), (str(stamp or ""), self._run_of(stamp, read_at))
            known = there.get(key)
            if known == (rows.digest, settings):
                write.execute("UPDATE note SET stamp = ?, run = ? WHERE path = ?", (*of, key))
                continue
            number, first = number + 1, card
            kept[number] = self._take_out(path) if known else {}
            decks = [self._decks.get(names) or self._deck(names) for names in rows.decks]
            cards_here: list[tuple[Any, ...]] = []
            for side, place, values in rows.cards:
                one = (card, number, side, decks[place], *values)
                cards_here.append(one)
                cards[len(values)].append(one)
                tally[decks[place], *(_kind(values) if values else (FRESH, 0))] += 1
                card += 1
            if cards_here:
                in_decks = str(decks)  # JSON as well, as they are numbers
                pending.append((number, rows.held, in_decks, sum_of(rows.held, in_decks)))
            more = (json.dumps(some) if some else "" for some in (rows.aliases, rows.problems))
            searched = (
                fold(path[:-3] if path[-3:].lower() == ".md" else path),
                _folded_tags(rows.tags),
            )
            note = (number, key, settings, rows.digest, first, card - first, *more, *searched, rows.multi)
            lines.append((*note, *of, self._run, sum_of(note, cards_here)))
        write.executemany(_PUT_NOTE, lines)
        for length, some_cards in cards.items():
            write.executemany(_PUT_CARDS[length], some_cards)
        write.executemany("INSERT INTO pending VALUES (?, ?, ?, ?)", pending)
        write.executemany("INSERT INTO textless VALUES (?)", [(one,) for one, *_ in pending])
        put(write, NOTES, number)
        put(write, CARDS, card - 1)
        if whole:
            put_texts(write, list(kept), kept)
            put_questions(write, list(kept))
        for texts in kept.values():
            self._drop_texts(texts)
        self.keep_tally()

    def _those_among(self, keys: Sequence[bytes]) -> dict[bytes, tuple[str, bytes]]:
        """The digests and settings of the notes that the table holds, of some."""
        found = {}
        for some in some_of(keys):
            asked = f"SELECT path, digest, settings FROM note WHERE path IN ({', '.join('?' * len(some))})"  # noqa: S608 - question marks
            found.update({path: (digest, settings) for path, digest, settings in self._write.execute(asked, some)})
        return found

    def _deck(self, names: tuple[str, ...]) -> int:
        """The number of a combination of decks."""
        text, folded = json.dumps(names), _folded(names)
        asked = "INSERT OR IGNORE INTO deck (names, folded, sum) VALUES (?, ?, ?)"
        self._write.execute(asked, (text, folded, sum_of(text, folded)))
        (number,) = self._write.execute("SELECT id FROM deck WHERE names = ?", (text,)).fetchone()
        self._decks[names] = number
        return int(number)

    def _run_of(self, stamp: Stamp | None, read_at: int) -> int:
        """The run that may trust a stamp."""
        return self._run if stamp is None or max(stamp.modified, stamp.changed) > read_at - RACY else folders.EVERY

    def forget(self, path: str) -> None:
        """Remove a note, with its texts."""
        self._drop_texts(self._take_out(path))

    def _take_out(self, path: str) -> dict[CardText, list[int]]:
        """Remove a note but not its texts, whose numbers are returned."""
        write, key = self._write, (blob(path),)
        found = write.execute("SELECT id, first, first + cards - 1 FROM note WHERE path = ?", key).fetchone()
        if found is None:
            return {}
        number, *row = found
        put_texts(write, [number])
        put_questions(write, [number])
        write.execute(
            "INSERT INTO past (note, path, digest, first, cards, at)"
            " SELECT id, path, digest, first, cards, ? FROM note WHERE path = ? AND cards > 0",
            (int(time()), *key),
        )
        write.execute("DELETE FROM note WHERE path = ?", key)
        asked = "SELECT deck, state, day, moment FROM card WHERE id BETWEEN ? AND ?"
        for deck, state, day, moment in write.execute(asked, row):
            self._tally[deck, *_kind(() if state == NEW else (state, day, moment, *[None] * 6))] -= 1
        asked = "SELECT id, front, folded FROM text WHERE id IN (SELECT text FROM card WHERE id BETWEEN ? AND ?)"
        texts: dict[CardText, list[int]] = {}
        for one, front, folded in write.execute(asked, row):
            texts.setdefault((front, folded), []).append(one)
        write.execute("DELETE FROM card WHERE id BETWEEN ? AND ?", row)
        return texts

    def _drop_texts(self, texts: dict[CardText, list[int]]) -> None:
        gone = [(number, folded) for (_, folded), numbers in texts.items() for number in numbers]
        if gone:
            grams.remove(self._write, gone)
            self._write.executemany("DELETE FROM text WHERE id = ?", [(number,) for number, _ in gone])

    def keep_tally(self) -> None:
        """Update the tally with what was added and removed."""
        changed = [(*key, number) for key, number in self._tally.items() if number]
        self._tally.clear()
        self._write.executemany(
            "INSERT INTO tally VALUES (?, ?, ?, ?)"
            " ON CONFLICT (deck, kind, day) DO UPDATE SET cards = cards + excluded.cards",
            changed,
        )
        gone = [key for *key, number in changed if number < 0]
        self._write.executemany("DELETE FROM tally WHERE deck = ? AND kind = ? AND day = ? AND cards = 0", gone)


@lru_cache(maxsize=1024)
def _folded_tags(tags: tuple[str, ...]) -> str:
    return _folded([tag.removeprefix("#") for tag in tags])


def _kind(values: Sequence[Any]) -> tuple[int, int]:
    """A card's row in the tally, by its values as `CardValues`."""
    match len(values):
        case 0:
            return FRESH, 0
        case 4:
            return BY_DAY, values[1]
        case 7:
            return BY_MOMENT, values[1] // A_DAY
    _, day, moment, *_ = values
    if day is not None:
        return BY_DAY, day
    return (NEVER, 0) if moment is None else (BY_MOMENT, moment // A_DAY)


def _folded(paths: Sequence[str]) -> str:
    """Decks or tags as searches see them."""
    return SEPARATOR.join(f"/{fold(path)}/" for path in paths)
