"""A folder of notes: their contents, their cards and the tree of their decks.

The contents of all notes are in the vault's table, without any text; notes themselves are read on request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from studyapp.core.errors import CardNotFoundError, DeckNotFoundError, Problem
from studyapp.core.notes.cards import Card, CardId, Question
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import Schedule
from studyapp.core.text.names import as_compared, as_known
from studyapp.core.vault.decks import Deck, with_those_above
from studyapp.core.vault.scan.scan import ScannedNotes
from studyapp.core.vault.sheet import CardRow, row_of
from studyapp.core.vault.table import agenda
from studyapp.core.vault.table.table import VaultTable

if TYPE_CHECKING:
    from array import array

    from studyapp.core.vault.table.line import CardLine

INFERRED_NOTICE = (
    "This vault has no settings of the Obsidian plugin, and its `??` cards hold one schedule each: "
    "`??` is taken as the plain separator, `???` as the reversed one. `studyapp settings` shows how to change that."
)


class Handle(Struct, frozen=True):
    """A card with the question and the note that it is in."""

    note: Note
    question: Question
    card: Card

    @property
    def id(self) -> CardId:
        """Who the card is."""
        return self.question.id_of(self.note.path, self.card)

    @property
    def schedule(self) -> Schedule | None:
        """Its schedule as the note has it."""
        return self.card.schedule

    @property
    def row(self) -> CardRow:
        """The card without its text."""
        return row_of(self.note, self.question, self.card)


_LOOKED_AT = 10
"""How many cards that may have changed are tried before the notes are read after all."""


class Vault(ScannedNotes):
    """One open vault; its notes are as last read."""

    def __init__(
        self,
        root: Path,
        user_file: Path | None = None,
        overrides: Mapping[str, str] | None = None,
        table: VaultTable | None = None,
    ) -> None:
        """Open a vault without reading its notes; `table` keeps their contents, from run to run if it has a file.

        Raises:
            VaultError: if there is no such folder, or it cannot be read.
            MisuseError: if an override cannot be used.
        """
        super().__init__(root, user_file, overrides or {}, table)

    @property
    def problems(self) -> list[Problem]:
        """The problems in the settings files and in the notes."""
        found = list(self.loaded.problems)
        for loaded in self.nested.values():
            found += (problem for problem in loaded.problems if problem not in found)
        found += self.unreadable.values()
        return [*found, *self.problems_of_notes()]

    def line(self, numbers: Iterable[int]) -> CardLine:
        """Cards by their numbers in the table; they stay the same while their notes are reread."""
        from studyapp.core.vault.table.line import CardLine

        return CardLine(self, numbers)

    def first_due(self, now: datetime, deck: str | None = None) -> Handle | None:
        """The card that a review would most likely start with, for showing it before the notes are read.

        It comes from the table; None if that has none whose note is unchanged.
        """
        for skip in range(_LOOKED_AT):
            place = agenda.first_due(self.table, now, deck, skip=skip)
            if place is None:
                return None
            note = self.note(place.path) if self._is_unchanged(place.path) else None
            if note is None or note.digest != self.digest(place.path):
                continue
            question = note.questions[place.question]
            if not self.is_buried(place.path, question.hash, now):
                return Handle(note, question, question.cards[place.side])
        return None

    # What the notes hold

    def knows(self, path: str) -> bool:
        """Whether there is such a note, and it can be read."""
        return self.digest(path) is not None

    def is_folder(self, path: str) -> bool:
        """Whether that is a folder that may contain notes, or did."""
        return super().is_folder(path) or (self.root / path).is_dir()

    def rows(self, deck: str | None = None, paths: Iterable[str] | None = None) -> Iterator[CardRow]:
        """Every card, or those of a deck and its subdecks, or of some notes, in order of path and line."""
        return (row for _, row in self.numbered(deck, paths))

    def known_path(self, path: str) -> str:
        """The path of the note that is meant, whatever the form of its letters."""
        return path if path.isascii() or self.knows(path) else as_known(path, self.paths())

    def no_note(self, path: str) -> str:
        """The message that there is no such note, with one of that name in another folder, if there is any."""
        name = as_compared(PurePosixPath(path).name.removesuffix(".md"))
        alike = (known for known in self.paths() if as_compared(PurePosixPath(known).stem) == name)
        meant = next(alike, None)
        what = f"did you mean {meant!r}?" if meant else "name it by its path in the vault, such as 'Folder/Note.md'"
        return f"there is no note {path!r}; {what}"

    def size_of(self, path: str) -> int:
        """How many bytes a note's file has; 0 where there is none."""
        try:
            return (self.root / path).stat().st_size
        except (OSError, ValueError):
            return 0

    def has_deck(self, deck: str | None) -> bool:
        """Whether a card is in a deck or below it; None, all decks, always exists."""
        return deck is None or next(self.rows(deck), None) is not None

    def check_deck(self, deck: str | None) -> None:
        """Raise DeckNotFoundError where there is no such deck."""
        if deck is not None and not self.has_deck(deck):
            raise DeckNotFoundError(deck)

    def decks_of(self, card_id: CardId) -> tuple[str, ...]:
        """The decks of a card; none if there is no such card."""
        row = self.row(card_id)
        return row.decks if row is not None else ()

    def number_of(self, card_id: CardId) -> int | None:
        """The number of a card in the table; None if there is none."""
        return next((number for number, row in self.numbered(paths=[card_id.path]) if row.id == card_id), None)

    def handle(self, card_id: CardId) -> Handle | None:
        """The card of that id with its question and note; None if there is none."""
        note = self.note(card_id.path)
        found = note.find(card_id) if note else None
        return Handle(note, *found) if note and found else None

    def find(self, card_id: CardId) -> Handle:
        """The card of that id; CardNotFoundError if there is none."""
        found = self.handle(CardId(self.known_path(card_id.path), card_id.hash, card_id.occurrence, card_id.side))
        if found is None:
            there = self.knows(card_id.path)
            where = f"{card_id.path} has no such card" if there else f"the note {card_id.path} is not in the vault"
            raise CardNotFoundError(f"{where}; `studyapp cards` lists every card with its id")
        return found

    def due_days(self, day_of: Callable[[datetime], date], after: datetime | None = None) -> Counter[date]:
        """How many cards become due on each day; see `agenda.due_days`."""
        return agenda.due_days(self.table, day_of, after)

    def histogram(self, now: datetime, *, later: bool = False) -> Counter[int]:
        """How many cards are due in how many days from today, by the local calendar; `later` only: not due yet."""
        today = now.date()
        days = self.due_days(lambda moment: moment.astimezone(now.tzinfo).date(), now if later else None)
        return Counter({(day - today).days: number for day, number in days.items()})

    def due_numbers(self, now: datetime, deck: str | None = None, *, overdue: bool) -> array[int]:
        """The due cards by their numbers in the table, in order of path and line, or the longest `overdue` first."""
        return (agenda.overdue if overdue else agenda.due)(self.table, now, deck)

    def new_numbers(self, deck: str | None = None) -> array[int]:
        """The new cards by their numbers in the table, negated, in order of path and line."""
        return agenda.new(self.table, deck)

    def candidates(self, now: datetime, deck: str | None = None) -> list[agenda.DueCard]:
        """The due and the new cards, in order of path and line."""
        return agenda.candidates(self.table, now, deck)

    def counts(self, now: datetime) -> dict[tuple[str, ...], agenda.Count]:
        """How many cards are due, new and there at all, for each combination of decks that cards are in."""
        return agenda.counts(self.table, now)

    def decks(self, now: datetime) -> Deck:
        """The tree of decks as the notes were when last read; its root stands for the whole vault."""
        root = Deck("", "")
        for paths, count in self.counts(now).items():
            for deck in with_those_above(root, paths):
                deck.due += count.due
                deck.new += count.new
                deck.total += count.total
        return root

    def first_decks(self, now: datetime) -> Deck | None:
        """The same, for showing it before the notes are read; None if no card is known yet."""
        root = self.decks(now)
        return root if root.total else None

    def paths_with_buried(self, now: datetime) -> set[str]:
        """The notes that may contain questions that the plugin has buried for today."""
        lists = [one.bury_list for one in (self.loaded, *self.nested.values()) if one.bury_date == now.date()]
        hashes = {question for some in lists for question in some}
        return self.paths_with(sorted(hashes)) if hashes else set()
