"""The review log for statistics: one short row per grade, with its day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from studyapp.core.log.ledger_rows import Done
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Fsrs, Grade, State, read_entry
from studyapp.study.stats.estimate import LONGEST

MATURE = 21
"""The interval, in days, at which a card counts as mature, as in Anki."""


class Review(NamedTuple):
    """One grade."""

    card: str
    """The card's present id."""
    day: date
    """The day of the grade, by local time where it was given, and the start of the day."""
    at: datetime
    """With the offset of its time zone."""
    grade: Grade
    seconds: float
    """From front to grade, at most `LONGEST`; 0 if not measured."""
    interval: float | None
    """The scheduled days between the reviews; None for a new card or a learning step."""

    @property
    def hour(self) -> int:
        """In local time, from 0."""
        return self.at.hour

    @property
    def passed(self) -> bool:
        """Whether the card was known."""
        return self.grade is not Grade.AGAIN


def reviews_of(
    actions: Iterable[Done],
    start_of_day: time = time(0),
    name: Callable[[Done], str] = lambda action: str(action.card),
) -> Iterator[Review]:
    """Make rows from the grades among some actions, in the same order; `name` gives the present id of a card."""
    for action in actions:
        if action.grade is not None:
            seconds = min(LONGEST, max(0.0, action.seconds or 0.0))
            day = today(action.at, start_of_day)
            yield Review(name(action), day, action.at, action.grade, seconds, _interval(action.before))


@lru_cache(maxsize=4096)
def _interval(before: str | None) -> float | None:
    """The interval of an entry; None for a learning step."""
    schedule = None if before is None else read_entry(before).schedule
    if schedule is None or not schedule.interval >= 1:  # also true for NaN
        return None
    return schedule.interval if not isinstance(schedule, Fsrs) or schedule.state == State.REVIEW else None
