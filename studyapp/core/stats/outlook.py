"""What the first screen says of the days before and after today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from studyapp.core.days import today
from studyapp.core.schedule import Schedule
from studyapp.core.stats.past import Streak, streak
from studyapp.core.stats.present import Forecast, forecast
from studyapp.core.stats.reviews import Review

AHEAD = 30
"""Days, today included."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Streak, the reviews of each day, and what becomes due."""

    today: date
    streak: Streak
    calendar: Mapping[date, int]
    forecast: Forecast


def outlook(
    reviews: Iterable[Review], schedules: Iterable[Schedule | None], now: datetime, start_of_day: time = time(0)
) -> Outlook:
    """Work it out for the whole vault."""
    day = today(now, start_of_day)
    calendar = Counter(review.day for review in reviews)
    return Outlook(day, streak(calendar, day), calendar, forecast(schedules, now, AHEAD, start_of_day))
