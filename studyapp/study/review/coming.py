"""What a vault asks for next: now, later today, or in how many days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from msgspec import Struct, field

from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import days_until, is_due
from studyapp.core.vault.table.line import CardLine
from studyapp.core.vault.vault import Vault


class Coming(Struct):
    """How many cards become due when."""

    now: int = 0
    days: Counter[int] = field(default_factory=Counter)
    """By the days until then; those due later today are in 0 days."""


def coming(
    vault: Vault, queue: CardLine, now: datetime, put_off: Collection[CardId], suspended: Collection[CardId]
) -> Coming:
    """Count them, without suspended cards, and those whose new schedule may not be in their notes yet."""
    due = {number for number in queue.numbers if number > 0}
    days = vault.histogram(now, later=True)
    for row in vault.rows(paths={card.path for card in suspended}):
        schedule = row.schedule
        if schedule is None or row.id not in suspended or is_due(schedule, now):
            continue
        if (ahead := days_until(schedule, now)) is not None:
            days[ahead] -= 1
    return Coming(len(due - {vault.number_of(card) for card in put_off}), +days)
