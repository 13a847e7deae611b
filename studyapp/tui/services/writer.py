"""The one thread that writes: grades, undo and redo, in order, so that no screen waits for the disk.

The caller hands over a grade and continues; the outcome comes back as a message to the app. An action that cannot
even be logged stays in memory, is retried before anything later is written, and is returned at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from textual.message import Message

from studyapp.core.errors import JournalError, StudyError
from studyapp.core.log.actions import Action, Move, Status
from studyapp.core.log.journal import Journal
from studyapp.tui.messages import Unsaved, Unwritten
from studyapp.tui.services.job_thread import PATIENCE, JobThread, queued
from studyapp.tui.services.reports import (
    CardAdded,
    CardRefused,
    Deleted,
    GroupTurned,
    GroupTurning,
    Mended,
    NewerFound,
    NotDone,
    NoteSaved,
    PlanCarried,
    Redone,
    Retried,
    SaveFailed,
    SettingsSet,
    Undone,
)

if TYPE_CHECKING:
    from studyapp.core.edits.identity import Seen
    from studyapp.core.workspace.groups import EntryGroup
    from studyapp.core.workspace.set_settings import NewSetting
    from studyapp.core.workspace.store import Saved, Store
    from studyapp.core.workspace.workspace import Workspace
    from studyapp.study.doctor.repair import Repair

_NO_ANSWER: Final = "the disk did not respond in time"
_PART: Final = 25
"""Notes of a change of many schedules written in one go, and between two reports of an undo's progress."""


