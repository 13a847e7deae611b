"""Notes and cards of the table as sheets and rows; only those requested last are kept."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from studyapp.core.disk.cache import blob, some_of, text_of
from studyapp.core.errors import Problem
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import read_entry
from studyapp.core.vault.decks import those_in
from studyapp.core.vault.sheet import CardRow, QuestionRow, Sheet
from studyapp.core.vault.table.filling import of_cards, of_paths
from studyapp.core.vault.table.rows import MULTI, entries_of, problems_of
from studyapp.core.vault.table.table import VaultTable

T = TypeVar("T")

_MOST = 64
"""Sheets kept."""
_A_TURN = 256
"""Notes whose rows are read at once if all are requested."""
_QUESTION = (
    "question.number, question.key, question.occurrence, question.hash, question.kind, question.deck, question.line,"
    " question.block_id, question.cards, question.copies, question.entries"
)

_KINDS = {kind.value: kind for kind in Kind}

Numbered = tuple[int, CardRow]
"""A card with its number in the table."""


class Contents:
    """Reads the contents of the table; safe to call from any thread."""

    def __init__(self, table: VaultTable) -> None:
        """Take a table."""
        self.table = table
        self._sheets: OrderedDict[tuple[int, int], Sheet] = OrderedDict()
        self._lock = threading.Lock()

    def sheet(self, path: str) -> Sheet | None:
        """A note without its text; None if it is unknown."""
        return self.table.ask_whole(*of_paths([path]), partial(self._sheet, path))

    def _sheet(self, path: str, read: sqlite3.Connection) -> Sheet | None:
        asked = "SELECT id, digest, first, cards, aliases, findings FROM note WHERE path = ?"
        row = read.execute(asked, (blob(path),)).fetchone()
        if row is None:
            return None
        number, digest, first, cards, aliases, findings = row
        key = (self.table.generation, number)
        with self._lock:
            if key in self._sheets:
                self._sheets.move_to_end(key)
                return self._sheets[key]
        rows = tuple(row for _, row in self._of_note(read, path, digest, first, cards))
        sheet = Sheet(digest, rows, problems_of(path, _listed(findings)), tuple(_listed(aliases)))
        with self._lock:
            self._sheets[key] = sheet
            while len(self._sheets) > _MOST:
                self._sheets.popitem(last=False)
        return sheet

    def before(self, path: str, place: int) -> Sheet | None:
        """A note as it was at a point in time, if it was reread or deleted since; see `last_past`."""

        def before(read: sqlite3.Connection) -> Sheet | None:
            asked = "SELECT digest, first, cards FROM past WHERE path = ? AND seq > ? ORDER BY seq LIMIT 1"
            row = read.execute(asked, (blob(path), place)).fetchone()
            return None if row is None else Sheet(row[0], tuple(card for _, card in self._of_note(read, path, *row)))

        return self.table.ask(before)

    def at(self, numbers: Sequence[int]) -> list[CardRow | None]:
        """The cards with those numbers, even of notes reread since; None for an unknown one."""

        def at(read: sqlite3.Connection) -> list[CardRow | None]:
            asked = (
                "SELECT coalesce(note.path, past.path), coalesce(note.digest, past.digest), ? - question.id,"  # noqa: S608 - names
                f" {_QUESTION} FROM question"
                " LEFT JOIN note ON note.id = question.note LEFT JOIN past ON past.note = question.note"
                " WHERE question.id <= ? ORDER BY question.id DESC LIMIT 1"
            )
            found: list[CardRow | None] = []
            for number in numbers:
                row = read.execute(asked, (number, number)).fetchone()
                if row is None or row[0] is None:
                    found.append(None)
                    continue
                path, digest, side, *columns = row
                question = self._question(read, text_of(path), digest, columns)
                found.append(_card(question, side) if side < question.cards else None)
            return found

        return self.table.ask_whole(*of_cards(numbers), at)

    def last_past(self) -> int:
        """The point in time of the note that was last reread."""
        return int(self._column("SELECT coalesce(max(seq), 0) FROM past")[0])

    def past_since(self, place: int) -> set[int]:
        """The numbers of the cards of notes that were reread, or deleted, since then."""
        asked = "SELECT first, first + cards FROM past WHERE seq > ?"
        rows = self.table.ask(lambda read: read.execute(asked, (place,)).fetchall())
        return {number for first, end in rows for number in range(first, end)}

    def numbers_of(self, paths: Iterable[str]) -> set[int]:
        """The numbers of the cards of some notes, current and previous."""
        keys = list(map(blob, paths))

        def numbers(read: sqlite3.Connection) -> set[int]:
            found: set[int] = set()
            for table in ("note", "past"):
                for part in some_of(keys):
                    asked = f"SELECT first, first + cards FROM {table} WHERE path IN ({', '.join('?' * len(part))})"  # noqa: S608 - names
                    found.update(number for one in read.execute(asked, part) for number in range(*one))
            return found

        return self.table.ask(numbers)

    def numbered(self, deck: str | None = None, paths: Iterable[str] | None = None) -> Iterator[Numbered]:
        """Every card, or those of a deck and its subdecks, in order of path and line; see `Vault.rows`."""
        some = self._all() if paths is None else self._some(sorted(paths))
        return (one for one in some if deck is None or those_in(one[1].decks, deck))

    def _some(self, paths: Sequence[str]) -> Iterator[Numbered]:
        for part in some_of(paths):
            yield from self.table.ask_whole(*of_paths(part), partial(self._of_notes, part))

    def _of_notes(self, paths: Iterable[str], read: sqlite3.Connection) -> list[Numbered]:
        asked = "SELECT digest, first, cards FROM note WHERE path = ?"
        rows = ((path, read.execute(asked, (blob(path),)).fetchone()) for path in paths)
        return [one for path, row in rows if row is not None for one in self._of_note(read, path, *row)]

    def _all(self) -> Iterator[Numbered]:
        last = b""
        while True:
            found, last_here = self.table.ask_whole(*_after(last), partial(self._after, last))
            yield from found
            if last_here is None:
                return
            last = last_here

    def _after(self, last: bytes, read: sqlite3.Connection) -> tuple[list[Numbered], bytes | None]:
        """The cards of the notes that come next after a path, and the last path of these."""
        asked = "SELECT path, digest, first, cards FROM note WHERE path > ? ORDER BY path LIMIT ?"
        notes = read.execute(asked, (last, _A_TURN)).fetchall()
        found = [one for path, *row in notes for one in self._of_note(read, text_of(path), *row)]
        return found, notes[-1][0] if notes else None

    def _of_note(
        self, read: sqlite3.Connection, path: str, digest: str, first: int, cards: int
    ) -> Iterator[Numbered]:
        if not cards:
            return
        asked = f"SELECT id, {_QUESTION} FROM question WHERE id BETWEEN ? AND ?"  # noqa: S608 - names of columns
        for number, *columns in read.execute(asked, (first, first + cards - 1)):
            question = self._question(read, path, digest, columns)
            for side in range(question.cards):
                yield number + side, _card(question, side)

    def _question(self, read: sqlite3.Connection, path: str, digest: str, columns: Sequence[Any]) -> QuestionRow:
        number, key, occurrence, hash_, kind, deck, line, block_id, cards, copies, entries = columns
        return QuestionRow(
            path,
            digest,
            number,
            key,
            occurrence,
            hash_ or key,
            _KINDS[kind],
            self.table.decks(read, deck),
            line,
            block_id,
            cards,
            copies,
            _entries(entries),
        )

    # Notes

    def _column(self, asked: str, *values: object) -> list[Any]:
        return self.table.ask(lambda read: [value for (value,) in read.execute(asked, values)])

    def _each(self, made: Callable[..., T], asked: str, *values: object) -> list[T]:
        """What is made of each row; a row of which nothing can be made is damage, so it happens here."""
        return self.table.ask(lambda read: [made(*row) for row in read.execute(asked, values)])

    @property
    def count(self) -> int:
        """How many notes are known."""
        (number,) = self._column("SELECT count(*) FROM note")
        return int(number)

    def paths(self) -> list[str]:
        """The notes, in order."""
        return self._each(text_of, "SELECT path FROM note ORDER BY path")

    def paths_with_cards(self) -> set[str]:
        """The notes that have any."""
        return set(self._each(text_of, "SELECT path FROM note WHERE cards > 0"))

    def paths_of(self, digest: str) -> list[str]:
        """The notes whose bytes have that digest."""
        return self._each(text_of, "SELECT path FROM note WHERE digest = ? ORDER BY path", digest)

    def paths_with(self, hashes: Sequence[str]) -> set[str]:
        """The notes with questions that the plugin knows by these hashes."""
        self.table.fill()
        found: set[str] = set()
        for part in some_of(hashes):
            asked = (
                "SELECT DISTINCT path FROM question JOIN note ON note.id = question.note"  # noqa: S608 - question marks
                f" WHERE coalesce(hash, key) IN ({', '.join('?' * len(part))})"
            )
            found.update(self._each(text_of, asked, *part))
        return found

    def digest(self, path: str) -> str | None:
        """That of a note's bytes; None if there is no such note."""
        return next(iter(self._column("SELECT digest FROM note WHERE path = ?", blob(path))), None)

    def is_folder(self, path: str) -> bool:
        """Whether there are notes in a folder of that path."""
        within = blob(f"{path}/"), blob(f"{path}0")  # what comes after the slash
        return bool(self._column("SELECT 1 FROM note WHERE path > ? AND path < ? LIMIT 1", *within))

    def aliases(self) -> list[tuple[str, str]]:
        """The other names that notes have, each with its note."""
        asked = "SELECT path, aliases FROM note WHERE aliases IS NOT NULL ORDER BY path"
        found = self._each(lambda path, text: (text_of(path), _listed(text)), asked)
        return [(alias, path) for path, aliases in found for alias in aliases]

    def latest(self) -> list[tuple[str, list[str]]]:
        """Every note with its other names, the one that was changed last first."""
        asked = (
            "SELECT path, aliases FROM note ORDER BY CAST(stamp AS INTEGER) DESC, path"  # it begins with that time
        )
        return self._each(lambda path, text: (text_of(path), _listed(text)), asked)

    def modified(self) -> list[tuple[str, int]]:
        """When each note's file last changed, in nanoseconds since 1970; 0 if unknown."""
        return self._each(lambda path, at: (text_of(path), at), "SELECT path, CAST(stamp AS INTEGER) FROM note")

    def problems_of_notes(self) -> list[Problem]:
        """The problems in the notes, in order."""
        asked = "SELECT path, findings FROM note WHERE findings IS NOT NULL ORDER BY path"
        found = self._each(lambda path, text: problems_of(text_of(path), _listed(text)), asked)
        return list(chain.from_iterable(found))

    def numbers_of_entries(self, kind: Kind) -> set[tuple[str, int]]:
        """How many schedules the questions of a kind have, if any: one, or 2 for any other number."""
        one = 1 << MULTI[kind]
        asked = "SELECT path, multi FROM note WHERE multi & ?"
        found = self._each(lambda path, multi: (text_of(path), multi), asked, 3 * one)
        return {(path, number) for path, multi in found for number in (1, 2) if multi & one * number}

    # Cards

    def row(self, card_id: CardId) -> CardRow | None:
        """The card of that id; None if there is none."""
        sheet = self.sheet(card_id.path)
        return sheet.find(card_id) if sheet is not None else None


def _after(path: bytes) -> tuple[str, Sequence[object]]:
    return "note IN (SELECT id FROM note WHERE path > ? ORDER BY path LIMIT ?)", (path, _A_TURN)


def _entries(joined: str | bytes) -> tuple[str, ...]:
    return entries_of(text_of(joined) if isinstance(joined, bytes) else joined)


def _listed(text: str | None) -> list[Any]:
    found: list[Any] = json.loads(text) if text else []
    return found


def _card(question: QuestionRow, side: int) -> CardRow:
    entries = question.entries
    return CardRow(question, side, read_entry(entries[side]).schedule if side < len(entries) else None)
