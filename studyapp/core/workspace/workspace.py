"""A vault with all that a review of it needs: its log, its store, the clock, the user's folders."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from studyapp.core.disk.files import LARGEST_LOG, open_file, open_handle, sync_folder
from studyapp.core.disk.place import Place
from studyapp.core.errors import Problem
from studyapp.core.locations import FOLDER, Locations, leads_elsewhere
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.history import History
from studyapp.core.log.journal import Journal
from studyapp.core.log.ledger import Ledger
from studyapp.core.log.ledger_rows import Record
from studyapp.core.log.marks import CardStates
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import today
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Handle, Vault

if TYPE_CHECKING:
    from studyapp.core.workspace.store import Saved, Store

_MORE_THAN_A_DAY = timedelta(days=2)
_MUCH = 1 << 20
"""The most unread bytes of review logs that are read before the first screen; more are read after it."""


class Workspace(Struct):
    """What a command or the app works with.

    What only grades and queues need is imported on demand: the first card is on the screen before.
    """

    vault: Vault
    locations: Locations
    clock: Callable[[], datetime]
    """Gives the present time, aware, in local time."""
    place: Place
    """The vault's folder as it was when opened."""
    _ledger: Ledger
    _outside: Path
    find: Callable[[str], Iterable[CardId]] = lambda _query: ()
    """The cards that a search finds, for exams set for a search; front ends provide it."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _journal: Journal | None = None
    _history: History | None = None
    _store: Store | None = None

    @classmethod
    def open(
        cls,
        root: Path,
        locations: Locations,
        clock: Callable[[], datetime],
        overrides: Mapping[str, str] | None = None,
        *,
        later: bool = False,
    ) -> Workspace:
        """Open a vault without reading its notes.

        Args:
            root: its folder.
            locations: where the user's files are.
            clock: gives the present time, aware and in the user's zone.
            overrides: settings that count before those of files.
            later: whether the review log may be left to `read_log`, where that takes long.

        Raises:
            VaultError: if there is no such vault.
            MisuseError: if an override cannot be used.
            JournalError: if the review log cannot be read.
        """
        vault, place = Vault(root, locations.settings, overrides, VaultTable(locations.index(root))), Place.of(root)
        log, outside = locations.journal(root), locations.journal_outside(root)
        if log != outside:
            _bring_in(root, outside, log)
        opened = cls(vault, locations, clock, place, Ledger(log, locations.ledger(log), locations.secret), outside)
        if not later or opened._ledger.unread() < _MUCH:
            opened.read_log()
        return opened

    @property
    def knows_log(self) -> bool:
        """Whether the review log has been read."""
        return self._journal is not None

    @property
    def journal(self) -> Journal:
        """This device's review log, read on first use."""
        return self._journal or self.read_log()

    def read_log(self, tell: Callable[[int, int], object] = lambda _done, _of: None) -> Journal:
        """Read the review log, once; `tell` gets the bytes read and the total."""
        with self._lock:
            if self._journal is None:
                ledger, root = self._ledger, self.vault.root
                ledger.update(tell)
                journal = Journal(ledger.own, ledger, place=self.place, outside=self._outside)
                if ledger.own == self._outside and (odd := self.locations.in_the_way(root)) is not None:
                    journal.problems.append(_kept_outside(root, odd, ledger.own))
                self._journal = journal
            return self._journal

    @property
    def is_trial(self) -> bool:
        """Whether this is the copy of the bundled vault."""
        return self.vault.root == self.locations.trial_vault

    @property
    def store(self) -> Store:
        """What writes into the notes."""
        if self._store is None:
            from studyapp.core.workspace.backups import Backups
            from studyapp.core.workspace.hook import GradeHook
            from studyapp.core.workspace.store import Store

            root = self.vault.root
            backups = Backups(self.locations.backups(root), self.clock)
            known = self.vault.recent
            self._store = Store(root, self.journal, self.vault.settings_of, backups, self.place, known)
            self._store.told = GradeHook(self.vault.settings.on_grade, root).tell
        return self._store

    @property
    def history(self) -> History:
        """What was done on every device, as it is now; the log must not be written meanwhile."""
        if self._history is None:
            self._history = History(self.journal)
        else:
            self._history.refresh()
        return self._history

    @property
    def states(self) -> CardStates:
        """What is suspended, buried and flagged."""
        return self.history.states()

    def recover(self) -> list[Saved]:
        """Try to put waiting actions into their notes: after a crash, or when what was in the way is gone.

        Then the vault has the resulting notes.
        """
        self.tidy()
        if self.vault.strays:  # a text that another program wrote may be back in its note
            self.vault.scan()
        self.find_again(self.journal.waiting)
        found = [self.store.retry(action) for action in self.journal.waiting]
        for path in filter(self.vault.knows, {saved.action.card.path for saved in found}):
            self.vault.refresh_if_changed(path)
        return found

    def find_again(self, actions: Iterable[Action]) -> None:
        """Look for notes that are not where actions say, and log where they are, so that these reach them."""
        if not all(self._is_there(action.card) or not action.kind.is_in_notes for action in actions):
            self.follow_moves()

    def follow_moves(self) -> None:
        """Look for cards and notes that the log has under other names, and log their present names."""
        from studyapp.core.workspace.renames import trace

        for move in trace(self.vault, self.history, self.clock()).moves:
            self.journal.move(move)

    def _is_there(self, card: CardId) -> bool:
        return self.vault.row(card) is not None if card.hash else self.vault.knows(card.path)

    def tidy(self, *, alone: bool = True) -> None:
        """Tidy up what a crash left: damaged lines of the log, files beside notes that the last scan found."""
        from studyapp.core.workspace.tidy import tidy

        tidy(self.vault.root, self.journal, self.vault.strays, alone=alone)

    def first_card(self, deck: str | None = None) -> Handle | None:
        """The card that a review most likely starts with, from the table; see `Vault.first_due`.

        None too if it is hidden, as far as this device knows, or if limits may leave it out, or if the log has not
        been read: then it is better to wait than to show a card and take it away.
        """
        now, settings = self.clock(), self.vault.settings
        if settings.on(today(now, settings.start_of_day)).has_limits or not self.knows_log:
            return None
        found = self.vault.first_due(now, deck)
        if found is None:
            return None
        day = today(now, settings.start_of_day)
        return None if self.states.of(found.id).is_hidden(day) else found

    def forgotten(self) -> Mapping[CardId, int]:
        """How often each card was forgotten, as the logs of all devices count it."""
        return self.history.forgotten()

    def graded_today(self) -> list[Record]:
        """Today's grades on any device, oldest first, with the present ids of their cards."""
        now, start = self.clock(), self.vault.settings.start_of_day
        day = today(now, start)
        return [
            record
            for record in self.history.since(now - _MORE_THAN_A_DAY)
            if record.kind is ActionKind.GRADE and today(record.at.astimezone(now.tzinfo), start) == day
        ]