class Writer(JobThread):
    """Owns the store and the review log while the app runs; other threads call its methods, which return at once."""

    def __init__(self, workspace: Workspace, post: Callable[[Message], object]) -> None:
        """Make a writer that does nothing before `start`; messages are posted from its thread."""
        super().__init__(partial(workspace.locations.alone, workspace.vault.root))
        self._workspace, self._clock, self._post = workspace, workspace.clock, post
        self._waiting: dict[str, Action] = {}
        self._unsaved: dict[str, Unsaved] = {}

    def take_up(self) -> None:
        """Take note of what waits in the log, which has been read."""
        with self.quiet() as journal:
            self._waiting = {action.id: action for action in journal.waiting}

    def save(self, action: Action) -> None:
        """Log an action and write it into its note."""
        self._unsaved[action.id] = Unsaved(action, "")
        self._jobs.put(self._save_unsaved)

    def answer(self, action: Action, instead: Action | None) -> None:
        """Drop a waiting action, once its replacement, if any, is saved."""
        if instead is not None:
            self.save(instead)
        self._jobs.put(lambda: self._withdraw(action, instead))

    def retry(self, *, asked: bool = True) -> None:
        """Retry everything that has not reached its note."""
        self._jobs.put(lambda: self._retry(asked=asked))

    def close(self, timeout: float = PATIENCE) -> list[Unsaved]:
        """Finish the requests, retry the rest once, end the thread; returns what could not be saved."""
        self.end(timeout)
        return [kept if kept.why else replace(kept, why=_NO_ANSWER) for kept in self._unsaved.values()]

    @contextmanager
    def quiet(self) -> Iterator[Journal]:
        """Read the review log while nothing writes to it."""
        with self._busy:
            yield self._journal

    @property
    def standing(self) -> Unwritten:
        """What has not reached its note yet."""
        return Unwritten(tuple(self._waiting.values()), tuple(kept for kept in self._unsaved.values() if kept.why))

    @property
    def _journal(self) -> Journal:
        return self._workspace.journal  # it may take a while to read

    @property
    def _store(self) -> Store:
        return self._workspace.store  # it takes a while to import, so only the thread asks for it

    def failed(self, why: str) -> None:
        """Report it."""
        self._say(lambda standing: NotDone(standing, why))

    def last(self) -> None:
        """Try again what could not be logged."""
        self._save_unsaved()

    def _say(self, make: Callable[[Unwritten], Message]) -> None:
        with suppress(RuntimeError):  # the app has ended: nothing listens, and `close` returns what is left
            self._post(make(self.standing))

    @contextmanager
    def _or_say(self, refused: type[NotDone | CardRefused]) -> Iterator[None]:
        """Report why something was impossible."""
        try:
            yield
        except StudyError as error:
            self._say(partial(refused, why=str(error)))

    def _save_unsaved(self) -> None:
        """Write everything in memory, oldest first, until the log refuses."""
        for kept in list(self._unsaved.values()):
            action = kept.action
            try:
                saved = self._store_action(action)
            except JournalError as error:
                for other in self._unsaved.values():  # later ones are not even tried
                    self._unsaved[other.action.id] = Unsaved(other.action, other.why or str(error))
                self._keep(action, str(error))
                return
            except Exception as error:  # noqa: BLE001  # a grade outlives whatever is wrong here
                self._keep(action, f"{type(error).__name__}: {error}")
            else:
                self._settle(saved)

    def _store_action(self, action: Action) -> Saved:
        logged = self._journal.find(action.id)
        # The log may already hold the intent: the disk was full between that and the outcome.
        return self._store.save(action) if logged is None else self._store.retry(logged)

    def _keep(self, action: Action, why: str) -> None:
        self._unsaved[action.id] = Unsaved(action, why)
        self._say(lambda standing: SaveFailed(standing, action, why))

    def _withdraw(self, action: Action, instead: Action | None) -> None:
        if instead is None or instead.id not in self._unsaved:
            self._note(self._store.withdraw(action).action)
        self._say(lambda standing: Retried(standing, asked=False))

    def _settle(self, saved: Saved, *, asks: bool = True) -> None:
        action = saved.action
        self._unsaved.pop(action.id, None)
        self._note(action)
        if (why := saved.why_not) is None:
            self._say(lambda standing: NoteSaved(standing, saved))
        elif asks and (newer := saved.newer) is not None:
            self._say(lambda standing: NewerFound(standing, action, newer))
        else:
            self._say(lambda standing: SaveFailed(standing, action, why))

    def _note(self, action: Action) -> None:
        """Keep the list of waiting actions current."""
        if action.status.is_settled:
            self._waiting.pop(action.id, None)
        else:
            self._waiting[action.id] = action

    @queued
    def undo(self) -> None:
        """Undo the last action that counts, including one of an earlier run."""
        logged = self._journal.last_applied()
        kept = next(reversed(self._unsaved.values()), None)
        if kept is not None and (logged is None or logged.id < kept.action.id):
            from studyapp.core.workspace.store import Saved

            del self._unsaved[kept.action.id]
            self._say(lambda standing: Undone(standing, Saved(kept.action, None)))
            return
        if logged is None:
            self._say(lambda standing: NotDone(standing, "there is nothing to undo"))
            return
        with self._or_say(NotDone):
            if logged.status is Status.INTENDED:  # whether it is in its note must be known first
                logged = self._store.retry(logged).action
            self._turn(logged, back=True)

    @queued
    def redo(self) -> None:
        """Redo the last undone action."""
        action = self._journal.last_undone()
        if action is None:
            self._say(lambda standing: NotDone(standing, "there is nothing to redo"))
            return
        with self._or_say(NotDone):
            self._turn(action, back=False)

    def _turn(self, action: Action, *, back: bool) -> None:
        """Undo or redo an action, with its group if it has one."""
        if action.group is not None:
            self._turn_group(action.group, back=back)
            return
        saved = (self._store.undo if back else self._store.redo)(action, self._clock())
        self._note(saved.action)
        self._say(partial(Undone if back else Redone, saved=saved))

    def _turn_group(self, group: str, *, back: bool) -> None:
        """Undo or redo all actions of a group."""
        from studyapp.core.workspace.groups import redo_group, undo_group

        def tell(done: int, of: int) -> None:
            if done and done % _PART == 0:
                self._say(lambda standing: GroupTurning(standing, done, of, back))

        turned = (undo_group if back else redo_group)(self._store, group, self._clock(), tell)
        self._say(lambda standing: GroupTurned(standing, group, turned.saved, turned.left, back))
        if turned.saved:
            last, told = turned.saved[-1], Undone if back else Redone
            self._say(lambda standing: told(standing, last))
        elif turned.left:
            why = ": ".join(turned.left[0])
            self._say(lambda standing: NotDone(standing, why))

    @queued
    def delete(self, seen: Seen) -> None:
        """Delete a card's question from its note."""
        with self._or_say(NotDone):
            saved = self._store.delete(seen, self._clock())
            self._say(lambda standing: Deleted(standing, saved))

    @queued
    def move(self, moves: Sequence[Move]) -> None:
        """Log the new ids of moved or renamed cards and notes."""
        for move in moves:
            self._journal.move(move)
        if self._waiting:
            self._retry(asked=False)

    @queued
    def add_card(self, note: str, text: str, *more: str) -> None:
        """Add a new card to the end of a note, and more below it."""
        with self._or_say(CardRefused):
            saved = self._store.add_card(note, text, self._clock(), more)
            self._say(lambda standing: CardAdded(standing, saved, 1 + len(more)))

    @queued
    def mend(self, repairs: Sequence[Repair]) -> None:
        """Repair notes."""
        from studyapp.study.doctor.repair import repair_all

        repaired = repair_all(self._store, repairs, self._clock())
        self._say(lambda standing: Mended(standing, repaired))

    @queued
    def carry(self, group: EntryGroup, first: int) -> None:
        """Make a part of a change of many schedules, from that note on; other jobs get their turn between parts."""
        from studyapp.core.workspace.groups import Carried, begin_group, carry_out, unfinished

        upto, why, done = min(first + _PART, len(group.notes)), "", Carried()
        try:
            if first == 0 and ((kept := unfinished(self._workspace)) is None or kept.id != group.id):
                begin_group(self._workspace, group)
            done = carry_out(self._workspace, group, part=slice(first, upto))
        except StudyError as error:
            why = str(error)
        self._say(lambda standing: PlanCarried(standing, upto, done.notes, done.left, why))

    @queued
    def set_settings(self, settings: Sequence[NewSetting], what: str) -> None:
        """Change settings of the vault, as an action that can be undone."""
        from studyapp.core.workspace.set_settings import set_settings

        why = ""
        try:
            set_settings(self._journal, self._workspace.place, settings, what, self._clock())
        except StudyError as error:
            why = str(error)
        self._say(lambda standing: SettingsSet(standing, why))

    @queued
    def tidy(self, strays: Sequence[str] = ()) -> None:
        """Tidy up what a crash left in the log and beside notes."""
        from studyapp.core.workspace.tidy import tidy

        tidy(self._store.files.root, self._journal, strays, alone=self._held)

    def _retry(self, *, asked: bool) -> None:
        for action in list(self._waiting.values()):
            try:
                self._settle(self._store.retry(action), asks=asked)
            except StudyError as error:
                why = str(error)
                self._say(partial(SaveFailed, action=action, why=why))
                break
        self._save_unsaved()
        self._say(lambda standing: Retried(standing, asked))
