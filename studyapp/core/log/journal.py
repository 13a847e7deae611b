"""The review log: one append-only file of JSON lines for each device, in the vault's `.studyapp/reviews/`.

The note is the truth about a card's schedule, the log about what was reviewed. An action (a grade, a reset, an edit)
is logged before its note is written and its outcome afterwards, so that a crash in between loses nothing. What no
note says (which cards are suspended, buried, flagged; how cards were called before they were edited) is in the log
alone.
Undo and redo are actions on actions. What was done in earlier runs is read from the log when the user goes back so
far: until then the ledger knows enough of it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from studyapp.core.device import sealed
from studyapp.core.disk.files import LARGEST_LOG, open_file, open_handle, sync_folder
from studyapp.core.disk.place import Place
from studyapp.core.edits.relocate import Change
from studyapp.core.errors import JournalError, Problem
from studyapp.core.log.actions import Action, ActionKind, Move, Status
from studyapp.core.log.ledger import Ledger
from studyapp.core.log.lines import MOST_SECONDS, line_of
from studyapp.core.log.refusal import refusal, refused, refused_too
from studyapp.core.log.state import FollowUp, Said, Step

_RECENT = 50
"""Actions of earlier runs read at a time."""
_TOLD = 10
"""Ignored lines named one by one; the others are counted."""
_END = 1 << 62
"""After all positions in any log."""


_latest = [0]
"""The number of the latest id."""


def new_id() -> str:
    """A new action id; later ones sort later within a device, even if its clock is set back."""
    _latest[0] = max(int(f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"), _latest[0] + 1)
    return f"{_latest[0]}-{os.urandom(3).hex()}"


class Journal:
    """One device's log, and the state that follows from it."""

    def __init__(
        self,
        path: Path,
        ledger: Ledger | None = None,
        *,
        secret: bytes | None = None,
        place: Place | None = None,
        outside: Path | None = None,
    ) -> None:
        """Read what is new in the log at `path`, which need not exist; JournalError if it cannot be read.

        Args:
            path: the log.
            ledger: what is known of it, and of the logs beside it; None to read all of them.
            secret: this machine's, where there is no ledger; see `device`.
            place: the vault that the log is in, where that may go away.
            outside: the log to go on with then.
        """
        self.path = path
        self.kept_in = path
        """The file that lines go to now: the log, or the one outside the vault once that is gone."""
        self._place, self._outside = place, outside
        self._late = b""
        """Outcomes that the log had no room for."""
        self.ledger = ledger or Ledger(path, secret=secret)
        self.ledger.update()
        self.state = self.ledger.own_state
        self.problems: list[Problem] = self.ledger.problems
        self._known: dict[str, tuple[int, Action]] = {}
        """Actions with their positions in the order of undo."""
        self._whole_from = _END
        """From this position on all of them are known."""
        self._next = _END
        unsettled = self.ledger.unsettled()
        self._know(unsettled)
        self._refused = {action.id for _, action in unsettled if refusal(action) is not None}
        self.problems += self._refusals(unsettled)
        self._go_back()

    def _refusals(self, unsettled: Iterable[tuple[int, Action]]) -> Iterator[Problem]:
        found = [(place, action, why) for place, action in unsettled if (why := refusal(action)) is not None]
        if not found:
            return
        with open_file(self.path) as file:
            before = file.read(found[:_TOLD][-1][0])
        for place, action, why in found[:_TOLD]:
            yield refused(str(self.path), before.count(b"\n", 0, place) + 1, action, why)
        if (more := len(found) - _TOLD) > 0:
            yield refused_too(str(self.path), more)

    def _know(self, found: Iterable[tuple[int, Action]]) -> None:
        """Take in actions read from the log; actions of this run are more up to date here."""
        for place, action in found:
            self._known.setdefault(action.id, (place, action))
            if action.ours and (number := action.id.partition("-")[0]).isdecimal():
                _latest[0] = max(_latest[0], int(number))

    def _go_back(self) -> None:
        """Read some more actions of earlier runs."""
        found = self.ledger.tail(self._whole_from, _RECENT)
        self._know(found)
        self._whole_from = found[0][0] if found else 0

    def latest(self) -> Iterator[Action]:
        """The actions that count, the last one first; those of earlier runs are read as needed."""
        return (action for action in self._latest() if action.status is not Status.UNDONE)

    def _latest(self) -> Iterator[Action]:
        """Including undone ones."""
        before = self._next + 1
        while True:
            known = [(place, name) for name, (place, _) in self._known.items() if self._whole_from <= place < before]
            for _, name in sorted(known, reverse=True):
                yield self._known[name][1]
            if not self._whole_from:
                return
            before = self._whole_from
            self._go_back()

    def find(self, name: str) -> Action | None:
        """An action by its id."""
        if name not in self._known and (found := self.ledger.find(name)) is not None:
            self._know([found])
        return self._known[name][1] if name in self._known else None

    def _action(self, name: str) -> Action:
        action = self.find(name)
        if action is None:
            raise KeyError(name)
        return action

    @property
    def actions(self) -> dict[str, Action]:
        """All actions by their ids, oldest first; they are all read for that."""
        return {action.id: action for action in [*self._latest()][::-1]}

    @property
    def applied(self) -> list[Action]:
        """The actions that count, oldest first; all are read for that."""
        return [action for action in self.actions.values() if action.status is not Status.UNDONE]

    @property
    def waiting(self) -> list[Action]:
        """The actions that have not reached their notes, or left them, oldest first."""
        known = sorted(self._known.values(), key=lambda pair: pair[0])
        return [action for _, action in known if not action.status.is_settled and action.id not in self._refused]

    def last_applied(self) -> Action | None:
        """The action that undo would undo: the last that counts, except those that it skips."""
        passed = self._refused.union(self.state.passed)
        return next((action for action in self.latest() if action.id not in passed), None)

    def last_undone(self) -> Action | None:
        """The action that redo would redo."""
        return self._action(self.state.undone[-1]) if self.state.undone else None

    def intend(self, action: Action, change: Change | None) -> Action:
        """Log what is about to be written; after a JournalError, do not write."""
        seconds = action.seconds
        if seconds is not None:  # they are none if the clock was set meanwhile
            seconds = round(seconds, 3) if abs(seconds) < MOST_SECONDS else None
        if action.kind is ActionKind.MARK:  # of two that contradict each other the later counts
            after = self.ledger.after_marks(action.at, {marking.card for marking in action.marks})
            action = replace(action, at=after)
        status = action.kind.begun
        action = replace(action, status=status, seconds=seconds, change=change, why=None, undo_at=None, ours=True)
        self._append(action)
        return action

    def written(self, action: Action, change: Change) -> Action:
        """Log that an action is in its note."""
        return self._go_on(FollowUp(action.id, Step.WRITTEN, change=change), can_wait=True)

    def pending(self, action: Action, why: str) -> Action:
        """Log that an action is kept here only."""
        return self._go_on(FollowUp(action.id, Step.PENDING, why=why), can_wait=True)

    def dropped(self, action: Action) -> Action:
        """Log that an action was not done after all, and will not be retried."""
        return self._go_on(FollowUp(action.id, Step.DROPPED), can_wait=action.status is not Status.PENDING)

    def undoing(self, action: Action, at: datetime) -> Action:
        """Log that an action is about to be undone in its note."""
        return self._go_on(FollowUp(action.id, Step.UNDOING, at))

    def kept(self, action: Action) -> Action:
        """Log that an action could not be undone in its note and still counts."""
        return self._go_on(FollowUp(action.id, Step.KEPT), can_wait=True)

    def passed(self, action: Action) -> Action:
        """Log that an action still counts, and that undo skips it until something new is done.

        It could not be undone safely, and must not block what was done before it.
        """
        return self._go_on(FollowUp(action.id, Step.KEPT, passed=True), can_wait=True)

    def undo(self, action: Action, at: datetime) -> Action:
        """Log that an action was undone."""
        begun = self._action(action.id).status is Status.UNDOING
        return self._go_on(FollowUp(action.id, Step.UNDO, at), can_wait=begun)

    def redo(self, action: Action, at: datetime, change: Change | None) -> Action:
        """Log that an undone action is redone."""
        return self._go_on(FollowUp(action.id, Step.REDO, at, change=change))

    def _go_on(self, said: FollowUp, *, can_wait: bool = False) -> Action:
        """Log what happened to an action; JournalError if the log cannot be written.

        An outcome `can_wait` for the next line: without it, the next start would find it out from the note.
        """
        try:
            self._append(said)
        except JournalError:
            if not can_wait:
                raise
            self._late += self._line(said)
            self._follow(said)
        return self._action(said.of)

    def move(self, move: Move) -> None:
        """Log the new name of a card or a note; JournalError if the log cannot be written."""
        self._append(move)

    def _line(self, said: Said) -> bytes:
        return sealed(line_of(said), self.ledger.secret) + b"\n"

    def _append(self, said: Said) -> None:
        if self._outside is not None and self._place is not None and not self._place.is_there:
            self.kept_in = self._outside  # for good: its lines are merged into the vault's log when it is next opened
        path = self.kept_in
        try:
            folders = _make_folders(path.parent)
            new = not path.exists()
            file = _open_alone(path)
            try:
                for folder in [*([path.parent] if new else []), *folders]:
                    sync_folder(folder)
                _append_durably(file, self._late + self._line(said))
            finally:
                os.close(file)
        except OSError as error:
            raise JournalError(
                f"can't write the review log {path} ({error.strerror or error}); "
                "free some space or fix its permissions, then try again"
            ) from error
        self._late = b""
        self._follow(said)

    def _follow(self, said: Said) -> None:
        """Update the state with one line."""
        self._next += 1
        self.state.take(said)
        if isinstance(said, FollowUp):
            action = self._action(said.of)
            place = self._next if said.step is Step.REDO else self._known[said.of][0]  # it is the last one again
            self._known[said.of] = (place, said.applied(action))
        elif isinstance(said, Action):
            place, _ = self._known.get(said.id, (self._next, None))
            self._known[said.id] = (place, said)


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and its parents; returns those with a new name in them."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return [place.parent for place in missing]


def _open_alone(path: Path) -> int:
    """Open a log to append to it, locked until it is closed: another copy of the program may write here too.

    While we wait for the lock, the other may have replaced the file, which then is not this log.
    """
    while True:
        file = open_handle(path, LARGEST_LOG, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), path.stat()):
                    return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _append_durably(file: int, data: bytes) -> None:
    """Append a line, completely or not at all."""
    end = os.lseek(file, 0, os.SEEK_END)
    if end and os.pread(file, 1, end - 1) != b"\n":
        data = b"\n" + data  # a crash cut the last line; it must not swallow this one
    try:
        while data:
            data = data[os.write(file, data) :]
        os.fsync(file)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(file, end)  # else a line without its line ending would count after a restart
        raise
