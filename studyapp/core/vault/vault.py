"""A folder of notes: walk, read, parse; the cards in it and the tree of its decks.

What all notes hold is in the vault's table, without any text; notes themselves are read when they are asked for.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar
from weakref import WeakMethod

from msgspec import Struct

from studyapp.core.disk.cache import blob
from studyapp.core.disk.files import read_note
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import CardNotFoundError, NoteError, Problem, VaultError
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Card, CardId, Question, names_of
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import Schedule
from studyapp.core.settings.load import LoadedSettings, Settings, load_settings
from studyapp.core.settings.nested import load_nested, nested_notice
from studyapp.core.text.names import as_known
from studyapp.core.text.note_text import digest_of
from studyapp.core.vault import agenda
from studyapp.core.vault.contents import Contents
from studyapp.core.vault.decks import Deck, with_those_above
from studyapp.core.vault.fingerprint import fingerprint
from studyapp.core.vault.intake import Parsed
from studyapp.core.vault.line import CardLine
from studyapp.core.vault.question_marks import QuestionMarks
from studyapp.core.vault.read import read_all, read_raw, reason_of
from studyapp.core.vault.recent import RecentNotes
from studyapp.core.vault.rows import rows_of, rows_of_note, text_of
from studyapp.core.vault.sheet import CardRow, Sheet, row_of
from studyapp.core.vault.table import LostError, VaultTable
from studyapp.core.vault.walk import Walk, unreadable

P = ParamSpec("P")
T = TypeVar("T")

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


_MANY = 1000
"""The number of notes from which the cyclic collector is paused."""
_TOGETHER = 512
"""How many notes are put into the table at once; other writers wait for them."""
_LOOKED_AT = 10
"""How many cards that may have changed are tried before the notes are read after all."""


class Vault:
    """One vault, open; its notes are as they were when last read."""

    def __init__(
        self,
        root: Path,
        person_file: Path | None = None,
        overrides: Mapping[str, str] | None = None,
        table: VaultTable | None = None,
    ) -> None:
        """Open a vault without reading its notes; `table` keeps what they mean, from run to run if it has a file.

        Raises:
            VaultError: if there is no such folder, or it cannot be read.
            SettingsError: if an override cannot be used.
        """
        self.root = root
        self.person_file = person_file
        self.table = VaultTable() if table is None else table
        self.table.refill = _weakly(self._refill)
        self._contents = Contents(self.table)
        self.overrides = dict(overrides or {})
        try:
            os.scandir(root).close()
        except NotADirectoryError as error:
            raise VaultError(f"{root} is a file, not a folder; name the folder that holds your notes") from error
        except FileNotFoundError as error:
            raise VaultError(
                f"there is no folder {root}; name the folder that holds your notes, or make one with "
                f"`studyapp init {root}`"
            ) from error
        except OSError as error:
            raise VaultError(f"{root} cannot be read ({error.strerror}); fix its permissions") from error
        self.loaded = load_settings(root, person_file=person_file, overrides=self.overrides)
        self.nested: dict[str, LoadedSettings] = {}
        """The settings of vaults within this one, by the path of their folder with a `/` at its end."""
        self.inheriting: set[str] = set()
        """Folders, by such a path, that have a configuration folder and are read with the settings around them."""
        self.files = 0
        """How many notes the last walk met; so many will be known once they are read."""
        self.recent = RecentNotes(_weakly(self.settings_of))
        self._prints: dict[str, tuple[Settings, bytes]] = {}
        """The fingerprints of the settings, by the prefix of the vault."""
        self._scanning = threading.RLock()
        self._depth = 0
        """How many scans this thread is in."""
        self.unreadable: dict[str, Problem] = {}
        self.strays: list[str] = []
        """What writes of notes that were cut short left, as the last walk met it; see `tidy.clean_up`."""
        self._place = 0, 0
        """How far the table had come when the notes were looked at last."""
        self._told: set[tuple[str, str]] = set()
        """What has been told since then of notes that another program has read: their paths and digests."""
        self._marks = QuestionMarks(_weakly(self._all_settings), _weakly(self._put_settings))

    @property
    def settings(self) -> Settings:
        """The settings of the vault itself."""
        return self.loaded.settings

    def settings_of(self, path: str) -> Settings:
        """The settings that hold for a note: those of the innermost vault that it is in."""
        return self.loaded_for(path).settings

    def settings_for(self, path: str, decks: Iterable[str]) -> Settings:
        """The settings that hold for a card of a note: those of its decks' preset before the others."""
        return self.settings_of(path).for_decks(decks)

    def loaded_for(self, path: str) -> LoadedSettings:
        """The settings that hold for a note, with where they came from."""
        prefix = self._innermost(path)
        return self.nested[prefix] if prefix else self.loaded

    def _innermost(self, path: str) -> str:
        """The prefix of the innermost vault that a note is in; empty for this one."""
        return max((prefix for prefix in self.nested if path.startswith(prefix)), key=len, default="")

    @property
    def nested_notice(self) -> str:
        """Which folders are read with which settings; empty where all are read with those of this vault."""
        return nested_notice(sorted(self.nested.keys() - self.inheriting), sorted(self.inheriting))

    @property
    def problems(self) -> list[Problem]:
        """What is wrong or surprising, in the settings files and in the notes."""
        found = list(self.loaded.problems)
        for loaded in self.nested.values():
            found += (problem for problem in loaded.problems if problem not in found)
        found += self.unreadable.values()
        return [*found, *self._contents.problems()]

    def scan(self, tell: Callable[[int, int], object] = lambda _done, _of: None) -> None:
        """Read every note that is new or has changed, and forget those that are gone.

        During this, the cards of notes already read can be used. `tell` gets the number of notes read so far and of
        all that have to be read.
        """
        with self._scanning:
            self._depth += 1
            try:
                while True:
                    try:
                        return self._scan(tell)
                    except LostError:
                        continue  # what was read so far is to be read again
            finally:
                self._depth -= 1

    def _refill(self) -> None:
        """Read all notes again, as what the table held is lost."""
        with self._scanning:
            if self._depth:
                raise LostError
            if self.files:
                self.scan()

    def _scan(self, tell: Callable[[int, int], object]) -> None:
        if not self.files:
            self.table.share(fingerprint(self.settings))
        self.table.check()
        walk = Walk(self.root)
        found = dict(walk.notes())
        self.files, self.strays = len(found), walk.strays
        self.unreadable = walk.unreadable  # what still cannot be read is found again
        for prefix, folder in walk.inner_vaults.items():  # those further out come first
            if prefix not in self.nested and prefix not in self.inheriting:
                around = self.loaded_for(prefix)
                found_here = load_nested(folder, around, self.loaded, self.person_file, self.overrides)
                if found_here is None or len(found_here.folders) > 1:
                    self.inheriting.add(prefix)
                if found_here is not None:
                    self.nested[prefix] = found_here
        self._marks.suppose(self.table.plain())
        stale = self._stale(found)
        if len(stale) > max(_MANY, self.count):
            with self.table.alone(lambda: self._tell_known(found, tell)):
                self._bring_up(found, self._stale(found), tell)
        else:
            self._bring_up(found, stale, tell)
        self.table.know_plain(self._marks.plain)
        self.table.forget_past()
        self._place = self.table.place()
        self._told.clear()

    def _tell_known(self, found: Mapping[str, str], tell: Callable[[int, int], object]) -> int:
        """Say how many notes are known while another program reads them."""
        known = self.count
        tell(min(known, len(found)), len(found))
        return known

    def _bring_up(self, found: Mapping[str, str], stale: Sequence[str], tell: Callable[[int, int], object]) -> None:
        if stale or self.count != len(found):
            self.table.forget_others(found)
        with _uncollected(len(found)):
            self._read(stale, tell)
            while self._marks.revise(self._numbers_of_entries):
                self._read(self._stale(found), tell)
        self.table.end_building()

    def _stale(self, found: Mapping[str, str]) -> list[str]:
        """The notes of which the table does not hold what they are now."""
        if not self.nested:
            known = self.table.stamps(self._print_of(""))
            return [path for path, stamp in found.items() if known.get(blob(path)) != stamp]
        settings = {path: self._print_of(path) for path in found}
        of = {one: self.table.stamps(one) for one in set(settings.values())}
        return [path for path, stamp in found.items() if of[settings[path]].get(blob(path)) != stamp]

    def _print_of(self, path: str) -> bytes:
        """The fingerprint of the settings that hold for a note."""
        prefix = self._innermost(path) if self.nested else ""
        loaded = self.nested[prefix] if prefix else self.loaded
        known = self._prints.get(prefix)
        if known is None or known[0] is not loaded.settings:
            known = self._prints[prefix] = loaded.settings, fingerprint(loaded.settings)
        return known[1]

    def _read(self, paths: Sequence[str], tell: Callable[[int, int], object]) -> None:
        if len(paths) > max(_MANY, self.count):
            self.table.begin_building()
        read: list[Parsed] = []
        done = 0
        for part in read_all(self.root, paths, self.settings_of):
            done += len(part)
            tell(done, len(paths))
            for one in part:
                if one.rows is None:
                    self._leave_out(one.path, one.error)
                else:
                    self.unreadable.pop(one.path, None)
                    read.append(
                        Parsed(one.path, one.rows, one.names, one.stamp, self._print_of(one.path), one.read_at)
                    )
            if len(read) >= _TOGETHER:
                self.table.put(read)
                read = []
        self.table.put(read)

    def _leave_out(self, path: str, reason: str) -> None:
        self.forget(path)
        self.unreadable[path] = unreadable(path, reason, "note")

    def line(self, numbers: Iterable[int]) -> CardLine:
        """Cards by their numbers in the table; they stay what they are while their notes are read again."""
        return CardLine(self._contents, numbers)

    def first_due(self, now: datetime, deck: str | None = None) -> Handle | None:
        """The card that a review would most likely begin with, for showing it before the notes are read.

        It comes from the table; None where that knows none whose note is unchanged.
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

    def _is_unchanged(self, path: str) -> bool:
        """Whether a note's file is the one that was read."""
        try:
            stamp = Stamp.of((self.root / path).stat())
        except OSError:
            return False
        return self.table.is_as_read(path, stamp, self._print_of(path))

    def refresh(self, path: str) -> Note | None:
        """Read one note again; None, and a problem, if that is not possible."""
        try:
            raw, stamp, read_at = read_raw(self.root, path)
        except (OSError, NoteError) as error:
            self._leave_out(path, reason_of(error))
            return None
        note = self.recent.read(path, raw)
        self.take(path, raw, stamp, read_at)
        return note

    def refresh_if_changed(self, path: str) -> Note | None:
        """The note as it is on disk now; if the file is not the one that was read, it is taken in anew."""
        note = self.note(path) if self._is_unchanged(path) else None
        return note if note is not None and note.digest == self.digest(path) else self.refresh(path)

    def take(self, path: str, raw: bytes, stamp: Stamp | None = None, read_at: int | None = None) -> None:
        """Put a note's bytes among the others."""
        at = time.time_ns() if read_at is None else read_at
        known = self.recent.find(path, digest_of(raw))
        rows = rows_of(path, raw, self.settings_of(path)) if known is None else rows_of_note(known)
        self.unreadable.pop(path, None)
        self.table.put(
            [Parsed(path, rows, names_of(list(map(text_of, rows.questions))), stamp, self._print_of(path), at)]
        )

    def is_now(self, path: str, stamp: Stamp) -> None:
        """Take in that a note's file is another one with the same bytes."""
        self.table.is_now(path, stamp)

    def forget(self, path: str) -> None:
        """Take a note out."""
        self.table.forget([path])

    def is_news(self, path: str) -> bool:
        """Whether another program has taken in a note since the last scan; True only once."""
        now = (path, self.digest(path) or "")
        if now in self._told or not self.table.is_of_another(path, self._place[0]):
            return False
        self._told.add(now)
        return True

    def sheet_before(self, path: str) -> Sheet | None:
        """What a note was at the last scan, if another program has taken it in or out since."""
        return self._contents.before(path, self._place[1])

    # What the notes hold

    @property
    def count(self) -> int:
        """How many notes are known."""
        return self._contents.count()

    def paths(self) -> list[str]:
        """The notes that can be read, in their order."""
        return self._contents.paths()

    def paths_with_cards(self) -> set[str]:
        """The notes that have any."""
        return self._contents.paths_with_cards()

    def paths_of(self, digest: str) -> list[str]:
        """The notes whose bytes have that digest."""
        return self._contents.paths_of(digest)

    def knows(self, path: str) -> bool:
        """Whether there is such a note, and it can be read."""
        return self.digest(path) is not None

    def digest(self, path: str) -> str | None:
        """That of a note's bytes; None if there is no such note."""
        return self._contents.digest(path)

    def aliases(self) -> list[tuple[str, str]]:
        """The other names that notes have, each with its note."""
        return self._contents.aliases()

    def latest(self) -> list[tuple[str, list[str]]]:
        """Every note with its other names, the one that was changed last first."""
        return self._contents.latest()

    def modified(self) -> list[tuple[str, int]]:
        """When each note's file changed last, in nanoseconds since 1970; 0 where that is not known."""
        return self._contents.modified()

    def is_folder(self, path: str) -> bool:
        """Whether that is a folder that notes may be in, or was one."""
        return self._contents.is_folder(path) or (self.root / path).is_dir()

    def note(self, path: str) -> Note | None:
        """A note with its text; None if there is none, or it cannot be read now.

        It is as it was when last read, or as it is now if that was too long ago.
        """
        digest = self.digest(path)
        if digest is None:
            return None
        return self.recent.find(path, digest) or self._parsed(path)

    def _parsed(self, path: str) -> Note | None:
        """Read a note without taking it in."""
        try:
            return self.recent.read(path, read_note(self.root / path))
        except NoteError:
            return None

    def sheet(self, path: str) -> Sheet | None:
        """A note without its text; None if there is none."""
        return self._contents.sheet(path)

    def rows(self, deck: str | None = None, paths: Iterable[str] | None = None) -> Iterator[CardRow]:
        """Every card, or those of a deck and the ones below it, in order of path and line.

        Args:
            deck: its path.
            paths: only the cards of these notes.
        """
        return (row for _, row in self._contents.numbered(deck, paths))

    def numbered(self, deck: str | None = None, paths: Iterable[str] | None = None) -> Iterator[tuple[int, CardRow]]:
        """The same, each card with its number in the table."""
        return self._contents.numbered(deck, paths)

    def known_path(self, path: str) -> str:
        """The path of the note that is meant, which may be written with letters in another form."""
        return path if path.isascii() or self.knows(path) else as_known(path, self.paths())

    def size_of(self, path: str) -> int:
        """How many bytes a note's file has; 0 where there is none."""
        try:
            return (self.root / path).stat().st_size
        except (OSError, ValueError):
            return 0

    def row(self, card_id: CardId) -> CardRow | None:
        """The card of that id without its text; None if there is none."""
        return self._contents.row(card_id)

    def number_of(self, card_id: CardId) -> int | None:
        """The number of a card in the table; None if there is none."""
        return next((number for number, row in self.numbered(paths=[card_id.path]) if row.id == card_id), None)

    def handle(self, card_id: CardId) -> Handle | None:
        """The card of that id with its question and note; None if there is none."""
        note = self.note(card_id.path)
        found = note.find(card_id) if note else None
        return Handle(note, *found) if note and found else None

    def find(self, card_id: CardId) -> Handle:
        """The card of that id.

        Raises:
            CardNotFoundError: if there is none.
        """
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

    def due_numbers(self, now: datetime, deck: str | None = None, *, overdue: bool) -> list[int]:
        """The due cards by their numbers in the table, in order of path and line, or the longest `overdue` first."""
        return (agenda.overdue if overdue else agenda.due)(self.table, now, deck)

    def new_numbers(self, deck: str | None = None) -> list[int]:
        """The new cards by their numbers in the table, in order of path and line."""
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
        """The same, for showing it before the notes are read; None where no card is known yet."""
        root = self.decks(now)
        return root if root.total else None

    def is_buried(self, path: str, question: str, now: datetime) -> bool:
        """Whether the plugin has buried a question for today; it names it by its hash."""
        loaded = self.loaded_for(path)
        return bool(loaded.bury_list) and loaded.bury_date == now.date() and question in loaded.bury_list

    def paths_with_buried(self, now: datetime) -> set[str]:
        """The notes that may hold questions that the plugin has buried for today."""
        lists = [one.bury_list for one in (self.loaded, *self.nested.values()) if one.bury_date == now.date()]
        hashes = {question for some in lists for question in some}
        return self._contents.paths_with(sorted(hashes)) if hashes else set()

    @property
    def inferred(self) -> bool:
        """Whether the notes have shown that `??` is the plain separator."""
        return bool(self._marks)

    @property
    def may_infer(self) -> bool:
        """Whether it depends on the notes what `??` means."""
        return self._marks.are_open

    def _numbers_of_entries(self, kind: Kind) -> Iterator[tuple[str, int]]:
        return ((self._innermost(path), number) for path, number in self._contents.numbers_of_entries(kind))

    def _all_settings(self) -> dict[str, LoadedSettings]:
        return {"": self.loaded, **self.nested}

    def _put_settings(self, prefix: str, loaded: LoadedSettings) -> None:
        if prefix:
            self.nested[prefix] = loaded
        else:
            self.loaded = loaded


def _weakly(method: Callable[P, T]) -> Callable[P, T]:
    """A vault's method for what the vault itself holds: without a cycle its files are closed when it is let go of."""
    held = WeakMethod(method)

    def call(*values: P.args, **named: P.kwargs) -> T:
        found = held()
        assert found is not None
        return found(*values, **named)

    return call


@contextmanager
def _uncollected(notes: int) -> Iterator[None]:
    """Keep the cyclic collector away while many notes are made: it would walk them, and they hold no cycles."""
    if notes < _MANY or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
