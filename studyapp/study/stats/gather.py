"""Statistics of an open vault: its review log and its cards combined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta

from studyapp.collector import uncollected
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import today
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.stats.days import lost_days, wall_clock
from studyapp.study.stats.outlook import Outlook, outlook
from studyapp.study.stats.past import Day, Hard, by_day
from studyapp.study.stats.period import period
from studyapp.study.stats.present import day_of, due_days
from studyapp.study.stats.reviews import Review, reviews_of
from studyapp.study.stats.statistics import Statistics, statistics


def read_reviews(workspace: Workspace) -> list[Review]:
    """Every grade that counts, on any device, oldest first; the log must not be written meanwhile."""
    history, start_of_day = workspace.history, workspace.vault.settings.start_of_day
    with uncollected():
        return list(reviews_of(history.reviews(), start_of_day, history.name))


def reviews_a_day(workspace: Workspace) -> Counter[date]:
    """How many grades each day had, on any device, and 0 for a lost one; the log must not be written meanwhile."""
    start_of_day, now = workspace.vault.settings.start_of_day, workspace.clock()
    found: Counter[date] = Counter()
    moments: list[tuple[datetime, timedelta]] = []
    for minute, shown, grades in workspace.history.grades_by_minute():
        local = datetime.fromisoformat(shown)
        found[today(local, start_of_day)] += grades
        moments.append((local, local - datetime.fromtimestamp(60 * minute, UTC).replace(tzinfo=None)))
    found.update(dict.fromkeys(lost_days([*moments, wall_clock(now)], start_of_day), 0))
    return found


def last_days(workspace: Workspace, days: int) -> dict[date, Day]:
    """What was done on each of the last days with reviews, oldest first; the log must not be written meanwhile."""
    now, start_of_day = workspace.clock(), workspace.vault.settings.start_of_day
    first = today(now, start_of_day) - timedelta(days - 1)
    recent = reviews_of(workspace.history.since(now - timedelta(days + 1)), start_of_day)
    return {day: done for day, done in by_day(recent).items() if day >= first}


def most_forgotten(workspace: Workspace, most: int) -> list[tuple[CardRow, Hard]]:
    """The cards forgotten most often after they had been learned, of those that still exist."""
    found: list[tuple[CardRow, Hard]] = []
    for card, times in Counter(workspace.forgotten()).most_common():
        if len(found) == most:
            break
        if (row := workspace.vault.row(card)) is not None:
            reviews = sum(done.grade is not None for done in workspace.history.of(card))
            found.append((row, Hard(str(card), times, reviews)))
    return found


def gather(
    workspace: Workspace, reviews: list[Review], deck: str | None, range_: str, suspended: Collection[CardId] = ()
) -> Statistics:
    """Compute the statistics; PeriodError if the range is invalid."""
    now, start_of_day = workspace.clock(), workspace.vault.settings.start_of_day
    with uncollected():
        return statistics(
            reviews,
            workspace.vault.rows(),
            now=now,
            period=period(range_, today(now, start_of_day)),
            deck=deck,
            start_of_day=start_of_day,
            suspended=suspended,
            settings=workspace.vault.settings,
        )


def look_ahead(workspace: Workspace, calendar: Mapping[date, int], suspended: Collection[CardId] = ()) -> Outlook:
    """Compute what the first screen shows."""
    vault, now = workspace.vault, workspace.clock()
    start_of_day = vault.settings.start_of_day
    due = vault.due_days(lambda moment: day_of(moment, now, start_of_day))
    rows = vault.rows(paths={card.path for card in suspended})
    due.subtract(due_days((row.schedule for row in rows if row.id in suspended), now, start_of_day))
    return outlook(calendar, due, today(now, start_of_day), vault.settings.reviews_per_day)
