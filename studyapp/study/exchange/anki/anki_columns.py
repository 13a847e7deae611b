"""A schedule and a history as Anki's columns."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from studyapp.core.log.ledger_rows import Record
from studyapp.core.log.marks import CardState
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, Sm2, State, is_step, read_entry
from studyapp.core.schedule.grading import Grading
from studyapp.core.settings.model import Settings
from studyapp.study.exchange.anki.collection import FIRST_HOUR
from studyapp.study.exchange.known.collect import OutgoingCard

EASE: Final = {Grade.AGAIN: 1, Grade.HARD: 2, Grade.GOOD: 3, Grade.EASY: 4}
"""Anki's numbers of the grades; 0 means none."""
BASE_EASE: Final = 2500
LONGEST: Final = 36_500
"""Anki's longest interval, in days."""
_STEPS: Final = 2
"""Anki's learning steps: 1 and 10 minutes."""
_LONGEST_ANSWER: Final = 60_000
_ROLLOVER: Final = timedelta(hours=FIRST_HOUR)


class Type:
    """Anki's types of cards, and of reviews."""

    NEW, LEARNING, REVIEW, RELEARNING = range(4)
    LEARNED, REVIEWED, RELEARNED, _, BY_HAND = range(5)


class Queue:
    """Where Anki keeps a card."""

    BURIED, BURIED_BY_SIBLING, SUSPENDED, NEW, LEARNING, REVIEW, DAY_LEARNING = range(-3, 4)


class AnkiStanding(NamedTuple):
    """Columns of a card."""

    type: int
    queue: int
    due: int
    ivl: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    left: int = 0


class Calendar:
    """Anki's days: they start at four, and are counted from one of them."""

    def __init__(self, now: datetime) -> None:
        """Count from the day of a moment, which is aware, in local time."""
        self.now = now
        self.day_zero = self.day(now)

    def day(self, moment: datetime) -> date:
        """The day of a moment."""
        return (moment.astimezone(self.now.tzinfo) - _ROLLOVER).date()

    def number(self, day: date) -> int:
        """How many days after the first one; negative before it."""
        return (day - self.day_zero).days


def card_state(card: OutgoingCard, calendar: Calendar, place: int) -> AnkiStanding:
    """The state of a card; `place` is the position of a new one."""
    found = _scheduled(card.card.schedule, calendar) or AnkiStanding(Type.NEW, Queue.NEW, place)
    reps, lapses = counted(card)
    return found._replace(queue=_queue(card.state, calendar, found.queue), reps=reps, lapses=lapses)


def counted(card: OutgoingCard) -> tuple[int, int]:
    """How often a card was reviewed and forgotten."""
    grades = [record for record in card.history if record.grade is not None]
    lapses = sum(record.grade is Grade.AGAIN and kind_of(_before(record)) == Type.REVIEWED for record in grades)
    schedule = card.card.schedule
    if isinstance(schedule, Fsrs):
        return max(len(grades), schedule.reps), max(0, schedule.lapses)
    return len(grades), lapses


def _queue(state: CardState, calendar: Calendar, usual: int) -> int:
    if state.suspended:
        return Queue.SUSPENDED
    return Queue.BURIED if state.is_buried(calendar.day_zero) else usual


def _scheduled(schedule: Schedule | None, calendar: Calendar) -> AnkiStanding | None:
    if schedule is None or schedule.due is None:
        return None
    if isinstance(schedule, Sm2):
        due, days = calendar.number(schedule.due), whole_days(schedule.interval)
        if not days:
            return AnkiStanding(Type.LEARNING, Queue.DAY_LEARNING, due, 0, _factor(schedule.ease), left=1)
        return AnkiStanding(Type.REVIEW, Queue.REVIEW, due, days, _factor(schedule.ease))
    if schedule.state == State.REVIEW:
        due = calendar.number(calendar.day(schedule.due))
        return AnkiStanding(Type.REVIEW, Queue.REVIEW, due, max(1, whole_days(schedule.interval)), BASE_EASE)
    moment = int(schedule.due.timestamp())
    if schedule.state == State.LEARNING:
        left = max(1, _STEPS - max(0, schedule.learning_steps))
        return AnkiStanding(Type.LEARNING, Queue.LEARNING, moment, left=left)
    if schedule.state == State.RELEARNING:
        days = max(1, whole_days(schedule.stability))
        return AnkiStanding(Type.RELEARNING, Queue.LEARNING, moment, days, BASE_EASE, left=1)
    return None


def memory(card: OutgoingCard, settings: Settings) -> str:
    """A card's FSRS memory, and when it was last reviewed."""
    schedule = card.card.schedule
    last = next((record.at for record in reversed(card.history) if record.grade is not None), None)
    known: dict[str, float] = {}
    if isinstance(schedule, Fsrs):
        last = schedule.last_review or last
        if schedule.state != State.NEW and schedule.stability > 0:
            known["s"] = max(0.0001, round(schedule.stability, 4))
            known["d"] = round(min(max(schedule.difficulty, 1), 10), 3)
            known["decay"] = round(Grading(settings).fsrs.weights[20], 4)
    if schedule is not None and last is not None:
        known["lrt"] = int(last.timestamp())
    return json.dumps(known, separators=(",", ":")) if known else ""


def review_columns(record: Record) -> tuple[int, int, int, int, int, int]:
    """Columns of a review: grade, interval after and before, ease, milliseconds, type."""
    before, after = _before(record), read_entry(record.after).schedule
    grade = EASE[record.grade] if record.grade is not None else 0
    kind = kind_of(before) if grade else Type.BY_HAND
    factor = 0
    if isinstance(after, Fsrs):
        factor = 100 + round(1000 * (min(max(after.difficulty, 1), 10) - 1) / 9)
    elif after is not None and grade:
        factor = _factor(after.ease)
    spent = min(_LONGEST_ANSWER, max(0, round((record.seconds or 0) * 1000)))
    return grade, interval(after, record.at), interval(before, record.at), factor, spent, kind


def kind_of(before: Schedule | None) -> int:
    """The kind of a review, by the card's state before it: FSRS reads histories by this."""
    if before is None:
        return Type.LEARNED
    if isinstance(before, Sm2):
        return Type.REVIEWED if whole_days(before.interval) else Type.RELEARNED
    return {State.REVIEW.value: Type.REVIEWED, State.RELEARNING.value: Type.RELEARNED}.get(before.state, Type.LEARNED)


def interval(schedule: Schedule | None, at: datetime) -> int:
    """Days, or minus seconds for a step; 0 for a new card."""
    if schedule is None:
        return 0
    if is_step(schedule):
        step = (schedule.due - (schedule.last_review or at)).total_seconds() if schedule.due else 60
        return -max(1, round(step))
    return whole_days(schedule.interval)


def whole_days(days: float) -> int:
    """Days as Anki counts them."""
    return min(LONGEST, max(0, round(days))) if math.isfinite(days) else 0


def _before(record: Record) -> Schedule | None:
    return None if record.before is None else read_entry(record.before).schedule


def _factor(ease: float) -> int:
    return min(10_000, max(0, round(ease * 10))) if math.isfinite(ease) else BASE_EASE
