"""The review log as statistics see it: one short row a grade, with the day that it belongs to."""

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
"""Days of interval from which a card counts as mature, as in Anki."""


class Review(NamedTuple):
    """One grade."""

    card: str
    """The id of the card as it is called now."""
    day: date
    """The day that the grade belongs to, by the clock on the wall where it was given, and the start of the day."""
    at: datetime
    """With the offset of the zone in which it was given."""
    grade: Grade
    seconds: float
    """From the front to the grade, `LONGEST` at most; 0 where it was not measured."""
    interval: float | None
    """Days from one review to the next as they were scheduled before; None for a new card or a learning step."""

    @property
    def hour(self) -> int:
        """By the clock on the wall, from 0."""
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
    """Make rows of the grades among some actions, in the same order; resets are no reviews.

    Args:
        actions: those that count, oldest first.
        start_of_day: see `core.schedule.days.today`.
        name: the id, as text, that an action's card has now.
    """
    for action in actions:
        if action.grade is not None:
            seconds = min(LONGEST, max(0.0, action.seconds or 0.0))
            day = today(action.at, start_of_day)
            yield Review(name(action), day, action.at, action.grade, seconds, _interval(action.before))


@lru_cache(maxsize=4096)
def _interval(before: str | None) -> float | None:
    """The interval that an entry of a comment was waiting for; None where it was a step of learning."""
    schedule = None if before is None else read_entry(before).schedule
    if schedule is None or not schedule.interval >= 1:  # which is also so where it is not a number
        return None
    return schedule.interval if not isinstance(schedule, Fsrs) or schedule.state == State.REVIEW else None
