"""What a change of many schedules does to one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, Sm2, State, due_date, entry_text, read_entry
from studyapp.core.schedule.fsrs import Memory
from studyapp.core.schedule.grading import Grading
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.study.plans.changes import PlanKind, PlanOrder, changed

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
DAYS = st.dates(date(1000, 1, 2))
PLAIN = Settings()
FSRS = Settings(algorithm=Algorithm.FSRS)


def sm2(day: int) -> Sm2:
    return Sm2(TODAY + timedelta(days=day), 10, 250)


def fsrs(day: int, state: State = State.REVIEW) -> Fsrs:
    due = NOW + timedelta(days=day)
    return Fsrs(due, 10, 10.0, 5.0, state, 4, 0, 0, due - timedelta(days=10))


def day_after(schedule: Schedule, change: PlanOrder) -> int:
    """In how many days from today a card is due after a change."""
    after = changed(schedule, change, NOW, PLAIN)
    day = due_date(schedule if after is None else after, NOW)
    assert day is not None
    return (day - TODAY).days


@pytest.mark.parametrize("kind", [sm2, fsrs])
@pytest.mark.parametrize(
    ("change", "days"),
    [
        (PlanOrder(PlanKind.POSTPONE, 3), {-9: 3, 0: 3, 1: 1, 5: 5}),
        (PlanOrder(PlanKind.ADVANCE, 3), {-9: -9, 0: 0, 1: 0, 3: 0, 4: 4}),
        (PlanOrder(PlanKind.DUE, first=TODAY + timedelta(days=40)), {-9: 40, 0: 40, 300: 40}),
    ],
)
def test_due_days_move(kind: Callable[[int], Schedule], change: PlanOrder, days: dict[int, int]) -> None:
    assert {day: day_after(kind(day), change) for day in days} == days


def holiday(first: int, last: int) -> PlanOrder:
    return PlanOrder(PlanKind.HOLIDAY, 0, TODAY + timedelta(days=first), TODAY + timedelta(days=last))


def test_of_a_holiday_the_first_half_is_due_before_and_the_other_after_it() -> None:
    change = holiday(10, 15)
    moved = {day: day_after(sm2(day), change) for day in range(8, 18)}
    assert moved == {8: 8, 9: 9, 10: 9, 11: 8, 12: 7, 13: 18, 14: 17, 15: 16, 16: 16, 17: 17}


def test_what_would_come_before_today_comes_after_the_holiday() -> None:
    assert {day: day_after(sm2(day), holiday(1, 6)) for day in (1, 2, 3)} == {1: 0, 2: 8, 3: 9}


@given(st.integers(-30, 60), st.integers(0, 20), st.integers(0, 20))
def test_nothing_is_due_in_a_holiday_and_nothing_else_moves(day: int, first: int, length: int) -> None:
    after = day_after(sm2(day), holiday(first, first + length))
    if first <= day <= first + length:
        assert not first <= after <= first + length
        assert after >= 0
        assert after - day <= length + 1
    else:
        assert after == day


@given(st.sampled_from([*PlanKind]), st.integers(1, 36500), DAYS, DAYS, DAYS, st.booleans())
def test_no_day_of_the_calendar_is_too_far(
    kind: PlanKind, days: int, first: date, last: date, due: date, plain: bool
) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    moment = datetime(due.year, due.month, due.day, 12, tzinfo=UTC)
    schedule = Sm2(due, 10, 250) if plain else Fsrs(moment, 10, 10.0, 5.0, State.REVIEW, 4, 0, 0, moment)
    after = changed(schedule, PlanOrder(kind, days, first, last), NOW.astimezone(zone), FSRS)
    assert after is None or read_entry(entry_text(after, 250)).sound


@given(
    st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01"), timezones=st.just(UTC)),
    st.dates(date(1970, 1, 1), date(9998, 12, 31)),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Australia/Lord_Howe", "UTC"]),
)
@example(datetime(2024, 12, 5, 22, 30, tzinfo=UTC), date(2024, 7, 1), "Europe/Berlin")  # half an hour before midnight
def test_a_card_is_due_on_the_day_that_is_set_wherever_one_is(due: datetime, day: date, zone: str) -> None:
    now, moment = NOW.astimezone(ZoneInfo(zone)), due.replace(microsecond=0)
    schedule = Fsrs(moment, 10, 10.0, 5.0, State.REVIEW, 4, 0, 0, moment)
    after = changed(schedule, PlanOrder(PlanKind.DUE, first=day), now, FSRS) or schedule
    assert due_date(after, now) == day
    assert read_entry(entry_text(after, 250)).schedule == after


def test_a_due_day_keeps_the_time_of_day_and_everything_else() -> None:
    after = changed(fsrs(0), PlanOrder(PlanKind.POSTPONE, 2), NOW, PLAIN)
    assert isinstance(after, Fsrs)
    assert after.due == NOW + timedelta(days=2)
    assert (after.interval, after.stability, after.last_review) == (10, 10.0, NOW - timedelta(days=10))


def test_intervals_follow_the_present_retention_and_memory() -> None:
    settings = Settings(algorithm=Algorithm.FSRS, fsrs_desired_retention=0.8)
    assert changed(fsrs(0), PlanOrder(PlanKind.RESCHEDULE), NOW, FSRS) is None
    longer = changed(fsrs(0), PlanOrder(PlanKind.RESCHEDULE), NOW, settings)
    assert isinstance(longer, Fsrs)
    assert longer.interval > 20
    before = fsrs(0).last_review
    assert before is not None
    assert longer.due == before + timedelta(days=longer.interval)
    known = changed(fsrs(0), PlanOrder(PlanKind.RESCHEDULE), NOW, FSRS, Memory(4.0, 7.0))
    assert isinstance(known, Fsrs)
    assert (known.interval, known.stability, known.difficulty) == (4, 4.0, 7.0)


@pytest.mark.parametrize(
    ("schedule", "settings"), [(sm2(0), FSRS), (fsrs(0, State.LEARNING), FSRS), (fsrs(0), PLAIN)]
)
def test_what_fsrs_does_not_schedule_is_not_rescheduled(schedule: Schedule, settings: Settings) -> None:
    assert changed(schedule, PlanOrder(PlanKind.RESCHEDULE), NOW, settings, Memory(4.0, 7.0)) is None


def test_schedules_are_converted_as_the_plugin_would_and_keep_their_due_days() -> None:
    there = changed(sm2(5), PlanOrder(PlanKind.TO_FSRS), NOW, FSRS)
    assert isinstance(there, Fsrs)
    assert (there.stability, there.difficulty, there.interval) == (10, 5.5, 10)
    back = changed(there, PlanOrder(PlanKind.TO_SM2), NOW, PLAIN)
    assert back == sm2(5)
    assert changed(there, PlanOrder(PlanKind.TO_FSRS), NOW, FSRS) is None
    # the next grade is the one that the schedule would have had without the conversion
    good = Grading(FSRS).after(sm2(5), Grade.GOOD, now=NOW, histogram={}, initial_ease=250)
    assert good == Grading(FSRS).after(there, Grade.GOOD, now=NOW, histogram={}, initial_ease=250)


def test_a_reset_is_the_one_of_a_review() -> None:
    assert changed(sm2(5), PlanOrder(PlanKind.RESET), NOW, PLAIN) == Sm2(TODAY, 1, 250)
    after = changed(fsrs(5), PlanOrder(PlanKind.RESET), NOW, FSRS)
    assert isinstance(after, Fsrs)
    assert after.state == State.NEW


@given(st.sampled_from([*PlanKind]), st.sampled_from([sm2, fsrs]), st.integers(-400, 400))
def test_every_schedule_that_is_given_can_be_written_and_read_again(
    kind: PlanKind, made: Callable[[int], Schedule], day: int
) -> None:
    change = PlanOrder(kind, 5, date(2024, 7, 1), date(2024, 7, 9))
    for settings in (PLAIN, FSRS):
        after = changed(made(day), change, NOW, settings)
        assert after is None or read_entry(entry_text(after, 250)).schedule == after
