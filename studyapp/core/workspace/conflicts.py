"""What happens to an action whose card has since got another schedule: from another device, program, or by hand."""

from __future__ import annotations

from studyapp.core.edits.identity import Uncertain
from studyapp.core.edits.rewrite import Rewrite
from studyapp.core.log.actions import Action
from studyapp.core.schedule.entries import Entry, is_newer, read_entry


class Newer(Uncertain, frozen=True):
    """The card has a newer schedule than the one that was graded."""

    entry: str


def unless_changed(action: Action, done: Rewrite | Uncertain, *, again: bool) -> Rewrite | Uncertain:
    """The note with an action in it, unless its card has got another schedule elsewhere that must not be lost."""
    if isinstance(done, Uncertain) or _knows(action, done.before, again=again):
        return done
    if done.before is not None and is_newer(done.before, action.before):
        return Newer("the card now has a newer schedule", done.before)
    return Uncertain("the card now has another schedule") if again else done


def _knows(action: Action, entry: str | None, *, again: bool) -> bool:
    """Whether a card's entry is the one from when an action was done to it, or the one the action gives it."""
    side = action.card.side - 1
    seen = action.seen.entries[side : side + 1] if side >= 0 and not again else ()
    return any(alike(entry, other) for other in (action.before, action.after, *seen))


def unless_given(done: Rewrite | Uncertain, what: str, *known: str | None) -> Rewrite | Uncertain:
    """The note after an undo, if its schedule is one that the undone action knows."""
    if isinstance(done, Rewrite) and not any(alike(done.before, entry) for entry in known):
        return Uncertain(f"the {what} now has another schedule")
    return done


def alike(one: str | None, other: str | None) -> bool:
    """Whether two entries mean the same; none means the same as that of a new card."""
    if one == other:
        return True
    first, second = (read_entry(entry) if entry else Entry("", None) for entry in (one, other))
    return first.sound and second.sound and first.schedule == second.schedule
