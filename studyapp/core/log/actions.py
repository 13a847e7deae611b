"""The contents of the review log: what was done to a card or a note, and their later names."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from studyapp.core.edits.relocate import Change
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade

if TYPE_CHECKING:
    from studyapp.core.edits.identity import Seen


class ActionKind(StrEnum):
    """What the user did to a card, or to a note."""

    GRADE = "grade"
    RESET = "reset"
    NOTE = "note"
    """A grade of a whole note."""
    EDIT = "edit"
    """Bytes of a note were replaced: comments fixed, a card deleted. That is done to the note as a whole, see
    `Seen.whole`.
    """
    MARK = "mark"
    """Cards were suspended, buried, flagged, or the reverse; not recorded in any note."""
    SETTING = "setting"
    """Settings of the vault were changed; `before` and `after` hold them, see `core.workspace.set_settings`."""
    IMPORT = "import"
    """Files were added to the vault; `after` is the digest of their list, see `core.workspace.arrivals`. What was
    written into existing notes is in edits of the same group.
    """

    @property
    def is_in_notes(self) -> bool:
        """Whether it changes a note."""
        return self not in (ActionKind.MARK, ActionKind.SETTING, ActionKind.IMPORT)

    @property
    def begun(self) -> Status:
        """What holds for such an action as soon as it is logged."""
        return Status.INTENDED if self.is_in_notes else Status.WRITTEN


class Status(StrEnum):
    """The outcome of an action."""

    INTENDED = "intended"
    """Logged, without an outcome: the program ended in between, or the write is in progress."""
    WRITTEN = "written"
    PENDING = "pending"
    """Kept here because the card could not be found for certain, or its note could not be written."""
    UNDOING = "undoing"
    """In its note, and to be undone; the outcome is not logged, as with `INTENDED`."""
    UNDONE = "undone"

    @property
    def is_settled(self) -> bool:
        """Whether the note and the log agree, so that nothing waits."""
        return self in (Status.WRITTEN, Status.UNDONE)


class Marking(Struct, frozen=True):
    """A property of a card that only the log knows, set or removed."""

    card: CardId
    name: str
    """See `core.log.marks.Mark`."""
    value: str
    """Empty if it is removed."""


class Move(Struct, frozen=True):
    """A card, or every card of a note, whose name changed when it was edited or moved."""

    was: str
    """The id in the log, or a note's path."""
    now: str
    """The present id, or path; empty for a card that is gone for good."""
    at: datetime
    of_note: bool = False


class Action(Struct, frozen=True):
    """What the user did to a card or a note, and the outcome."""

    id: str
    kind: ActionKind
    at: datetime
    """Aware, in local time."""
    seen: Seen
    grade: Grade | None
    seconds: float | None
    """From the card's front to the grade."""
    before: str | None
    """The card's schedule entry before; None if it had none."""
    after: str
    """The card's schedule entry after."""
    status: Status = Status.INTENDED
    change: Change | None = None
    why: str | None = None
    """Why it is pending."""
    undo_at: datetime | None = None
    """When it was to be undone; None unless it is being undone."""
    marks: tuple[Marking, ...] = ()
    """What a `MARK` sets; also new names of cards after an `EDIT`, see `RENAMED`."""
    what: str | None = None
    """The purpose of an `EDIT`, in words."""
    group: str | None = None
    """The same for all actions that are undone together."""
    ours: bool = False
    """Whether every line of the log about it was written on this machine; see `device`."""

    @property
    def card(self) -> CardId:
        """The card that it was done to."""
        return self.seen.id


RENAMED = "renamed"
"""The name of a marking whose value is a card's id for as long as its action is not undone."""
FORGOTTEN = "forgotten"
"""The name of a marking for cards that start over with the next grade."""
