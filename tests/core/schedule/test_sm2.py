"""SM-2 gives exactly the intervals that the plugin gives."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.schedule import sm2
from studyapp.core.schedule.entries import Fsrs, Grade, Sm2, entry_text
from studyapp.core.settings.model import Settings
from tests.helpers.rows import each_row
from tests.helpers.settings import from_plugin

NOON = datetime(2024, 6, 15, 12, tzinfo=UTC)
TODAY = NOON.date()
PLAIN = Settings(load_balance=False)
FSRS = Fsrs(
    due=datetime(2024, 6, 14, 8, tzinfo=UTC),
    interval=5,
    stability=6.25,
    difficulty=4.5,
    state=2,
    reps=4,
    lapses=1,
    learning_steps=0,
    last_review=datetime(2024, 6, 9, 8, tzinfo=UTC),
)

grades = st.sampled_from(Grade)
numbers = st.floats(0, 40_000)
schedules = st.builds(Sm2, st.dates(date(2000, 1, 2), date(2060, 1, 1)), st.integers(0, 36525), st.integers(130, 900))
histograms = st.dictionaries(st.integers(0, 400), st.integers(0, 9))
settings_of = st.builds(
    Settings,
    base_ease=st.integers(130, 400),
    easy_bonus=st.floats(1, 2),
    lapses_interval_change=st.floats(0.01, 0.99),
    maximum_interval=st.integers(1, 40_000),
    load_balance=st.booleans(),
    overdue=st.sampled_from(["plugin", "documented"]),
)


def answer(
    schedule: Sm2 | Fsrs | None,
    grade: Grade,
    now: datetime = NOON,
    settings: Settings = PLAIN,
    histogram: Mapping[int, int] | None = None,
) -> Sm2:
    return sm2.review(
        schedule, grade, now=now, settings=settings, histogram=histogram or {}, initial_ease=settings.base_ease
    )


def in_comment(schedule: Sm2) -> str:
    return entry_text(schedule, 250)


def golden() -> list[dict[str, Any]]:
    """A sample of what the plugin did, first steps only; see tests/data/README.md."""
    lines = (Path(__file__).parents[2] / "data" / "sm2.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@each_row("case", golden(), ids=lambda case: case["id"])
def test_a_run_of_answers_gives_what_the_plugin_gave(case: dict[str, Any]) -> None:
    settings = from_plugin(case["settings"])
    schedule: Sm2 | None = None
    due = date.fromisoformat(case["start_date"])
    if start := case["start"]:
        due = date.fromisoformat(start["due"])
        schedule = Sm2(due, start["interval"], start["ease"])
    got = []
    for index, step in enumerate(case["steps"]):
        day = due + timedelta(days=step["delay_days"])
        now = datetime.combine(day, time(12), UTC)
        if step["response"] == "reset":
            schedule = sm2.reset(now=now, settings=settings)
        else:
            if schedule and case["reload"]:  # what a comment keeps
                schedule = Sm2(schedule.due, int(schedule.interval), int(schedule.ease))
            schedule = sm2.review(
                schedule,
                Grade(step["response"]),
                now=now,
                settings=settings,
                histogram={int(days): count for days, count in step.get("histogram", {}).items()},
                initial_ease=case.get("note_ease", settings.base_ease),
                from_comment=case["reload"] or index == 0,
            )
        assert schedule.due is not None
        due = schedule.due
        got.append(
            {"date": day.isoformat(), "interval": schedule.interval, "ease": schedule.ease, "due": due.isoformat()}
        )
    assert got == case["expected"]


@pytest.mark.parametrize(
    ("grade", "entry"),
    [
        (Grade.AGAIN, "2024-06-15,0,230"),
        (Grade.HARD, "2024-06-16,1,230"),
        (Grade.GOOD, "2024-06-18,2.5,250"),
        (Grade.EASY, "2024-06-19,3.5,270"),
    ],
)
def test_a_new_card_gets_these_intervals(grade: Grade, entry: str) -> None:
    assert in_comment(answer(None, grade)) == entry


def test_good_answers_on_time_give_a_growing_row_of_intervals() -> None:
    schedule, now, row = answer(None, Grade.GOOD), NOON, []
    for _ in range(6):
        assert schedule.due is not None
        now = datetime.combine(schedule.due, time(9), UTC)
        schedule = answer(schedule, Grade.GOOD, now)
        row.append(schedule.interval)
    assert row == [6.3, 15.8, 39.5, 98.8, 247, 617.5]


def test_the_plugin_credits_an_early_answer_and_not_a_late_one() -> None:
    early = Sm2(TODAY + timedelta(days=4), 10, 250)
    late = Sm2(TODAY - timedelta(days=4), 10, 250)
    assert answer(early, Grade.GOOD).interval == 30  # (10 + 4 / 2) * 2.5
    assert answer(late, Grade.GOOD).interval == 25


@given(schedules, grades, st.integers(0, 60))
def test_as_documented_is_the_plugin_with_the_sign_of_the_delay_turned(before: Sm2, grade: Grade, days: int) -> None:
    documented = Settings(load_balance=False, overdue="documented")
    assert before.due is not None
    noon = datetime.combine(before.due, time(12), UTC)
    late, early = noon + timedelta(days=days), noon - timedelta(days=days)
    for one, other in [(late, early), (early, late)]:
        here, there = answer(before, grade, one, documented), answer(before, grade, other)
        assert (here.interval, here.ease) == (there.interval, there.ease)


def test_the_documented_credit_does_not_depend_on_where_the_schedule_was_read() -> None:
    late = Sm2(TODAY - timedelta(days=4), 10, 250)
    results = {
        sm2.review(
            late,
            Grade.GOOD,
            now=NOON,
            settings=Settings(load_balance=False, overdue="documented"),
            histogram={},
            initial_ease=250,
            from_comment=from_comment,
        ).interval
        for from_comment in (True, False)
    }
    assert results == {30}


@pytest.mark.parametrize(
    ("zone", "now", "due", "interval"),
    [
        # due in three days, one of them an hour short: two whole days early, and (10 + 2 / 2) * 2.5
        ("Europe/Berlin", datetime(2024, 3, 30, 12, tzinfo=UTC), date(2024, 4, 2), 27.5),
        ("Europe/Berlin", datetime(2024, 10, 26, 12, tzinfo=UTC), date(2024, 10, 29), 28.8),
        ("UTC", datetime(2024, 3, 30, 12, tzinfo=UTC), date(2024, 4, 2), 28.8),
    ],
)
def test_the_delay_is_counted_between_midnights_so_summer_time_takes_off_a_day(
    zone: str, now: datetime, due: date, interval: float
) -> None:
    assert answer(Sm2(due, 10, 250), Grade.GOOD, now.astimezone(ZoneInfo(zone))).interval == interval


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Asia/Tokyo", datetime(2024, 6, 14, 22, 30, tzinfo=UTC), date(2024, 6, 18)),
        ("America/New_York", datetime(2024, 6, 15, 2, 30, tzinfo=UTC), date(2024, 6, 17)),
    ],
)
def test_due_days_count_from_the_local_day(zone: str, now: datetime, due: date) -> None:
    assert answer(None, Grade.GOOD, now.astimezone(ZoneInfo(zone))).due == due


def test_before_the_start_of_the_day_it_is_still_yesterday() -> None:
    night = datetime(2024, 6, 15, 2, 0, tzinfo=UTC)
    shifted = Settings(load_balance=False, start_of_day=time(4, 30, 15))
    assert answer(None, Grade.AGAIN, night, shifted).due == date(2024, 6, 14)
    assert sm2.reset(now=night, settings=shifted).due == date(2024, 6, 14)


def test_a_reset_card_is_due_today_with_the_base_ease() -> None:
    assert sm2.reset(now=NOON, settings=Settings(base_ease=220)) == Sm2(TODAY, 1, 220)


@pytest.mark.parametrize(
    ("grade", "entry"),
    [(Grade.AGAIN, "2024-06-15,0,257"), (Grade.HARD, "2024-06-18,2.6,257"), (Grade.EASY, "2024-07-08,23.2,297")],
)
def test_a_card_of_fsrs_continues_with_an_ease_from_its_difficulty_and_its_true_delay(
    grade: Grade, entry: str
) -> None:
    now = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
    assert in_comment(answer(FSRS, grade, now)) == entry


def test_an_early_card_of_fsrs_has_no_delay() -> None:
    assert answer(FSRS, Grade.GOOD, datetime(2024, 6, 10, tzinfo=UTC)).interval == 13.9  # 5 * 2.77, no credit


@pytest.mark.parametrize(("difficulty", "ease"), [(1, 370), (10, 130), (5.5, 250), (0, 370), (12, 130), (4.5, 277)])
def test_difficulty_maps_to_ease(difficulty: float, ease: float) -> None:
    schedule = Fsrs(None, 0, 1, difficulty, 2, 1, 0, 0, None)
    assert sm2.ease_of(schedule) == ease


@pytest.mark.parametrize("interval", [math.nan, math.inf])
@pytest.mark.parametrize("ease", [math.nan, math.inf])
def test_numbers_that_are_missing_begin_again_as_for_a_new_card(interval: float, ease: float) -> None:
    assert answer(Sm2(TODAY, interval, ease), Grade.GOOD) == answer(None, Grade.GOOD)


def test_a_date_that_is_none_counts_as_no_delay() -> None:
    assert answer(Sm2(None, 10, 250), Grade.GOOD).interval == 25


@pytest.mark.parametrize(
    ("front_matter", "eases", "ease"),
    [
        (None, [200, 300], 250),
        (0.0, [], 250),
        (210, [], 210),
        (210, [math.nan], 210),
        # one card weighs ln 1.5 / ln 64 = 0.0975: (210 + 290 * 0.0975 + 250 * 0.9025) / 2
        (210, [290], 231.94985),
        (210, [290] * 64, 250),
    ],
)
def test_the_ease_of_a_note(front_matter: float | None, eases: list[float], ease: float) -> None:
    assert sm2.note_ease(front_matter, eases, 250) == pytest.approx(ease, abs=1e-4)


def test_a_new_card_starts_with_the_rounded_ease_of_its_note() -> None:
    for given_ease, written in [(234.5, 235), (234.4, 234)]:
        after = sm2.review(None, Grade.GOOD, now=NOON, settings=PLAIN, histogram={}, initial_ease=given_ease)
        assert after.ease == written


@each_row(
    "interval, histogram, day",
    [
        (7, {7: 9}, 7),  # too short to be moved
        (8, {}, 8),
        (8, {8: 1}, 7),  # the earlier of two free days
        (8, {8: 1, 7: 1}, 9),
        (8, {8: 1, 7: 0, 9: 0}, 7),
        (8, {8: 1, 7: 1, 9: 1}, 8),
        (21, {21: 3, 20: 2, 22: 1}, 22),
        (21, {21: 3, 20: 3, 22: 3, 19: 0}, 21),  # 19 is out of the window
        (40, {40: 3, 39: 1, 41: 1, 38: 2}, 42),
        (60, {60: 2, 59: 1, 61: 1, 58: 1, 62: 1, 57: 1, 63: 1}, 59),
        (200, dict.fromkeys(range(193, 208), 5) | {205: 1}, 205),
        (1000, dict.fromkeys(range(993, 1008), 5) | {992: 0}, 1000),
    ],
)
def test_load_balancing_side_by_side(interval: int, histogram: dict[int, int], day: int) -> None:
    assert sm2.balanced(interval, histogram) == day


@given(st.integers(0, 400), histograms)
def test_load_balancing_takes_the_best_day_of_the_window(interval: int, histogram: dict[int, int]) -> None:
    width = 0 if interval <= 7 else 1 if interval <= 21 else min(3, interval // 20) if interval <= 180 else None
    width = min(7, interval // 40) if width is None else width
    window = range(interval - width, interval + width + 1)
    best = min(window, key=lambda day: (histogram.get(day, -1), abs(day - interval), day))
    assert sm2.balanced(interval, histogram) == (best if interval in histogram else interval)


@given(schedules, grades, histograms)
def test_load_balancing_moves_a_card_by_a_week_at_most(before: Sm2, grade: Grade, histogram: dict[int, int]) -> None:
    assert before.due is not None
    now = datetime.combine(before.due, time(12), UTC)
    with_it = answer(before, grade, now, Settings(load_balance=True), histogram)
    without = answer(before, grade, now, PLAIN)
    assert abs(with_it.interval - without.interval) <= 7.5
    assert with_it.ease == without.ease
    assert with_it.interval == int(with_it.interval)


@given(schedules, grades, settings_of, histograms, st.integers(-90, 90))
def test_intervals_stay_within_their_bounds_and_say_when_the_card_is_due(
    before: Sm2, grade: Grade, params: Settings, histogram: dict[int, int], days: int
) -> None:
    assert before.due is not None
    now = datetime.combine(before.due, time(12), UTC) + timedelta(days=days)
    after = answer(before, grade, now, params, histogram)
    assert 0 <= after.interval <= params.maximum_interval
    assert after.due == now.date() + timedelta(days=math.floor(after.interval + 0.5))
    assert after.interval == float(f"{after.interval:.1f}")


@given(schedules, settings_of, histograms)
def test_again_never_lengthens_and_hard_and_again_keep_the_ease_above_its_floor(
    before: Sm2, params: Settings, histogram: dict[int, int]
) -> None:
    again, hard = (answer(before, grade, NOON, params, histogram) for grade in (Grade.AGAIN, Grade.HARD))
    assert (again.interval, again.due) == (0, TODAY)
    assert again.ease == hard.ease == max(130, before.ease - 20)


@given(schedules, st.integers(0, 60))
def test_a_better_answer_never_gives_a_shorter_interval(before: Sm2, days: int) -> None:
    assert before.due is not None
    now = datetime.combine(before.due, time(12), UTC) - timedelta(days=days)
    row = [answer(before, grade, now).interval for grade in Grade]
    assert row == sorted(row)


@given(st.builds(Sm2, st.none() | st.dates(), st.floats(), st.floats()), grades, settings_of, histograms)
def test_no_comment_makes_it_fail_or_write_anything_but_numbers(
    before: Sm2, grade: Grade, params: Settings, histogram: dict[int, int]
) -> None:
    after = answer(before, grade, NOON, params, histogram)
    assert math.isfinite(after.interval)
    assert after.due is not None
