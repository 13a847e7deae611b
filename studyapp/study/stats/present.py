"""What the schedules in the notes say: what is coming, and the distribution of intervals, eases, stabilities."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise

from msgspec import Struct, field

from studyapp.core.schedule.days import add_days, today
from studyapp.core.schedule.entries import Fsrs, Schedule, Sm2, is_learning
from studyapp.study.stats.reviews import MATURE

INTERVALS = (1, 2, 4, 7, 14, 21, 30, 60, 90, 180, 365, 730)
"""Days at which a bar of the histogram of intervals or stabilities starts."""
EASES = tuple(range(130, 331, 20))
"""Per cent, the same for eases."""
DIFFICULTIES = tuple(range(1, 11))


class Bin(Struct, frozen=True):
    """One bar of a histogram: values from `low`, included, to below `high`."""

    low: float
    """Minus infinity for the first bar."""
    high: float
    """Infinity for the last one."""
    count: int


class Forecast(Struct, frozen=True):
    """How many cards become due on which day."""

    backlog: int
    """Cards that were due before today."""
    days: Sequence[int]
    """From today on."""

    @property
    def today(self) -> int:
        """Today's reviews, including the backlog."""
        return self.backlog + (self.days[0] if self.days else 0)


class Totals(Struct):
    """How many cards are in each state."""

    notes: int = 0
    """Those with cards."""
    new: int = 0
    learning: int = 0
    """Before the first interval, or after a lapse: in the steps of FSRS, or with an interval of 0 in SM-2."""
    young: int = 0
    mature: int = 0
    suspended: int = 0
    """Of all of these."""

    @property
    def cards(self) -> int:
        """All cards."""
        return self.new + self.learning + self.young + self.mature


class Spread(Struct):
    """The cards' values, as in the notes, the lowest first."""

    intervals: list[float] = field(default_factory=list)
    eases: list[float] = field(default_factory=list)
    """In per cent; of SM-2 cards."""
    stabilities: list[float] = field(default_factory=list)
    """In days; of FSRS cards, as are the difficulties."""
    difficulties: list[float] = field(default_factory=list)


def due_day(schedule: Schedule, zone_of: datetime, start_of_day: time = time(0)) -> date | None:
    """The day on which a card becomes due, in the zone of `zone_of`; None if never."""
    if schedule.due is None or isinstance(schedule, Sm2):
        return schedule.due
    return day_of(schedule.due, zone_of, start_of_day)


def day_of(moment: datetime, zone_of: datetime, start_of_day: time = time(0)) -> date:
    """The day of a moment, in the zone of `zone_of`."""
    try:
        return today(moment.astimezone(zone_of.tzinfo), start_of_day)
    except OverflowError:  # at the ends of the calendar
        return moment.date()


def due_days(schedules: Iterable[Schedule | None], now: datetime, start_of_day: time = time(0)) -> Counter[date]:
    """How many cards become due on each day; new cards do not."""
    days = (due_day(schedule, now, start_of_day) for schedule in schedules if schedule is not None)
    return Counter(day for day in days if day is not None)


def forecast(due: Mapping[date, int], first: date, days: int) -> Forecast:
    """What becomes due in the coming `days`, from today, the `first`, on."""
    backlog = sum(number for day, number in due.items() if day < first)
    return Forecast(backlog, [due.get(add_days(first, day), 0) for day in range(days)])


def count_state(totals: Totals, schedule: Schedule | None) -> None:
    """Add one card to the totals."""
    if schedule is None:
        totals.new += 1
    elif is_learning(schedule):
        totals.learning += 1
    elif schedule.interval >= MATURE:
        totals.mature += 1
    else:
        totals.young += 1


def spread(schedules: Iterable[Schedule | None]) -> Spread:
    """Collect the values; learning steps have no interval, and NaN is left out."""
    found = Spread()
    for schedule in schedules:
        if schedule is None:
            continue
        if schedule.interval >= 1:
            found.intervals.append(schedule.interval)
        if isinstance(schedule, Fsrs) and math.isnan(schedule.stability + schedule.difficulty):
            continue
        if isinstance(schedule, Fsrs):
            found.stabilities.append(schedule.stability)
            found.difficulties.append(schedule.difficulty)
        elif not math.isnan(schedule.ease):
            found.eases.append(schedule.ease)
    for values in (found.intervals, found.eases, found.stabilities, found.difficulties):
        values.sort()
    return found


def histogram(values: Sequence[float], edges: Sequence[float]) -> list[Bin]:
    """Count values, the lowest first, between neighbouring edges, below the first and from the last on."""
    places = pairwise((0, *(bisect_left(values, edge) for edge in edges), len(values)))
    bounds = pairwise((-math.inf, *edges, math.inf))
    return [Bin(low, high, end - start) for (low, high), (start, end) in zip(bounds, places, strict=True)]
