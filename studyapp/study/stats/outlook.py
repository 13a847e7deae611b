"""What the first screen says of the days before and after today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from statistics import fmean

from msgspec import Struct

from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Schedule
from studyapp.study.stats.past import Streak, streak
from studyapp.study.stats.present import Forecast, due_day, forecast

AHEAD = 30
"""Days, today included."""
_MONTH = 30
"""Days that say what a usual day is."""
_TEN_YEARS = 3653


class Backlog(Struct, frozen=True):
    """How a pile of due cards melts, at so many reviews a day."""

    due: int
    a_day: int
    days: int | None
    """Until no day begins with more than can be done; None where that takes more than ten years."""


class Outlook(Struct, frozen=True):
    """Streak, the reviews of each day, and what becomes due."""

    today: date
    streak: Streak
    calendar: Mapping[date, int]
    forecast: Forecast
    backlog: Backlog | None = None
    """How the due cards melt, where there are more than a day takes; None where that is not so or not known."""


def outlook(
    calendar: Mapping[date, int],
    schedules: Iterable[Schedule | None],
    now: datetime,
    start_of_day: time = time(0),
    reviews_per_day: int = 0,
) -> Outlook:
    """Work it out for the whole vault.

    Args:
        calendar: how many reviews each day had.
        schedules: those of the cards that reviews show.
        now: aware, in the person's zone.
        start_of_day: when a day begins.
        reviews_per_day: the limit that the settings name; 0 for none, then the backlog is held against a usual day.
    """
    day = today(now, start_of_day)
    known = [schedule for schedule in schedules if schedule is not None]
    ahead = forecast(known, now, AHEAD, start_of_day)
    pile: Backlog | None = None
    a_day = reviews_per_day or usual_day(calendar, day)
    if a_day and (ahead.today if reviews_per_day else ahead.backlog) > a_day:
        days = (due_day(schedule, now, start_of_day) for schedule in known)
        pile = backlog(Counter((due - day).days for due in days if due is not None), a_day)
    return Outlook(day, streak(calendar, day), calendar, ahead, pile)


def usual_day(calendar: Mapping[date, int], day: date) -> int:
    """How many reviews a day of the last month had, of those that had any; 0 if none had. Today is not over yet."""
    month = [number for other in range(1, _MONTH + 1) if (number := calendar.get(day - timedelta(days=other), 0))]
    return max(1, round(fmean(month))) if month else 0


def backlog(histogram: Mapping[int, int], a_day: int) -> Backlog:
    """Work out how many days a backlog takes, with what becomes due meanwhile.

    What the reviews themselves bring back within that time is not known and not counted.

    Args:
        histogram: how many cards are due in how many days from today; overdue ones are below 0.
        a_day: how many cards are reviewed each day.
    """
    left = due = sum(number for day, number in histogram.items() if day <= 0)
    for day in range(_TEN_YEARS):
        left += histogram.get(day, 0) if day else 0
        if left <= a_day:
            return Backlog(due, a_day, day + (left > 0))
        left -= a_day
    return Backlog(due, a_day, None)
