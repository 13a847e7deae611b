"""What the lines of a log come to, one after the other; the journal does it in memory, the ledger keeps it."""

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
    """It could not be taken out of its note and still counts."""
    UNDO = "undo"
    REDO = "redo"
    DROPPED = "dropped"
    """It was not done after all, and is not to be tried again."""


_STATUS = {
    Step.WRITTEN: Status.WRITTEN,
    Step.PENDING: Status.PENDING,
    Step.UNDOING: Status.UNDOING,
    Step.KEPT: Status.WRITTEN,
    Step.UNDO: Status.UNDONE,
    Step.DROPPED: Status.UNDONE,
}


class FollowUp(Struct, frozen=True):
    """A line that speaks of an earlier action."""

    of: str
    step: Step
    at: datetime | None = None
    """Of an undo or a redo, that was begun or made."""
    why: str | None = None
    change: Change | None = None
    passed: bool = False
    """Whether undo passes over the action, which could not be taken back for certain, until something new is done."""

    def status(self, kind: ActionKind) -> Status:
        """What becomes of an action of that kind."""
        return kind.begun if self.step is Step.REDO else _STATUS[self.step]

    @property
    def undo_at(self) -> datetime | None:
        """When the action was to be taken back; None unless it is being undone."""
        return None if self.step is Step.REDO else self.at

    def applied(self, action: Action) -> Action:
        """The action as it is after that."""
        change, status = self.change or action.change, self.status(action.kind)
        return replace(action, status=status, change=change, why=self.why, undo_at=self.undo_at)


Said = Action | Move | FollowUp
"""What a line says."""


class LogState(Struct):
    """What a log says beside each action."""

    moves: list[Move] = field(default_factory=list)
    """How cards and notes are called now that were called otherwise."""
    undone: list[str] = field(default_factory=list)
    """The actions that can be redone, the last undone one last."""
    passed: list[str] = field(default_factory=list)
    """The actions that undo passes over."""

    def take(self, said: Said) -> None:
        """Take in the next line."""
        if isinstance(said, Move):
            self.moves.append(said)
        elif isinstance(said, Action):
            self.begin()
        else:
            self.follow(said)

    def begin(self) -> None:
        """Take in that something new is done."""
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
        """The same, to go on with."""
        return LogState([*self.moves], [*self.undone], [*self.passed])
