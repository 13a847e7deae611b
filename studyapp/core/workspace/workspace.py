"""A vault with all that a review of it needs: its log, its store, the clock, the person's folders."""

from __future__ import annotations

import fcntl
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from studyapp.core.disk.files import LARGEST_LOG, open_file, open_handle
from studyapp.core.disk.place import Place
from studyapp.core.locations import Locations
from studyapp.core.log.history import History
from studyapp.core.log.journal import Action, ActionKind, Journal, Status, sync_folder
from studyapp.core.log.ledger import Ledger
from studyapp.core.log.ledger_rows import Record
from studyapp.core.log.marks import CardStates
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Schedule, is_due, read_entry
from studyapp.core.vault.decks import Deck
from studyapp.core.vault.index import Index
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Handle, Vault

if TYPE_CHECKING:
    from studyapp.core.workspace.store import Saved, Store
    from studyapp.study.review.catch_up import CaughtUp
    from studyapp.study.review.coming import Coming
    from studyapp.study.review.session import Session

_OF_CARDS = frozenset({ActionKind.GRADE, ActionKind.RESET})
"""What changes the schedule of a card."""
_MORE_THAN_A_DAY = timedelta(days=2)


class Workspace(Struct):
    """What a command or the app works with.

    What only grades and queues need is imported when they are asked for: the first card is on the screen before.
    """

    vault: Vault
    journal: Journal
    locations: Locations
    clock: Callable[[], datetime]
    """Gives the present time, aware and in the person's zone."""
    place: Place
    """The vault's folder as it was when it was opened."""
    _history: History | None = None
    _store: Store | None = None

    @classmethod
    def open(
        cls,
        root: Path,
        locations: Locations,
        clock: Callable[[], datetime],
        overrides: Mapping[str, str] | None = None,
    ) -> Workspace:
        """Open a vault without reading its notes.

        Raises:
            VaultError: if there is no such vault.
            SettingsError: if an override cannot be used.
            JournalError: if the review log cannot be read.
        """
        vault, place = Vault(root, locations.settings, overrides, Index(locations.index(root))), Place.of(root)
        log, outside = locations.journal(root), locations.journal_outside(root)
        if log != outside:
            _bring_in(outside, log)
        ledger = Ledger(log, locations.ledger(log), locations.secret)
        return cls(vault, Journal(log, ledger, place=place, outside=outside), locations, clock, place)

    @property
    def store(self) -> Store:
        """What writes into the notes."""
        if self._store is None:
            from studyapp.core.workspace.backups import Backups  # noqa: PLC0415 - see the class
            from studyapp.core.workspace.store import Store  # noqa: PLC0415 - see the class

            root = self.vault.root
            backups = Backups(self.locations.backups(root), self.clock)
            known = self.vault.recent
            self._store = Store(root, self.journal, self.vault.settings_of, backups, self.place, known)
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
        """Try to put waiting actions into their notes: after a crash, or when what was in the way is gone."""
        self.tidy()
        self.find_again(self.journal.waiting)
        return [self.store.retry(action) for action in self.journal.waiting]

    def find_again(self, actions: Iterable[Action]) -> None:
        """Look for notes that are not where actions say, and log where they are; then these reach them."""
        if all(action.card.path in self.vault.sheets or not action.kind.is_in_notes for action in actions):
            return
        from studyapp.core.workspace.renames import trace  # noqa: PLC0415 - see the class

        for move in trace(self.vault, self.history, self.clock()).moves:
            self.journal.move(move)

    def tidy(self, *, alone: bool = True) -> None:
        """Put in order what a crash left: damaged lines of the log, files beside notes that the last scan met."""
        from studyapp.core.workspace.tidy import tidy  # noqa: PLC0415 - see the class

        tidy(self.vault.root, self.journal, self.vault.strays, alone=alone)

    def queue(self, deck: str | None = None, paths: Iterable[str] | None = None) -> list[CardRow]:
        """What is to be reviewed now, in one deck or in all; `paths` are the only notes that count, where given."""
        from studyapp.study.review.queue import build_queue  # noqa: PLC0415 - see the class

        now, today, states = self.clock(), self.graded_today(), self.states
        cards = build_queue(self.vault, now, deck, today=today, states=states, paths=paths)
        graded = self._graded(self.journal.waiting)
        return [row for row in cards if not graded(row)] if graded is not None else cards

    def catch_up(self, session: Session, deck: str | None = None, paths: Iterable[str] | None = None) -> CaughtUp:
        """Take into a review of what is due in a deck that notes have changed; `paths` where it is known which."""
        from studyapp.study.review.catch_up import catch_up  # noqa: PLC0415 - see the class
        from studyapp.study.review.limits import Limits  # noqa: PLC0415 - see the class

        def queue() -> list[CardRow]:
            found, settings = self.queue(deck, paths), self.vault.settings
            if not settings.has_limits:
                return found
            limits = Limits.of(settings, self.graded_today(), self.vault)
            limits.admit([*session.waiting, *([session.current.row] if session.current is not None else [])])
            had = session.had({row.path for row in found})
            return limits.admit(row for row in found if row.id not in had)

        return catch_up(session, queue)

    def coming(self, session: Session) -> Coming:
        """What the vault asks for after a review; the log must not be written meanwhile."""
        from studyapp.study.review.coming import coming  # noqa: PLC0415 - see the class

        suspended = {card for card, state in self.states if state.suspended}
        return coming(self.vault.rows(), self.queue(), self.clock(), session.put_off, suspended)

    def decks(self, quiet: AbstractContextManager[object] | None = None) -> Deck:
        """The tree of decks with what each has for today; see `count_decks`.

        Args:
            quiet: keeps the log from being written while it is read, where somebody else might.
        """
        from studyapp.study.review.counts import count_decks  # noqa: PLC0415 - see the class

        with quiet or nullcontext():
            today, states = self.graded_today(), self.states
            done = self._graded(self.journal.waiting)
        return count_decks(self.vault, self.clock(), today=today, states=states, done=done)

    def first_card(self, deck: str | None = None) -> Handle | None:
        """The card that a review most likely begins with, from the index; see `Vault.first_due`.

        None too where it is put away, as far as this device knows, or where limits may leave it out: then it is
        better to wait for the notes than to show a card and take it away.
        """
        settings = self.vault.settings
        if settings.has_limits:
            return None
        now = self.clock()
        found = self.vault.first_due(now, deck)
        if found is None:
            return None
        day = today(now, settings.start_of_day)
        return None if self.states.of(found.id).is_hidden(day) else found

    def session(self, deck: str | None = None, *, first: CardId | None = None) -> Session:
        """Begin a review of what is due, in one deck or in all.

        Args:
            deck: its path.
            first: a card that is on the screen already; if the order is a random one, it may as well begin.
        """
        cards = self.queue(deck)
        if first is not None and self.vault.settings.flashcard_card_order.is_random:
            alike = (place for place, row in enumerate(cards) if row.path == first.path and row.id == first)
            place = next(alike, 0)
            cards.insert(0, cards.pop(place)) if cards else None
        return self.session_of(cards)

    def session_of(self, cards: Iterable[CardRow]) -> Session:
        """Begin a review of these cards."""
        from studyapp.study.review.session import Session  # noqa: PLC0415 - see the class

        return Session(self.vault, cards, self.clock, self.forgotten(), self.states)

    def forgotten(self) -> Mapping[CardId, int]:
        """How often each card was forgotten, as the logs of all devices count it."""
        return self.history.forgotten()

    def _graded(self, waiting: Iterable[Action]) -> Callable[[CardRow], bool] | None:
        """What tells whether a card has a grade that is on its way and makes it due later; None if none has."""
        now = self.clock()
        later: defaultdict[CardId, list[Schedule | None]] = defaultdict(list)
        for action in waiting:
            if action.status is not Status.UNDOING and action.kind in _OF_CARDS:
                before, after = (entry and read_entry(entry).schedule for entry in (action.before, action.after))
                if after and not is_due(after, now):
                    later[action.card].append(before or None)
        paths = {card.path for card in later}

        def graded(row: CardRow) -> bool:
            return row.path in paths and row.schedule in later.get(row.id, ())

        return graded if later else None

    def graded_today(self) -> list[Record]:
        """The grades that were given today on any device, oldest first; their cards by the ids that they have now."""
        now, start = self.clock(), self.vault.settings.start_of_day
        day = today(now, start)
        return [
            record
            for record in self.history.since(now - _MORE_THAN_A_DAY)
            if record.kind is ActionKind.GRADE and today(record.at.astimezone(now.tzinfo), start) == day
        ]


def _bring_in(outside: Path, log: Path) -> None:
    """Move what was logged while the vault took no files into its own log, else nobody would look at it again.

    A crash in between repeats the lines, which changes nothing: nothing is logged before they are in.
    """
    with suppress(OSError), open_file(outside) as source:  # where it fails it is tried again the next time
        fcntl.flock(source, fcntl.LOCK_EX)
        if not outside.exists():
            return  # another copy of the program was faster
        log.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(open_handle(log, LARGEST_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), "ab") as target:
            fcntl.flock(target, fcntl.LOCK_EX)
            target.write(b"\n" + source.read())  # the last line there may be cut; blank ones do not count
            target.flush()
            os.fsync(target.fileno())
        sync_folder(log.parent)
        outside.unlink()
