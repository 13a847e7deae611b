"""Statistics of a vault that is open: its review log and its cards, put together."""

from __future__ import annotations

from studyapp.core.days import today
from studyapp.core.stats.outlook import Outlook, outlook
from studyapp.core.stats.period import period
from studyapp.core.stats.reviews import Review, reviews_of
from studyapp.core.stats.statistics import Statistics, statistics
from studyapp.core.workspace import Workspace


def read_reviews(workspace: Workspace) -> list[Review]:
    """Every grade that counts, oldest first."""
    vault = workspace.vault
    return list(reviews_of(workspace.journal.applied, workspace.clock().tzinfo, vault.settings.start_of_day))


def gather(workspace: Workspace, reviews: list[Review], deck: str | None, range_: str) -> Statistics:
    """Work the statistics out.

    Raises:
        PeriodError: if the range is none.
    """
    now, start_of_day = workspace.clock(), workspace.vault.settings.start_of_day
    return statistics(
        reviews,
        workspace.vault.rows(),
        now=now,
        period=period(range_, today(now, start_of_day)),
        deck=deck,
        start_of_day=start_of_day,
    )


def look_ahead(workspace: Workspace, reviews: list[Review]) -> Outlook:
    """Work out what the first screen says."""
    schedules = (row.schedule for row in workspace.vault.rows())
    return outlook(reviews, schedules, workspace.clock(), workspace.vault.settings.start_of_day)
