"""A log is data from outside: the checks before an action in it is carried out."""

from __future__ import annotations

from typing import Final

from studyapp.core.disk.place import is_note
from studyapp.core.errors import Problem
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.plural import count
from studyapp.core.schedule.entries import is_entry

CODE: Final = "review-log-refused"
"""The kind of finding for such a line."""
NOT_OURS: Final = "this machine did not write that line of the review log"
_REMEDY: Final = "It stays in the log; if you don't know where it came from, ask whoever gave you this vault"
_OF_CARDS = frozenset({ActionKind.GRADE, ActionKind.RESET})


def refusal(action: Action) -> str | None:
    """Why an action is refused; None if it is not.

    A grade's effect is computed from its card, and can only be a schedule comment. Other actions are known from the
    log alone: these must be this machine's own.
    """
    if not action.kind.is_in_notes:
        return None
    if not is_note(action.card.path):
        return "its path is not a note in this vault"
    if action.kind in _OF_CARDS:
        return None if is_entry(action.after) else "it would write something other than a schedule"
    return None if action.ours else NOT_OURS


def refused(log: str, line: int, action: Action, why: str) -> Problem:
    """The finding for an action that waits in the log and is refused."""
    return Problem(
        CODE,
        log,
        line,
        f"this line of the review log is ignored because {why} ({action.kind} of {action.card.path})",
        _REMEDY,
    )


def refused_too(log: str, lines: int) -> Problem:
    """The finding for several of them."""
    return Problem(
        CODE,
        log,
        None,
        f"{count(lines, 'more line of the review log is', 'more lines of the review log are')} ignored",
        _REMEDY,
    )
