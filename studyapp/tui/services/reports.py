"""What the writer reports to the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyapp.tui.messages import FieldMessage, Unwritten

if TYPE_CHECKING:
    from studyapp.core.log.actions import Action
    from studyapp.core.workspace.store import Saved
    from studyapp.study.doctor.repair import Repaired


class Reported(FieldMessage):
    """What the writer did, and what is still waiting."""

    standing: Unwritten


class NoteSaved(Reported):
    """A grade or reset is in its note, now or after a retry."""

    saved: Saved


class SaveFailed(Reported):
    """A grade or reset is not in its note yet; the log, or else memory, keeps it."""

    action: Action
    why: str


class NewerFound(Reported):
    """The card's note has a newer schedule than the one that was graded: the grade waits for an answer."""

    action: Action
    newer: str


class Undone(Reported):
    """The last action was undone."""

    saved: Saved


class Redone(Reported):
    """The last undone action was redone."""

    saved: Saved


class GroupTurned(Reported):
    """A group's actions were undone or redone, with some exceptions; the last action is also reported on its own."""

    group: str
    saved: list[Saved]
    left: list[tuple[str, str]]
    back: bool
    """Whether they were undone."""


class GroupTurning(Reported):
    """The progress of undoing or redoing a group."""

    done: int
    of: int
    """0 while unknown."""
    back: bool


class PlanCarried(Reported):
    """A part of a change of many schedules was made, or failed."""

    done: int
    """Notes done so far."""
    written: int
    """Notes of the part that have their new schedules."""
    left: list[tuple[str, str]]
    why_not: str = ""


class SettingsSet(Reported):
    """Settings of the vault were changed, or could not be."""

    why_not: str = ""


class NotDone(Reported):
    """An undo or redo was impossible, or there was nothing to undo."""

    why: str


class Deleted(Reported):
    """A question was deleted from its note."""

    saved: Saved


class CardAdded(Reported):
    """New cards are in a note."""

    saved: Saved
    cards: int


class CardRefused(Reported):
    """A new card could not be added; the note is unchanged."""

    why: str


class Mended(Reported):
    """Notes were repaired, or some could not be."""

    repaired: list[Repaired]


class Retried(Reported):
    """Everything that was waiting has been retried."""

    asked: bool
