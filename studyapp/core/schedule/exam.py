"""When a card of an exam is due; pure.

Before the last days of an exam the scheduler decides, except that no review comes shortly before them. In the last
days each card is seen once more: what would be due later is due there, on the least busy day. After the exam the
scheduler alone decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.schedule.days import add_days, midnight, round_half_up
from studyapp.core.schedule.entries import Fsrs, Schedule, Sm2
from studyapp.core.settings.model import Settings

_LONGER: Final = 0.5
"""The share of its interval by which a card may be late for its last look, and skip the review before that."""
_FAR: Final = 100_000
"""Days."""


class Exam(Struct, frozen=True):
    """A day by which some cards should be known."""

    name: str
    day: date
    last_days: int
    deck: str | None = None
    search: str | None = None

    @property
    def first(self) -> date:
        """The first of the last days; the last one is the day before the exam."""
        return add_days(self.day, -self.last_days)

    def days(self, after: date) -> list[date]:
        """The last days that come after a day."""
        return [day for n in range(self.last_days) if (day := add_days(self.first, n)) > after]


class DayLoad(Struct, frozen=True):
    """A day's load."""

    of_exam: int
    """How many cards of the exam are due on it."""
    of_all: int
    share: float = 1.0
    """Its share of a usual day's load."""
    is_full: bool = False
    """Whether it has as many reviews as the limits allow."""
    has_sibling: bool = False
    """Whether another card of the same question is due on it."""


Loads = Callable[[Exam, date], DayLoad]


def exams_of(settings: Settings) -> tuple[Exam, ...]:
    """The exams in the settings, the next one first."""
    found = [_exam(name, values) for name, values in settings.exams.items()]
    return tuple(sorted(found, key=lambda one: (one.day, one.name)))


def coming_exams(settings: Settings, day: date) -> tuple[Exam, ...]:
    """Those after a day."""
    return tuple(exam for exam in exams_of(settings) if exam.day > day) if settings.exams else ()


def _exam(name: str, values: Any) -> Exam:
    day = date.fromisoformat(values["date"])
    return Exam(name, day, values["last_days"], values.get("deck"), values.get("search"))


def due_with_exams(due: date, seen: date, exams: Sequence[Exam], loads: Loads) -> date:
    """The day on which a card `seen` today is due next, given the day that the scheduler gives.

    The exams are those that the card belongs to, the next one first.
    """
    for exam in exams:
        if exam.day <= seen:
            continue
        if seen < exam.first:
            return last_look(due, seen, exam, exam.days(seen), loads)
        if due < exam.day:
            days = [add_days(due, n) for n in range((exam.day - due).days)]
            return next((day for day in days if not loads(exam, day).is_full), exam.day)
    return due


def last_look(due: date, seen: date, exam: Exam, days: Sequence[date], loads: Loads) -> date:
    """The day of a card's last look before an exam, one of the last days that are left.

    It is `due` itself, the day that it would be due, if that is well before; `seen` is when it was seen last.
    """
    if not days or not waits(due, seen, exam):
        return due

    def load(day: date) -> tuple[bool, bool, bool, float, float, int, date]:
        at = loads(exam, day)
        part = max(at.share, 0.01)
        of_exam, of_all = (at.of_exam + 1) / part, (at.of_all + 1) / part
        return at.share <= 0, at.is_full, at.has_sibling, of_exam, of_all, abs((day - due).days), day

    return min(days, key=load)


def waits(due: date, seen: date, exam: Exam) -> bool:
    """Whether a card is not seen again before the last days of an exam; the days are those of `last_look`."""
    return add_days(due, int(_LONGER * (due - seen).days)) >= exam.first


def moved_to(schedule: Schedule, day: date, now: datetime) -> Schedule:
    """A schedule that is due on another day, with the resulting interval."""
    if schedule.due is None:
        return schedule
    if isinstance(schedule, Sm2):
        interval = schedule.interval + (day - schedule.due).days
        return replace(schedule, due=day, interval=max(1.0, interval, (day - now.date()).days))
    due = midnight(day, now.tzinfo)
    if schedule.last_review is None:
        return replace(schedule, due=due)
    days = (day - schedule.last_review.astimezone(now.tzinfo).date()).days
    return replace(schedule, due=due, interval=max(1, days))


def last_seen(schedule: Schedule, now: datetime) -> date | None:
    """The day of the last review, where the user is; that of SM-2 follows from the due day and the interval."""
    if isinstance(schedule, Fsrs):
        return None if schedule.last_review is None else schedule.last_review.astimezone(now.tzinfo).date()
    if schedule.due is None or not 0 <= schedule.interval <= _FAR:
        return None
    return add_days(schedule.due, -round_half_up(schedule.interval))
