"""Updates the table of a vault from its notes: checks all files, reads what has changed, removes what is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from studyapp.collector import uncollected
from studyapp.core.disk.files import read_note
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import NoteError, Problem
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.note import Note
from studyapp.core.text.note_text import digest_of
from studyapp.core.vault.scan.fingerprint import fingerprint
from studyapp.core.vault.scan.recent import RecentNotes
from studyapp.core.vault.scan.scopes import Scopes
from studyapp.core.vault.sheet import Sheet
from studyapp.core.vault.table.contents import Contents
from studyapp.core.vault.table.folders import Folder
from studyapp.core.vault.table.intake import Parsed
from studyapp.core.vault.table.rows import rows_of
from studyapp.core.vault.table.table import LostError, VaultTable
from studyapp.core.vault.weak import weakly

MANY: Final = 1000
"""Fewer notes than these are never many to read."""
TOGETHER: Final = 1024
"""How many notes are added to the table at once; other writers wait for them."""


class ScannedNotes(Scopes, Contents):
    """A folder of notes that are read, and reread."""

    def __init__(
        self, root: Path, user_file: Path | None, overrides: Mapping[str, str], table: VaultTable | None
    ) -> None:
        """Start with the table's contents; see `Vault`."""
        Scopes.__init__(self, root, user_file, overrides)
        Contents.__init__(self, VaultTable() if table is None else table)
        self.table.refill = weakly(self._refill)
        self.recent = RecentNotes(weakly(self.settings_of))
        self.files = 0
        """How many notes the last walk found; that many will be known once they are read."""
        self.unreadable: dict[str, Problem] = {}
        self.strays: list[str] = []
        """What writes of notes that were cut short left, as the last walk met it; see `tidy.clean_up`."""
        self._scanning = threading.RLock()
        self._depth = 0
        """How many scans this thread is in."""
        self._whole = -1
        """The table's generation when all notes were last read."""
        self._place = 0, 0
        """The table's state at the last check of the notes."""
        self._told: set[tuple[str, str]] = set()
        """Notes read by another program and reported since then: their paths and digests."""

    def scan(self, tell: Callable[[int, int], object] = lambda _done, _of: None) -> None:
        """Read every new or changed note, and remove those that are gone.

        Meanwhile the cards of notes already read can be used. `tell` gets the number of notes read so far and of all
        to be read.
        """
        with self._scanning:
            self._depth += 1
            try:
                while True:
                    try:
                        return self._scan(tell)
                    except LostError:
                        continue  # what was read so far must be reread
            finally:
                self._depth -= 1

    @property
    def is_whole(self) -> bool:
        """Whether all notes have been read, and not lost since then."""
        return self._whole == self.table.generation

    def missed(self) -> set[str]:
        """The notes that have changed, come or gone since they were last read; nothing is read."""
        from studyapp.core.vault.scan.walk import Walk

        with self._scanning:
            found = list(Walk(self.root).folders())
            missed = set(self._stale(found))
            if missed or self.count != sum(one.count for one in found):
                missed |= set(self.paths()).difference(path for folder in found for path in folder.paths())
            return missed

    def _refill(self) -> None:
        """Reread all notes, as the table's contents are lost."""
        with self._scanning:
            if self._depth:
                raise LostError
            if self.files:
                self.scan()

    def _scan(self, tell: Callable[[int, int], object]) -> None:
        from studyapp.core.vault.scan.walk import Walk

        if not self.files:
            self.table.share(fingerprint(self.settings))
        self.table.check()
        walk = Walk(self.root)
        found = list(walk.folders())
        self.files, self.strays = sum(one.count for one in found), walk.strays
        self.unreadable = walk.unreadable  # what still cannot be read is found again
        self.look_within(walk.inner_vaults)
        self._marks.suppose(self.table.plain())
        with uncollected():
            place, stale = self.table.place(), self._stale(found)
            if self._are_many(stale):
                with self.table.alone(lambda: self._tell_known(tell)):
                    was_alone = self.table.place() == place
                    self._bring_up(found, stale if was_alone else self._stale(found), tell)
            else:
                self._bring_up(found, stale, tell)
        self.table.know_plain(self._marks.plain)
        self.table.forget_past()
        self._whole = self.table.generation
        self._place = self.table.place()
        self._told.clear()

    def _tell_known(self, tell: Callable[[int, int], object]) -> int:
        """Report how many notes are known while another program reads them."""
        known = self.count
        tell(min(known, self.files), self.files)
        return known

    def _bring_up(self, found: Sequence[Folder], stale: Sequence[str], tell: Callable[[int, int], object]) -> None:
        known, many = self.count, self._are_many(stale)
        if known and (stale or known != self.files):
            self.table.forget_others(path for folder in found for path in folder.paths())
        self._read(stale, tell)
        while self._marks.revise(self._numbers_of_entries):
            self._read(self._stale(found), tell)
        self.table.end_building()
        if many:  # the next start need not compare all that was just read
            for settings, some in self._by_settings(found):
                self.table.keep(some, settings)

    def _stale(self, found: Iterable[Folder]) -> list[str]:
        """The notes whose table rows are out of date."""
        return [path for settings, some in self._by_settings(found) for path in self.table.stale(some, settings)]

    def _by_settings(self, found: Iterable[Folder]) -> Iterable[tuple[bytes, list[Folder]]]:
        folders: dict[bytes, list[Folder]] = {}
        for one in found:
            folders.setdefault(self.print_of(one.prefix), []).append(one)
        return folders.items()

    def _are_many(self, paths: Sequence[str]) -> bool:
        """Whether that are more notes than the table holds."""
        return len(paths) > max(MANY, self.count)

    def _read(self, paths: Sequence[str], tell: Callable[[int, int], object]) -> None:
        from studyapp.core.vault.scan.note_files import read_all

        if many := self._are_many(paths):
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
                    read.append(Parsed(one.path, one.rows, one.stamp, self.print_of(one.path), one.read_at))
            if len(read) >= TOGETHER:
                self.table.put(read, whole=not many)
                read = []
        self.table.put(read, whole=not many)

    def _leave_out(self, path: str, reason: str) -> None:
        """Remove a note, and say why it cannot be read, unless that is because it is gone."""
        from studyapp.core.vault.scan.walk import unreadable

        self.forget(path)
        if reason:
            self.unreadable[path] = unreadable(path, reason, "note")

    def _numbers_of_entries(self, kind: Kind) -> Iterator[tuple[str, int]]:
        return ((self.innermost(path), number) for path, number in self.numbers_of_entries(kind))

    def note(self, path: str) -> Note | None:
        """A note with its text; None if there is none, or it cannot be read now.

        It is as last read, or as it is now if that was too long ago.
        """
        digest = self.digest(path)
        if digest is None:
            return None
        return self.recent.find(path, digest) or self._parsed(path)

    def _parsed(self, path: str) -> Note | None:
        """Read a note without adding it to the table."""
        try:
            return self.recent.read(path, read_note(self.root / path))
        except NoteError:
            return None

    def _is_unchanged(self, path: str) -> bool:
        """Whether a note's file is the one that was read."""
        try:
            stamp = Stamp.of((self.root / path).stat())
        except OSError:
            return False
        return self.table.is_as_read(path, stamp, self.print_of(path))

    def refresh(self, path: str) -> Note | None:
        """Reread one note; None, and a problem, if that is impossible."""
        from studyapp.core.vault.scan.note_files import read_raw, reason_unless_gone

        try:
            raw, stamp, read_at = read_raw(self.root, path)
        except (OSError, NoteError) as error:
            if self.root.is_dir():  # else all notes are gone, for as long as their drive is
                self._leave_out(path, reason_unless_gone(error))
            return None
        note = self.recent.read(path, raw)
        self.take(path, raw, stamp, read_at)
        return note

    def refresh_if_changed(self, path: str) -> Note | None:
        """The note as it is on disk now; if its file has changed, it is added to the table again."""
        note = self.note(path) if self._is_unchanged(path) else None
        return note if note is not None and note.digest == self.digest(path) else self.refresh(path)

    def take(self, path: str, raw: bytes, stamp: Stamp | None = None, read_at: int | None = None) -> None:
        """Add a note's bytes to the table."""
        at = time.time_ns() if read_at is None else read_at
        known = self.recent.find(path, digest_of(raw))
        of = self.settings_of(path)
        rows = rows_of(path, raw, of, known)
        self.unreadable.pop(path, None)
        self.table.put([Parsed(path, rows, stamp, self.print_of(path), at)])

    def is_now(self, path: str, stamp: Stamp) -> None:
        """Record that a note's file is a different one with the same bytes."""
        self.table.is_now(path, stamp)

    def forget(self, path: str) -> None:
        """Remove a note."""
        self.table.forget([path])

    def is_news(self, path: str) -> bool:
        """Whether another program has added a note since the last scan; True only once."""
        now = (path, self.digest(path) or "")
        if now in self._told or not self.table.is_of_another(path, self._place[0]):
            return False
        self._told.add(now)
        return True

    def sheet_before(self, path: str) -> Sheet | None:
        """The note as of the last scan, if another program has added or removed it since."""
        return self.before(path, self._place[1])
