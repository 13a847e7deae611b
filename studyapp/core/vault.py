"""A folder of notes: walk, read, parse; the cards in it and the tree of its decks."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from studyapp.core.atomic import is_stray, read_note
from studyapp.core.cards import Card, CardId, Question
from studyapp.core.errors import CardNotFoundError, NoteError, Problem, Severity, VaultError
from studyapp.core.index import Index, Parsed, Stamp
from studyapp.core.note import Note, parse_note
from studyapp.core.scan import Kind
from studyapp.core.schedule import Schedule, Sm2, is_due
from studyapp.core.settings import LoadedSettings, Settings, config_folder, load_settings

INFERRED_NOTICE = (
    "This vault has no settings of the Obsidian plugin, and its `??` cards hold one schedule each: "
    "`??` is taken as the plain separator, `???` as the reversed one. `studyapp settings` shows how to change that."
)


@dataclass(frozen=True, slots=True)
class Handle:
    """A card with the question and the note that it is in."""

    note: Note
    question: Question
    card: Card

    @property
    def id(self) -> CardId:
        """Who the card is."""
        return self.question.id_of(self.note.path, self.card)


class CardRow(NamedTuple):
    """What lists, queues and counts need to know of a card: everything but its text."""

    path: str
    question: int
    """Which question of its note, from 0."""
    side: int
    """Which card of its question, from 0."""
    key: str
    """See `Question.key`."""
    occurrence: int
    hash: str
    """See `Question.hash`; what the plugin's list of buried questions holds."""
    kind: Kind
    decks: tuple[str, ...]
    line: int
    """1-based: where its question begins."""
    block_id: str | None
    schedule: Schedule | None

    @property
    def id(self) -> CardId:
        """Who the card is."""
        return CardId(self.path, self.key, self.occurrence, self.side + 1)


@dataclass(slots=True)
class Deck:
    """A deck with the ones below it; the counts are of the cards in it and below, each once."""

    name: str
    """Its own part of the path."""
    path: str
    due: int = 0
    new: int = 0
    total: int = 0
    held_back: int = 0
    """Due and new cards that only the daily limits keep from today's."""
    children: dict[str, Deck] = field(default_factory=dict)


