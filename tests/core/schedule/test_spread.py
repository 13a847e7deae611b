"""Intervals of FSRS are moved to days nearby with less to do, within Anki's range of fuzz."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.schedule.entries import Fsrs, Grade, Sm2, State, due_date
from studyapp.core.schedule.grading import Grading
from studyapp.core.schedule.spread import fuzz_range, lightest
from studyapp.core.settings.load import load_settings
from studyapp.core.settings.model import Algorithm, Settings

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [(1, 1, 1), (2, 2, 2), (3, 2, 4), (5, 4, 6), (7, 5, 9), (10, 8, 12), (20, 17, 23), (50, 46, 54), (365, 345, 385)],
)
def test_the_range_is_that_of_the_published_formula(interval: int, low: int, high: int) -> None:
    found = fuzz_range(interval, 36500)
    assert (found[0], found[-1]) == (low, high)


def test_the_longest_interval_bounds_it() -> None:
    assert [*fuzz_range(100, 100)][-1] == 100


def test_the_least_used_day_is_taken_and_of_equals_the_nearest() -> None:
    assert lightest(10, 1000, {}) == 10
    assert lightest(10, 1000, {10: 1}) == 9
    assert lightest(10, 1000, {8: 0, 9: 3, 10: 3, 11: 3, 12: 1}) == 8
    assert lightest(10, 1000, {}, siblings={10, 9}) == 11
    assert lightest(10, 1000, {}, lambda day: 0.0 if day in (9, 10, 11) else 1.0) == 8
    assert lightest(1, 1000, {1: 99}, lambda _day: 0.0) == 1


@given(st.integers(1, 5000), st.dictionaries(st.integers(0, 6000), st.integers(0, 50), max_size=40))
def test_a_moved_interval_stays_in_its_range(interval: int, due: dict[int, int]) -> None:
    assert lightest(interval, 36500, due) in fuzz_range(interval, 36500)


def simulated(settings: Settings, cards: int = 300, days: int = 120) -> Counter[date]:
    """On which days reviews with an interval that can be moved are due, over some months."""
    grading, due = Grading(settings), Counter[date]()
    schedules: list[Fsrs | None] = [None] * cards
    for day in range(days):
        now = NOW + timedelta(days=day)
        ahead = Counter((one.due.date() - now.date()).days for one in schedules if one is not None and one.due)
        for number, one in enumerate(schedules):
            if number % 60 <= day and (one is None or (one.due is not None and one.due <= now)):
                given = grading.after(
                    one, Grade.EASY if number % 3 else Grade.GOOD, now=now, histogram=ahead, initial_ease=250
                )
                assert isinstance(given, Fsrs)
                schedules[number] = given
                assert given.due is not None
                ahead[(given.due.date() - now.date()).days] += 1
                if given.state == State.REVIEW and given.interval >= 3:
                    due[given.due.date()] += 1
    return due


def fsrs(**own: Any) -> Settings:
    return Settings(algorithm=Algorithm.FSRS, learning_steps=(), **own)


def test_easy_days_have_their_share_over_months() -> None:
    easy = MappingProxyType({"sunday": 0.0, "saturday": 0.3, "2024-07-10": 0.0})
    due = simulated(fsrs(easy_days=easy, fsrs_load_balance=True))
    week = Counter[int]()
    for day, number in due.items():
        week[day.weekday()] += number
    assert week[6] == 0
    assert due[date(2024, 7, 10)] == 0
    others = sum(week[day] for day in range(5)) / 5
    assert week[5] < 0.6 * others


@given(st.integers(20, 60), st.integers(0, 23))
@example(30, 23)  # the last day of March is a Sunday, and summer time begins on it
def test_easy_days_are_those_of_the_clock_on_the_wall(interval: int, hour: int) -> None:
    now = datetime(2024, 3, 1, hour, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    before = Fsrs(now - timedelta(days=interval), interval, float(interval), 5.0, State.REVIEW, 5, 0, 0, None)
    before = replace(before, last_review=now.astimezone(UTC) - timedelta(days=interval))
    for easy in ("sunday", "monday"):
        settings = fsrs(easy_days=MappingProxyType({easy: 0.0}), fsrs_desired_retention=0.95)
        for grade in (Grade.HARD, Grade.GOOD, Grade.EASY):
            after = Grading(settings).after(before, grade, now=now, histogram={}, initial_ease=250)
            if after.interval >= 3:
                assert (due_date(after, now) or now).strftime("%A").lower() != easy


def test_balanced_days_differ_less_than_others() -> None:
    def unevenness(settings: Settings) -> float:
        numbers = [number for day, number in simulated(settings).items() if day < date(2024, 9, 1)]
        mean = sum(numbers) / len(numbers)
        return sum((one - mean) ** 2 for one in numbers) / len(numbers) / mean

    assert unevenness(fsrs(fsrs_load_balance=True)) < unevenness(fsrs())


def test_nothing_is_moved_unless_that_is_asked_for() -> None:
    before = Fsrs(NOW, 30, 30.0, 5.0, State.REVIEW, 5, 0, 0, NOW - timedelta(days=30))
    busy = dict.fromkeys(range(200), 50)
    plain = Grading(fsrs()).after(before, Grade.GOOD, now=NOW, histogram={}, initial_ease=250)
    assert Grading(fsrs()).after(before, Grade.GOOD, now=NOW, histogram=busy, initial_ease=250) == plain
    sm2 = Settings(easy_days=MappingProxyType({"sunday": 0.0}))
    given = Grading(sm2).after(Sm2(NOW.date(), 10, 250), Grade.GOOD, now=NOW, histogram={}, initial_ease=250)
    assert given == Grading(Settings()).after(
        Sm2(NOW.date(), 10, 250), Grade.GOOD, now=NOW, histogram={}, initial_ease=250
    )


@pytest.mark.parametrize(
    ("toml", "found"),
    [
        ("easy_days = {Sunday = 0, 2024-12-24 = 0.5}", {"sunday": 0.0, "2024-12-24": 0.5}),
        ("easy_days = {someday = 0}", None),
        ("easy_days = {sunday = 2}", None),
        ("easy_days = 3", None),
        ("[presets.a]\neasy_days = {'2024-13-01' = 0}", None),
    ],
)
def test_easy_days_are_weekdays_and_dates(tmp_path: Path, toml: str, found: dict[str, float] | None) -> None:
    (tmp_path / ".studyapp").mkdir()
    (tmp_path / ".studyapp/settings.toml").write_text(toml)
    loaded = load_settings(tmp_path, user_file=None, overrides={})
    assert dict(loaded.settings.easy_days) == (found or {})
    assert bool(loaded.problems) == (found is None)
