"""What a vault asks for next: now, later today, or in so many days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct, field

from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import days_until, is_due
from studyapp.core.vault.sheet import CardRow


class Coming(Struct):
    """How many cards become due when."""

    now: int = 0
    days: Counter[int] = field(default_factory=Counter)
    """By the days until then; those of today that are not due yet are in 0 days."""


def coming(
    rows: Iterable[CardRow],
    queue: Iterable[CardRow],
    now: datetime,
    put_off: Collection[CardId] = (),
    suspended: Collection[CardId] = (),
) -> Coming:
    """Count them.

    Args:
        rows: the cards of the vault.
        queue: what a review would show now.
        now: aware, in the person's zone.
        put_off: cards whose new schedule may not have reached their notes yet.
        suspended: cards that will not be asked.
    """
    found = Coming(sum(row.schedule is not None and row.id not in put_off for row in queue))
    for row in rows:
        schedule = row.schedule
        if schedule is None or is_due(schedule, now) or (suspended and row.id in suspended):
            continue
        if (days := days_until(schedule, now)) is not None:
            found.days[days] += 1
    return found
