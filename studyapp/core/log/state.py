"""The state that follows from a log's lines; the journal keeps it in memory, the ledger in its database."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from studyapp.core.edits.relocate import Change
from studyapp.core.log.actions import Action, ActionKind, Move, Status


class Step(StrEnum):
    """What happened to an action after it was logged."""

    WRITTEN = "written"
    PENDING = "pending"
    UNDOING = "undoing"
    KEPT = "kept"
    """It could not be undone in its note and still counts."""
    UNDO = "undo"
    REDO = "redo"
    DROPPED = "dropped"
    """It was not done after all, and will not be retried."""


_STATUS = {
    Step.WRITTEN: Status.WRITTEN,
    Step.PENDING: Status.PENDING,
    Step.UNDOING: Status.UNDOING,
    Step.KEPT: Status.WRITTEN,
    Step.UNDO: Status.UNDONE,
    Step.DROPPED: Status.UNDONE,
}


class FollowUp(Struct, frozen=True):
    """A line about an earlier action."""

    of: str
    step: Step
    at: datetime | None = None
    """Of an undo or a redo, that was started or made."""
    why: str | None = None
    change: Change | None = None
    passed: bool = False
    """Whether undo skips the action, which could not be undone safely, until something new is done."""

    def status(self, kind: ActionKind) -> Status:
        """The status of an action after a line of that kind."""
        return kind.begun if self.step is Step.REDO else _STATUS[self.step]

    @property
    def undo_at(self) -> datetime | None:
        """When the action was to be undone; None unless it is being undone."""
        return None if self.step is Step.REDO else self.at

    def applied(self, action: Action) -> Action:
        """The action after that."""
        change, status = self.change or action.change, self.status(action.kind)
        return replace(action, status=status, change=change, why=self.why, undo_at=self.undo_at)


Said = Action | Move | FollowUp
"""The contents of a line."""


class LogState(Struct):
    """The state of a log besides its actions."""

    moves: list[Move] = field(default_factory=list)
    """The present names of cards and notes that had others."""
    undone: list[str] = field(default_factory=list)
    """The actions that can be redone, the last undone one last."""
    passed: list[str] = field(default_factory=list)
    """The actions that undo skips."""

    def take(self, said: Said) -> None:
        """Take in the next line."""
        if isinstance(said, Move):
            self.moves.append(said)
        elif isinstance(said, Action):
            self.begin()
        else:
            self.follow(said)

    def begin(self) -> None:
        """Take in that something new was done."""
        self.undone.clear()
        self.passed.clear()

    def follow(self, said: FollowUp) -> None:
        """Take in what happened to an earlier action."""
        for names in (self.undone, self.passed):
            if said.of in names:
                names.remove(said.of)
        if said.passed:
            self.passed.append(said.of)
        if said.step is Step.UNDO:
            self.undone.append(said.of)

    def copy(self) -> LogState:
        """A copy, to continue with."""
        return LogState([*self.moves], [*self.undone], [*self.passed])