_MANY = 1000
"""Notes from which on the cyclic collector is kept from walking them."""
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
            raise VaultError(f"{root} cannot be read ({error.strerror}); mend its permissions") from error
        self.loaded = load_settings(root, person_file=person_file, overrides=self.overrides)
        self.nested: dict[str, LoadedSettings] = {}
        """The settings of vaults within this one, by the path of their folder with a `/` at its end."""
        self.notes: dict[str, Note] = {}
        self.stamps: dict[str, Stamp] = {}
        self._unkept: dict[str, int] = {}
        """When notes were read that the index does not have."""
        self.unreadable: dict[str, Problem] = {}
        self.strays: list[str] = []
        """What writes of notes that were cut short left, as the last walk met it; see `recovery.clean_up`."""
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
    def problems(self) -> list[Problem]:
        """What is wrong or surprising, in the settings files and in the notes."""
        found = list(self.loaded.problems)
        for loaded in self.nested.values():
            found += (problem for problem in loaded.problems if problem not in found)
        found += self.unreadable.values()
        for path in sorted(self.notes):
            found += self.notes[path].problems
        return found

    def scan(self) -> None:
        """Read every note that is new or has changed, and forget those that are gone."""
        self.unreadable = {}  # the walk and the reading find again what still cannot be read
        found = dict(self.walk())
        for path in self.notes.keys() - found.keys():
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
            [Parsed(self.notes[path], stamp, self.settings_of(path), unkept[path]) for path, stamp in stamps.items()]
        )

    def _read(self, files: Mapping[str, Stamp]) -> None:
        """Take notes from the index where it has them, and read the others."""
        if self.index is not None:
            known = self.index.load({path: (stamp, self.settings_of(path)) for path, stamp in files.items()})
            self.notes |= known
            self.stamps |= {path: files[path] for path in known}
            files = {path: stamp for path, stamp in files.items() if path not in known}
        for path in files:
            self.refresh(path)

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
            note = self.index.load({place.path: (stamp, self.settings_of(place.path))}).get(place.path)
            if note is not None and not self.is_buried(question := note.questions[place.question], place.path, now):
                return Handle(note, question, question.cards[place.side])
        return None

    def walk(self) -> Iterator[tuple[str, Stamp]]:
        """The notes in the vault's folders, in order of their paths; folders that start with a dot are left out."""
        seen: set[tuple[int, int]] = set()
        self.strays = []
        folders: list[tuple[Path, str]] = [(self.root, "")]
        while folders:
            folder, prefix = folders.pop()
            try:
                status = folder.stat()
                if (status.st_dev, status.st_ino) in seen:
                    continue  # a link back to a folder that was walked already
                seen.add((status.st_dev, status.st_ino))
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self.unreadable[prefix] = _unreadable(prefix.rstrip("/"), error, "folder")
                continue
            if prefix and any(entry.name.startswith(".") for entry in entries):
                self._look_for_vault(folder, prefix)
            inner: list[tuple[Path, str]] = []
            for entry in entries:
                if entry.name.startswith("."):
                    self.strays += [prefix + entry.name] if is_stray(entry.name) else []
                    continue
                try:
                    if entry.is_dir():
                        inner.append((Path(entry.path), f"{prefix}{entry.name}/"))
                    elif entry.name[-3:].lower() == ".md" and entry.is_file():
                        yield prefix + entry.name, Stamp.of(entry.stat())
                except OSError as error:
                    self.unreadable[prefix + entry.name] = _unreadable(prefix + entry.name, error, "note")
            folders += reversed(inner)

    def _look_for_vault(self, folder: Path, prefix: str) -> None:
        if prefix not in self.nested and config_folder(folder) is not None:
            self.nested[prefix] = load_settings(folder, person_file=self.person_file, overrides=self.overrides)

    def refresh(self, path: str) -> Note | None:
        """Read one note again; None, and a problem, if that is not possible."""
        try:
            stamp = Stamp.of((self.root / path).stat())
            raw = read_note(self.root / path)
        except (OSError, NoteError) as error:
            self.forget(path)
            self.unreadable[path] = _unreadable(path, error, "note")
            return None
        return self.take(path, raw, stamp)

    def refresh_if_changed(self, path: str) -> Note | None:
        """The note as it is on disk now, read again only if the file is not the one that was read."""
        try:
            unchanged = self.stamps.get(path) == Stamp.of((self.root / path).stat())
        except OSError:
            unchanged = False
        return self.notes.get(path) if unchanged and path in self.notes else self.refresh(path)

    def take(self, path: str, raw: bytes, stamp: Stamp | None = None) -> Note:
        """Parse a note's bytes and put it among the others."""
        self._unkept[path] = time.time_ns()  # by the clock that stamps files, whatever time it is for the person
        note = parse_note(path, raw, self.settings_of(path))
        self.unreadable.pop(path, None)
        self.notes[path] = note
        if stamp is None:
            self.stamps.pop(path, None)
        else:
            self.stamps[path] = stamp
        return note

    def forget(self, path: str) -> None:
        """Take a note out."""
        self.notes.pop(path, None)
        self.stamps.pop(path, None)

    def cards(self, deck: str | None = None) -> Iterator[Handle]:
        """Every card, or those of a deck and the ones below it, in order of path and line."""
        below = None if deck is None else f"{deck}/"
        for path in sorted(self.notes):
            note = self.notes[path]
            for question in note.questions:
                if below is None or any(name == deck or name.startswith(below) for name in question.decks):
                    for card in question.cards:
                        yield Handle(note, question, card)

    def paths(self) -> list[str]:
        """The notes that can be read, in their order."""
        return sorted(self.notes)

    def note(self, path: str) -> Note | None:
        """A note as it was when last read; None if there is none, or it cannot be read."""
        return self.notes.get(path)

    def rows(self, deck: str | None = None) -> Iterator[CardRow]:
        """Every card, or those of a deck and the ones below it, in order of path and line."""
        below = None if deck is None else f"{deck}/"
        for path in self.paths():
            note = self.note(path)
            for number, one in enumerate(note.questions if note else ()):
                if below is None or any(name == deck or name.startswith(below) for name in one.decks):
                    for card in one.cards:
                        yield CardRow(
                            path,
                            number,
                            card.side,
                            one.key,
                            one.occurrence,
                            one.hash,
                            one.kind,
                            one.decks,
                            one.first_line + 1,
                            one.block_id,
                            card.schedule,
                        )

    def handle(self, row: CardRow) -> Handle | None:
        """The card of a row with its question and note; None if the note does not hold it any more."""
        note = self.note(row.path)
        found = note.find(row.id) if note else None
        return Handle(note, *found) if note and found else None

    def find(self, card_id: CardId) -> Handle:
        """The card of that id.

        Raises:
            CardNotFoundError: if there is none.
        """
        note = self.notes.get(card_id.path)
        found = note.find(card_id) if note else None
        if note is None or found is None:
            where = (
                f"the note {card_id.path} is not in the vault" if note is None else f"{card_id.path} has no such card"
            )
            raise CardNotFoundError(f"{where}; `studyapp cards` lists every card with its id")
        return Handle(note, *found)

    def histogram(self, now: datetime) -> Counter[int]:
        """How many cards are due in how many days from today, by the local calendar."""
        counts: Counter[int] = Counter()
        for note in self.notes.values():
            for question in note.questions:
                for card in question.cards:
                    if card.schedule is not None and (days := days_until(card.schedule, now)) is not None:
                        counts[days] += 1
        return counts

    def decks(self, now: datetime) -> Deck:
        """The tree of decks; its root stands for the whole vault."""
        root = Deck("", "")
        for handle in self.cards():
            schedule = handle.card.schedule
            due = schedule is not None and is_due(schedule, now)
            for deck in with_those_above(root, handle.question.decks):
                deck.total += 1
                deck.new += schedule is None
                deck.due += due
        return root

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

    def is_buried(self, question: Question, path: str, now: datetime) -> bool:
        """Tell whether the plugin has buried the question for today."""
        loaded = self.loaded_for(path)
        return bool(loaded.bury_list) and loaded.bury_date == now.date() and question.hash in loaded.bury_list

    def _with_plain_question_marks(self) -> list[str]:
        """The vaults, by their prefix, without plugin settings whose scheduled `??` questions hold one entry each."""
        counts: dict[str, set[int]] = {}
        for prefix, loaded in (("", self.loaded), *self.nested.items()):
            if loaded.with_plain_question_marks() is not loaded:
                counts[prefix] = set()
        if counts:
            for path, note in self.notes.items():
                if (prefix := self._innermost(path)) in counts:
                    reversed_ones = (question for question in note.questions if question.kind is Kind.MULTI_REVERSED)
                    counts[prefix] |= {len(question.entries) for question in reversed_ones if question.entries}
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


def days_until(schedule: Schedule, now: datetime) -> int | None:
    """In how many days from today a card is due, by the local calendar; negative if it is overdue."""
    if schedule.due is None:
        return None
    day = schedule.due if isinstance(schedule, Sm2) else schedule.due.astimezone(now.tzinfo).date()
    return (day - now.date()).days


def with_those_above(root: Deck, paths: tuple[str, ...]) -> list[Deck]:
    """The decks of those paths and every deck above them, made where they are not there, each once."""
    found: dict[str, Deck] = {"": root}
    for path in paths:
        deck = root
        for part in path.split("/"):
            below = f"{deck.path}/{part}" if deck.path else part
            deck = deck.children.setdefault(part, Deck(part, below))
            found[deck.path] = deck
    return list(found.values())


def _unreadable(path: str, error: Exception, what: str) -> Problem:
    reason = getattr(error, "strerror", None) or str(error)
    return Problem(
        f"unreadable-{what}",
        path or ".",
        None,
        f"this {what} cannot be read ({reason})",
        "Mend its permissions; the other notes are not affected",
        Severity.ERROR,
    )
