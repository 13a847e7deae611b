"""What the writer reports to the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyapp.tui.messages import FieldMessage, Unwritten

if TYPE_CHECKING:
    from studyapp.core.log.actions import Action
    from studyapp.core.workspace.store import Saved
    from studyapp.study.doctor.repair import Treated


class Reported(FieldMessage):
    """What the writer did, and what is left."""

    standing: Unwritten


class NoteSaved(Reported):
    """A grade or reset is in its note, at once or at last."""

    saved: Saved


class SaveFailed(Reported):
    """A grade or reset is not in its note; it is kept, in the log or else in memory."""

    action: Action
    why: str


class NewerFound(Reported):
    """The card has a newer schedule in its note than the one that was graded: the grade waits for an answer."""

    action: Action
    newer: str


class Undone(Reported):
    """The last action was taken back."""

    saved: Saved


class Redone(Reported):
    """The action that was taken back last was done again."""

    saved: Saved


class GroupTurned(Reported):
    """All actions of a group were taken back, or done again, but for some; the last one is told of besides."""

    group: str
    saved: list[Saved]
    left: list[tuple[str, str]]
    back: bool
    """Whether they were taken back."""


class GroupTurning(Reported):
    """How far the taking back of a group, or the doing again, has come."""

    done: int
    of: int
    """0 where it is not known yet."""
    back: bool


class PlanCarried(Reported):
    """A part of a change of many schedules was made, or it could not be."""

    done: int
    """Notes, from the first one on."""
    left: list[tuple[str, str]]
    why_not: str = ""


class SettingsSet(Reported):
    """Settings of the vault were changed, or could not be."""

    why_not: str = ""


class NotDone(Reported):
    """An undo or redo was not possible, or there was nothing to take back."""

    why: str


class Deleted(Reported):
    """A question is not in its note any more."""

    saved: Saved


class CardAdded(Reported):
    """A new card is in a note."""

    saved: Saved


class CardRefused(Reported):
    """A new card could not be put into a note, which is as it was."""

    why: str


class Mended(Reported):
    """Repairs of notes were made, or some could not be made."""

    treated: list[Treated]


class Retried(Reported):
    """Everything that was waiting has been tried once more."""

    asked: bool
    """Whether the person asked for it."""
