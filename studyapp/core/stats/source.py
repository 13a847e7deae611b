"""Statistics of a vault that is open: its review log and its cards, put together."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from studyapp.core.cards import CardId
from studyapp.core.days import today
from studyapp.core.stats.outlook import Outlook, outlook
from studyapp.core.stats.period import period
from studyapp.core.stats.reviews import Review, reviews_of
from studyapp.core.stats.statistics import Statistics, statistics
from studyapp.core.workspace import Workspace


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the cyclic collector away: it would walk the whole log again and again, and stop the screen meanwhile."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def read_reviews(workspace: Workspace) -> list[Review]:
    """Every grade that counts, on any device, oldest first; the log must not be written meanwhile."""
    history, vault = workspace.history, workspace.vault
    zone, start_of_day = workspace.clock().tzinfo, vault.settings.start_of_day
    with _uncollected():
        return list(reviews_of(history.reviews(), zone, start_of_day, history.name))


def suspended_cards(workspace: Workspace) -> set[CardId]:
    """The cards that will not be asked; the log must not be written meanwhile."""
    return {card for card, state in workspace.history.states() if state.suspended}


def gather(
    workspace: Workspace, reviews: list[Review], deck: str | None, range_: str, suspended: Collection[CardId] = ()
) -> Statistics:
    """Work the statistics out.

    Raises:
        PeriodError: if the range is none.
    """
    now, start_of_day = workspace.clock(), workspace.vault.settings.start_of_day
    with _uncollected():
        return statistics(
            reviews,
            workspace.vault.rows(),
            now=now,
            period=period(range_, today(now, start_of_day)),
            deck=deck,
            start_of_day=start_of_day,
            suspended=suspended,
        )


def look_ahead(workspace: Workspace, reviews: list[Review], suspended: Collection[CardId] = ()) -> Outlook:
    """Work out what the first screen says."""
    settings = workspace.vault.settings
    schedules = (row.schedule for row in workspace.vault.rows() if not (suspended and row.id in suspended))
    return outlook(reviews, schedules, workspace.clock(), settings.start_of_day, settings.reviews_per_day)
