"""The effect of a change of many schedules on one of them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.errors import MisuseError
from studyapp.core.plural import count
from studyapp.core.schedule.days import DAY, add_days, midnight
from studyapp.core.schedule.entries import Fsrs, Schedule, Sm2, State, due_date, is_learning
from studyapp.core.schedule.fsrs import LATEST, Memory, from_sm2, interval_of
from studyapp.core.schedule.grading import Grading
from studyapp.core.schedule.sm2 import ease_of
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.core.text.digits import is_whole_number


class PlanKind(StrEnum):
    """The kinds of change."""

    RESCHEDULE = "reschedule"
    """New intervals, from the current parameters and retention."""
    TO_FSRS = "to-fsrs"
    TO_SM2 = "to-sm2"
    POSTPONE = "postpone"
    """Move what is due by today to that many days from today."""
    ADVANCE = "advance"
    """Make what is due within that many days due today."""
    HOLIDAY = "holiday"
    """Move what is due between two days to before or after them."""
    DUE = "due"
    """Set another due day."""
    EXAM = "exam"
    """Move what is due only after an exam, or shortly before its last days, into these."""
    RESET = "reset"
    """Reset the cards."""


_VALUES = {
    PlanKind.POSTPONE: "DAYS",
    PlanKind.ADVANCE: "DAYS",
    PlanKind.HOLIDAY: "FROM TO",
    PlanKind.DUE: "DATE",
    PlanKind.EXAM: "NAME",
}
"""Notes on some changes."""


class PlanOrder(Struct, frozen=True):
    """A requested change."""

    kind: PlanKind
    days: int = 0
    first: date | None = None
    """The due day, or the first day of the holiday."""
    last: date | None = None
    exam: str = ""
    """Its name."""

    @property
    def words(self) -> str:
        """Its description in the log."""
        match self.kind:
            case PlanKind.RESCHEDULE:
                return "the rescheduling"
            case PlanKind.TO_FSRS:
                return "the conversion to FSRS"
            case PlanKind.TO_SM2:
                return "the conversion to SM-2"
            case PlanKind.POSTPONE:
                return f"postponing by {count(self.days, 'day')}"
            case PlanKind.ADVANCE:
                return f"advancing what was due within {count(self.days, 'day')}"
            case PlanKind.HOLIDAY:
                return f"the holiday from {self.first} to {self.last}"
            case PlanKind.DUE:
                return f"setting the due day to {self.first}"
            case PlanKind.EXAM:
                return f"the last looks before the exam {self.exam}"
            case PlanKind.RESET:
                return "the reset"


def order_of(name: str, values: Sequence[str]) -> PlanOrder:
    """The change that a command line asks for; MisuseError if it is invalid."""
    kind = PlanKind(name)
    wanted = _VALUES.get(kind, "")
    if len(values) != len(wanted.split()):
        raise MisuseError(f"write `studyapp plan {kind}{' ' * bool(wanted)}{wanted}`; --help explains it")
    if wanted == "DAYS":
        if not (is_whole_number(values[0]) and 0 < int(values[0]) <= 36_500):
            raise MisuseError(f"{values[0]!r} is not a number of days, such as 7")
        return PlanOrder(kind, days=int(values[0]))
    if wanted == "NAME":
        return PlanOrder(kind, exam=values[0])
    first, last = [*map(_day, values), None, None][:2]
    return PlanOrder(kind, 0, first, last)


def _day(text: str) -> date:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if 1970 <= day.year < LATEST.year:
            return day
    raise MisuseError(f"{text!r} is not a day such as 2026-12-20")


def changed(
    schedule: Schedule, change: PlanOrder, now: datetime, settings: Settings, memory: Memory | None = None
) -> Schedule | None:
    """The new schedule of a card; None if it keeps its own.

    `memory` is how well it is remembered, by its history and the current parameters, if known.
    """
    match change.kind:
        case PlanKind.RESCHEDULE:
            after = _rescheduled(schedule, settings, memory)
        case PlanKind.TO_FSRS:
            after = from_sm2(schedule, now=now) if isinstance(schedule, Sm2) else None
        case PlanKind.TO_SM2:
            after = _as_sm2(schedule, now)
        case PlanKind.RESET:
            after = Grading(settings).reset(now=now)
        case _:
            after = _moved(schedule, change, now)
    return None if after == schedule else after


def _rescheduled(schedule: Schedule, settings: Settings, memory: Memory | None) -> Schedule | None:
    if not isinstance(schedule, Fsrs) or settings.algorithm is not Algorithm.FSRS or schedule.last_review is None:
        return None
    if schedule.state != State.REVIEW or not schedule.stability > 0:
        return None
    known = memory or Memory(schedule.stability, schedule.difficulty)
    days = interval_of(known.stability, Grading(settings).fsrs)
    due = schedule.last_review + min(days, (LATEST - schedule.last_review).days) * DAY
    return replace(schedule, due=due, interval=days, stability=known.stability, difficulty=known.difficulty)


def _as_sm2(schedule: Schedule, now: datetime) -> Schedule | None:
    if not isinstance(schedule, Fsrs) or schedule.due is None or schedule.state == State.NEW:
        return None
    return Sm2(due_date(schedule, now), schedule.interval, ease_of(schedule))


def _moved(schedule: Schedule, change: PlanOrder, now: datetime) -> Schedule | None:
    day, today = due_date(schedule, now), now.date()
    if day is None:
        return None
    wanted = day
    match change.kind:
        case PlanKind.POSTPONE if day <= today:
            wanted = add_days(today, change.days)
        case PlanKind.ADVANCE if today < day <= add_days(today, change.days) and not is_learning(schedule):
            wanted = today
        case PlanKind.DUE if change.first is not None:
            wanted = change.first
        case PlanKind.HOLIDAY if change.first is not None and change.last is not None:
            wanted = _around(day, change.first, change.last, today)
    return schedule if wanted == day else with_due_day(schedule, wanted, now)


def _around(day: date, first: date, last: date, today: date) -> date:
    """A day outside a holiday: those of its first half mirrored to before it, the others to after it.

    So each day around it gets the cards of one holiday. What would have to be due before today is due after the
    holiday, by no more than its length.
    """
    if not first <= day <= last:
        return day
    before = add_days(first, -(day - first).days - 1)
    if day - first >= last - day:
        return add_days(last, (last - day).days + 1)
    return before if before >= today else add_days(last, (day - first).days + 1)


def with_due_day(schedule: Schedule, day: date, now: datetime) -> Schedule:
    """A schedule that is due on another day, at the same time of day."""
    if isinstance(schedule, Sm2):
        return replace(schedule, due=day)
    assert schedule.due is not None
    try:
        due = datetime.combine(day, schedule.due.astimezone(now.tzinfo).time(), now.tzinfo).astimezone(UTC)
    except OverflowError:  # at an end of the calendar
        due = midnight(day, now.tzinfo)
    return replace(schedule, due=min(due, LATEST))