def _kept_outside(root: Path, odd: Path, log: Path) -> Problem:
    """The findings if the vault's folder of review logs leads out of it, or this device's log there is not one."""
    folder = root / FOLDER
    if leads_elsewhere(root, folder):
        where, reason = (
            folder,
            "this folder is a link that leads out of the vault or in a circle; nothing is written there",
        )
        remedy = "put a real folder in its place"
    else:
        where, reason = odd, "this leads out of the vault, or is not a file that can hold a review log"
        remedy = "remove it"
    return Problem(
        "review-log-elsewhere",
        str(where),
        None,
        reason,
        f"Your reviews are kept in {log}; {remedy} to keep them in the vault",
    )


def _bring_in(root: Path, outside: Path, log: Path) -> None:
    """Move what was logged outside the vault into its own log, or nothing would read it again.

    Not into a folder without anything else: it may be the mount point of a drive, which would hide them. A crash in
    between repeats the lines, which changes nothing: nothing is logged before they are in.
    """
    with suppress(OSError), open_file(outside) as source:  # if that fails it is retried next time
        fcntl.flock(source, fcntl.LOCK_EX)
        if not outside.exists():
            return  # another copy of the program was faster
        if all(one.name == FOLDER.parts[0] for one in root.iterdir()):
            return
        log.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(open_handle(log, LARGEST_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), "ab") as target:
            fcntl.flock(target, fcntl.LOCK_EX)
            target.write(b"\n" + source.read())  # the last line there may be cut; blank ones do not count
            target.flush()
            os.fsync(target.fileno())
        sync_folder(log.parent)
        outside.unlink()
