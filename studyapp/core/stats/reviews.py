"""The review log as statistics see it: one short row a grade, with the day that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from studyapp.core.days import today
from studyapp.core.estimate import LONGEST
from studyapp.core.ledger_rows import Done
from studyapp.core.schedule import Fsrs, Grade, State, read_entry

MATURE = 21
"""Days of interval from which a card counts as mature, as in Anki."""
_QUARTER = 900
"""Seconds; every zone changes its clock at a quarter of an hour, so one of them has one offset."""


class Review(NamedTuple):
    """One grade."""

    card: str
    """The id of the card as it is called now."""
    day: date
    """The day that the grade belongs to, by the person's zone and start of day."""
    hour: int
    """By the clock on the wall, from 0."""
    grade: Grade
    seconds: float
    """From the front to the grade, `LONGEST` at most; 0 where it was not measured."""
    interval: float | None
    """Days from one review to the next as they were scheduled before; None for a new card or a learning step."""

    @property
    def passed(self) -> bool:
        """Whether the card was known."""
        return self.grade is not Grade.AGAIN


def reviews_of(
    actions: Iterable[Done],
    zone: tzinfo | None,
    start_of_day: time = time(0),
    name: Callable[[Done], str] = lambda action: str(action.card),
) -> Iterator[Review]:
    """Make rows of the grades among some actions, in the same order; resets are no reviews.

    Args:
        actions: those that count, oldest first.
        zone: the person's, in which days are told apart.
        start_of_day: see `core.days.today`.
        name: the id, as text, that an action's card has now.
    """
    place = places(zone, start_of_day)
    for action in actions:
        if action.grade is not None:
            seconds = min(LONGEST, max(0.0, action.seconds or 0.0))
            yield Review(name(action), *place(action.at), action.grade, seconds, _interval(action.before))


def places(zone: tzinfo | None, start_of_day: time) -> Callable[[datetime], tuple[date, int]]:
    """What tells the day and the hour of an instant; the zone is asked once for each quarter of an hour only."""
    offsets: dict[int, timedelta] = {}

    def place(instant: datetime) -> tuple[date, int]:
        quarter = int(instant.timestamp() // _QUARTER)
        offset = offsets.get(quarter)
        if offset is None:
            began = datetime.fromtimestamp(quarter * _QUARTER, UTC)
            offset = offsets[quarter] = began.astimezone(zone).utcoffset() or timedelta()
        local = instant.astimezone(UTC).replace(tzinfo=None) + offset
        return today(local, start_of_day), local.hour

    return place


@lru_cache(maxsize=4096)
def _interval(before: str | None) -> float | None:
    """The interval that an entry of a comment was waiting for; None where it was a step of learning."""
    schedule = None if before is None else read_entry(before).schedule
    if schedule is None or not schedule.interval >= 1:  # which is also so where it is no number
        return None
    return schedule.interval if not isinstance(schedule, Fsrs) or schedule.state == State.REVIEW else None
