"""Which cards a review shows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from studyapp.core.journal import Action
from studyapp.core.schedule import Schedule, Sm2, is_due, read_entry
from studyapp.core.vault import Handle, Vault

SECONDS_A_CARD = 15.0
"""How long a card takes somebody of whom nothing is known yet."""


def build_queue(
    vault: Vault, now: datetime, deck: str | None = None, *, today: Sequence[Action] = ()
) -> list[Handle]:
    """The cards to review now: those that are due, the longest overdue first, then new ones in the notes' order.

    Questions that the plugin has buried for today are left out, and where siblings are buried, questions of which a
    card was graded `today`. Those grades count towards the daily limits of the settings too.
    """
    graded = (
        {(action.card.path, action.card.hash) for action in today} if vault.settings.bury_sibling_cards else set()
    )
    due: list[tuple[float, int, Handle]] = []
    new: list[Handle] = []
    for number, handle in enumerate(vault.cards(deck)):
        schedule = handle.card.schedule
        if schedule is not None and not is_due(schedule, now):
            continue
        if vault.is_buried(handle.question, handle.note.path, now):
            continue
        if graded and (handle.note.path, handle.question.key) in graded:
            continue
        if schedule is None:
            new.append(handle)
        else:
            due.append((due_moment(schedule, now).timestamp(), number, handle))
    due.sort(key=lambda item: item[:2])
    settings = vault.settings
    learned = sum(action.before is None or read_entry(action.before).schedule is None for action in today)
    return [
        *_at_most([handle for _, _, handle in due], settings.reviews_per_day, len(today) - learned),
        *_at_most(new, settings.new_cards_per_day, learned),
    ]


def _at_most(handles: list[Handle], limit: int, used: int) -> list[Handle]:
    return handles if not limit else handles[: max(0, limit - used)]


def due_moment(schedule: Schedule, now: datetime) -> datetime:
    """The instant from which a card is due; SM-2 knows the day only, which begins at local midnight."""
    if schedule.due is None:
        return datetime.max.replace(tzinfo=UTC)
    if isinstance(schedule, Sm2):
        return datetime(schedule.due.year, schedule.due.month, schedule.due.day, tzinfo=now.tzinfo)
    return schedule.due
