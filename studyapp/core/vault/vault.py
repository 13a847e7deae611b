"""A folder of notes: walk, read, parse; the cards in it and the tree of its decks.

What is kept of all notes are their sheets, without any text; notes themselves are read when they are asked for.
"""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from studyapp.core.disk.files import read_note
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import CardNotFoundError, NoteError, Problem, VaultError
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Card, CardId, Question
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import Schedule, days_until
from studyapp.core.settings.load import LoadedSettings, Settings, load_settings
from studyapp.core.settings.nested import load_nested, nested_notice
from studyapp.core.text.names import as_known
from studyapp.core.vault.decks import Deck, those_in, tree_of, with_those_above
from studyapp.core.vault.index import Index, Parsed
from studyapp.core.vault.read import read_all, read_raw, reason_of
from studyapp.core.vault.recent import RecentNotes
from studyapp.core.vault.sheet import CardRow, Sheet, row_of, sheet_of
from studyapp.core.vault.walk import Walk, unreadable

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
"""Notes from which on the cyclic collector is kept from walking them."""
_KEPT_AT = 2048
"""Notes after which what was read goes into the index, lest all of it be read again if the program ends."""
_LOOKED_AT = 10
"""Cards that the index names first and that may have changed, before the notes are read after all."""


class Vault:
    """One vault, open; its notes are as they were when last read."""

    def __init__(
        self,
        root: Path,
        person_file: Path | None = None,
        overrides: Mapping[str, str] | None = None,
        index: Index | None = None,
    ) -> None:
        """Open a vault without reading its notes; `index` keeps what they mean from run to run.

        Raises:
            VaultError: if there is no such folder, or it cannot be read.
            SettingsError: if an override cannot be used.
        """
        self.root = root
        self.person_file = person_file
        self.index = index
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
        self.sheets: dict[str, Sheet] = {}
        """What is kept of each note that can be read."""
        self.stamps: dict[str, Stamp] = {}
        self.files = 0
        """How many notes the last walk met; so many sheets there will be once they are read."""
        self.recent = RecentNotes(self.settings_of)
        self._unkept: dict[str, int] = {}
        """When notes were read that the index does not have."""
        self.unreadable: dict[str, Problem] = {}
        self.strays: list[str] = []
        """What writes of notes that were cut short left, as the last walk met it; see `tidy.clean_up`."""
        self.inferred = False
        """Whether `??` was found to be the plain separator."""

    @property
    def settings(self) -> Settings:
        """The settings of the vault itself."""
        return self.loaded.settings

    def settings_of(self, path: str) -> Settings:
        """The settings that hold for a note: those of the innermost vault that it is in."""
        return self.loaded_for(path).settings

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
        for path in self.paths():
            found += self.sheets[path].problems
        return found

    def scan(self) -> None:
        """Read every note that is new or has changed, and forget those that are gone.

        Meanwhile the cards of the notes that have been read are there already.
        """
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
        for path in self.sheets.keys() - found.keys():
            self.forget(path)
        with _uncollected(len(found)):
            self._read({path: stamp for path, stamp in found.items() if self.stamps.get(path) != stamp})
            for prefix in self._with_plain_question_marks():
                self._take_question_marks_as_plain(prefix)
        if self.index is not None:
            self.index.forget(set(self.index.paths()) - found.keys())
        self.keep()

    def keep(self) -> None:
        """Put what was read since the last time into the index; call it when a review ends, too."""
        unkept, self._unkept = self._unkept, {}
        if self.index is None or not unkept:
            return
        stamps = {path: self.stamps[path] for path in unkept if path in self.stamps}
        self.index.forget(unkept.keys() - stamps.keys())
        self.index.store(
            [
                Parsed(path, self.sheets[path], stamp, self.settings_of(path), unkept[path])
                for path, stamp in stamps.items()
            ]
        )

    def _read(self, files: Mapping[str, Stamp]) -> None:
        """Take sheets from the index where it has them, and read the other notes."""
        if self.index is not None:
            known = self.index.load({path: (stamp, self.settings_of(path)) for path, stamp in files.items()})
            self.sheets |= known
            self.stamps |= {path: files[path] for path in known}
            files = {path: stamp for path, stamp in files.items() if path not in known}
        for part in read_all(self.root, list(files), self.settings_of):
            for one in part:
                if one.sheet is None:
                    self._leave_out(one.path, one.error)
                else:
                    self._put(one.path, one.sheet, one.stamp, one.read_at)
            if len(self._unkept) >= _KEPT_AT:
                self.keep()

    def _leave_out(self, path: str, reason: str) -> None:
        self.forget(path)
        self.unreadable[path] = unreadable(path, reason, "note")

    def _put(self, path: str, sheet: Sheet, stamp: Stamp | None, read_at: int) -> None:
        self._unkept[path] = read_at
        self.unreadable.pop(path, None)
        self.sheets[path] = sheet
        if stamp is None:
            self.stamps.pop(path, None)
        else:
            self.stamps[path] = stamp

    def first_due(self, now: datetime, deck: str | None = None) -> Handle | None:
        """The card that a review would most likely begin with, for showing it before the notes are read.

        It comes from the index; None where that knows none whose note is unchanged.
        """
        for skip in range(_LOOKED_AT if self.index is not None else 0):
            assert self.index is not None
            place = self.index.first_due(now, deck, skip=skip)
            if place is None:
                return None
            try:
                stamp = Stamp.of((self.root / place.path).stat())
            except OSError:
                continue
            sheet = self.index.load({place.path: (stamp, self.settings_of(place.path))}).get(place.path)
            note = self._parsed(place.path) if sheet is not None else None
            if note is None or sheet is None or note.digest != sheet.digest:
                continue
            question = note.questions[place.question]
            if not self.is_buried(place.path, question.hash, now):
                return Handle(note, question, question.cards[place.side])
        return None

    def refresh(self, path: str) -> Note | None:
        """Read one note again; None, and a problem, if that is not possible."""
        try:
            return self.take(path, *read_raw(self.root, path))
        except (OSError, NoteError) as error:
            self._leave_out(path, reason_of(error))
            return None

    def paths_of(self, digest: str) -> list[str]:
        """The notes whose bytes have that digest."""
        return [path for path, sheet in self.sheets.items() if sheet.digest == digest]

    def refresh_if_changed(self, path: str) -> Note | None:
        """The note as it is on disk now; if the file is not the one that was read, it is taken in anew."""
        try:
            unchanged = path in self.sheets and self.stamps.get(path) == Stamp.of((self.root / path).stat())
        except OSError:
            unchanged = False
        note = self.note(path) if unchanged else None
        return note if note is not None and note.digest == self.sheets[path].digest else self.refresh(path)

    def take(self, path: str, raw: bytes, stamp: Stamp | None = None, read_at: int | None = None) -> Note:
        """Parse a note's bytes and put it among the others."""
        note = self.recent.read(path, raw)
        self._put(path, sheet_of(note), stamp, time.time_ns() if read_at is None else read_at)
        return note

    def forget(self, path: str) -> None:
        """Take a note out."""
        self.sheets.pop(path, None)
        self.stamps.pop(path, None)

    def paths(self) -> list[str]:
        """The notes that can be read, in their order."""
        return sorted(self.sheets)

    def is_folder(self, path: str) -> bool:
        """Whether that is a folder that notes may be in, or was one."""
        return any(known.startswith(f"{path}/") for known in self.sheets) or (self.root / path).is_dir()

    def note(self, path: str) -> Note | None:
        """A note with its text; None if there is none, or it cannot be read now.

        It is as it was when last read, or as it is now if that was too long ago.
        """
        sheet = self.sheets.get(path)
        if sheet is None:
            return None
        return self.recent.find(path, sheet.digest) or self._parsed(path)

    def _parsed(self, path: str) -> Note | None:
        """Read a note without taking it in."""
        try:
            return self.recent.read(path, read_note(self.root / path))
        except NoteError:
            return None

    def rows(self, deck: str | None = None, paths: Iterable[str] | None = None) -> Iterator[CardRow]:
        """Every card, or those of a deck and the ones below it, in order of path and line.

        Args:
            deck: its path.
            paths: only the cards of these notes.
        """
        for path in self.paths() if paths is None else sorted(paths):
            sheet = self.sheets.get(path)
            for row in sheet.cards if sheet is not None else ():
                if deck is None or those_in(row.decks, deck):
                    yield row

    def known_path(self, path: str) -> str:
        """The path of the note that is meant, which may be written with letters in another form."""
        return as_known(path, self.sheets)

    def size_of(self, path: str) -> int:
        """How many bytes a note's file has; 0 where there is none."""
        try:
            return (self.root / path).stat().st_size
        except (OSError, ValueError):
            return 0

    def row(self, card_id: CardId) -> CardRow | None:
        """The card of that id without its text; None if there is none."""
        sheet = self.sheets.get(card_id.path)
        return sheet.find(card_id) if sheet is not None else None

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
            there = card_id.path in self.sheets
            where = f"{card_id.path} has no such card" if there else f"the note {card_id.path} is not in the vault"
            raise CardNotFoundError(f"{where}; `studyapp cards` lists every card with its id")
        return found

    def histogram(self, now: datetime) -> Counter[int]:
        """How many cards are due in how many days from today, by the local calendar."""
        counts: Counter[int] = Counter()
        for sheet in list(self.sheets.values()):
            for row in sheet.cards:
                if row.schedule is not None and (days := days_until(row.schedule, now)) is not None:
                    counts[days] += 1
        return counts

    def decks(self, now: datetime) -> Deck:
        """The tree of decks; its root stands for the whole vault."""
        return tree_of(self.rows(), now)

    def first_decks(self, now: datetime) -> Deck | None:
        """The tree of decks as the index has it, for showing it before the notes are read; None without an index."""
        counts = self.index.counts(now) if self.index is not None else {}
        root = Deck("", "")
        for paths, count in counts.items():
            for deck in with_those_above(root, paths):
                deck.due += count.due
                deck.new += count.new
                deck.total += count.total
        return root if counts else None

    def is_buried(self, path: str, question: str, now: datetime) -> bool:
        """Whether the plugin has buried a question for today; it names it by its hash."""
        loaded = self.loaded_for(path)
        return bool(loaded.bury_list) and loaded.bury_date == now.date() and question in loaded.bury_list

    @property
    def may_infer(self) -> bool:
        """Whether it depends on the notes what `??` means."""
        return any(one.with_plain_question_marks() is not one for one in (self.loaded, *self.nested.values()))

    def _with_plain_question_marks(self) -> list[str]:
        """The vaults, by their prefix, without plugin settings whose scheduled `??` questions hold one entry each."""
        counts: dict[str, set[int]] = {}
        for prefix, loaded in (("", self.loaded), *self.nested.items()):
            if loaded.with_plain_question_marks() is not loaded:
                counts[prefix] = set()
        if counts:
            for path, sheet in self.sheets.items():
                if (prefix := self._innermost(path)) in counts:
                    questions = (row.question for row in sheet.cards)
                    numbers = (len(one.entries) for one in questions if one.kind is Kind.MULTI_REVERSED)
                    counts[prefix] |= {number for number in numbers if number}
        return [prefix for prefix, numbers in counts.items() if numbers == {1}]

    def _take_question_marks_as_plain(self, prefix: str) -> None:
        of_this_vault = {path: stamp for path, stamp in self.stamps.items() if self._innermost(path) == prefix}
        if prefix:
            self.nested[prefix] = self.nested[prefix].with_plain_question_marks()
        else:
            self.loaded = self.loaded.with_plain_question_marks()
        self.inferred = True
        self._read(of_this_vault)


@contextmanager
def _uncollected(notes: int) -> Iterator[None]:
    """Keep the cyclic collector away while many notes are made, and from those notes for good.

    It would walk them again and again and find nothing: notes hold no cycles. That saves a quarter of the time here,
    and a pause of a tenth of a second each time it runs later.
    """
    if notes < _MANY or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
