"""What a vault asks for next: now, later today, or in how many days."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, field

from studyapp.core.schedule.entries import days_until, is_due
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.session import Session
from studyapp.study.review.today import queue_of


class Coming(Struct):
    """How many cards become due when."""

    now: int = 0
    days: Counter[int] = field(default_factory=Counter)
    """By the days until then; those due later today are in 0 days."""


def coming_after(workspace: Workspace, session: Session) -> Coming:
    """Count them after a review, without suspended cards and those whose new schedules may not be in their notes yet.

    The log must not be written meanwhile.
    """
    vault, now, suspended = workspace.vault, workspace.clock(), workspace.states.suspended
    due = {number for number in queue_of(workspace).numbers if number > 0}
    days = vault.histogram(now, later=True)
    for row in vault.rows(paths={card.path for card in suspended}):
        schedule = row.schedule
        if schedule is None or row.id not in suspended or is_due(schedule, now):
            continue
        if (ahead := days_until(schedule, now)) is not None:
            days[ahead] -= 1
    return Coming(len(due - {vault.number_of(card) for card in session.put_off}), +days)
