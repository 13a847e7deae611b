"""The days before and after today, for the first screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from statistics import fmean

from msgspec import Struct

from studyapp.study.stats.past import Streak, streak
from studyapp.study.stats.present import Forecast, forecast

AHEAD = 30
"""How many days, including today."""
_MONTH = 30
"""How many days define a usual day."""
_TEN_YEARS = 3653


class Backlog(Struct, frozen=True):
    """How a backlog shrinks at a number of reviews a day."""

    due: int
    a_day: int
    days: int | None
    """Days until no more is due than can be done; None if that takes more than ten years."""


class Outlook(Struct, frozen=True):
    """Streak, the reviews of each day, and what becomes due."""

    today: date
    streak: Streak
    calendar: Mapping[date, int]
    forecast: Forecast
    backlog: Backlog | None = None
    """How the backlog shrinks; None if there is none, or it is unknown."""

    @property
    def month(self) -> int:
        """How many reviews the last 30 days had."""
        return sum(self.calendar.get(self.today - timedelta(back), 0) for back in range(_MONTH))


def outlook(calendar: Mapping[date, int], due: Mapping[date, int], day: date, reviews_per_day: int = 0) -> Outlook:
    """Compute it for the whole vault, from the reviews of each day and the cards that become due.

    Without a limit of `reviews_per_day`, the backlog is compared with a usual day.
    """
    ahead = forecast(due, day, AHEAD)
    pile: Backlog | None = None
    a_day = reviews_per_day or usual_day(calendar, day)
    if a_day and (ahead.today if reviews_per_day else ahead.backlog) > a_day:
        pile = backlog({(one - day).days: number for one, number in due.items()}, a_day)
    return Outlook(day, streak(calendar, day), calendar, ahead, pile)


def usual_day(calendar: Mapping[date, int], day: date) -> int:
    """Reviews a day over the last month, counting only days with reviews; 0 if there were none. Today is left out."""
    month = [number for other in range(1, _MONTH + 1) if (number := calendar.get(day - timedelta(days=other), 0))]
    return max(1, round(fmean(month))) if month else 0


def backlog(histogram: Mapping[int, int], a_day: int) -> Backlog:
    """How many days a backlog takes at that many cards a day, with what becomes due in the meantime.

    What the reviews themselves bring back within that time is unknown and not counted. Overdue cards have negative
    days.
    """
    left = due = sum(number for day, number in histogram.items() if day <= 0)
    for day in range(_TEN_YEARS):
        left += histogram.get(day, 0) if day else 0
        if left <= a_day:
            return Backlog(due, a_day, day + (left > 0))
        left -= a_day
    return Backlog(due, a_day, None)
