"""Days and rounding are counted as the plugin's JavaScript counts them."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.schedule.days import add_days, midnight, round_half_up, to_utc, today

BERLIN = ZoneInfo("Europe/Berlin")


def test_the_first_day_of_all_has_none_before_it() -> None:
    assert today(datetime(1, 1, 1, tzinfo=UTC), time(4, 30, 30)) == date.min


@pytest.mark.parametrize(
    ("value", "whole"),
    [(2.5, 3), (3.5, 4), (-2.5, -2), (0.49999999999999994, 0), (4503599627370497.0, 4503599627370497)],
)
def test_halves_round_up_also_below_zero_and_neighbours_of_a_half_do_not(value: float, whole: int) -> None:
    assert round_half_up(value) == whole


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (time(0), date(2024, 6, 15)),
        (time(4), date(2024, 6, 15)),
        (time(4, 30), date(2024, 6, 15)),
        (time(4, 0, 30), date(2024, 6, 15)),
        (time(4, 30, 30), date(2024, 6, 14)),
        (time(3, 15, 0, 1), date(2024, 6, 15)),
        (time(3, 14, 59), date(2024, 6, 15)),
    ],
)
def test_the_day_before_lasts_longer_only_with_a_start_whose_hour_minute_and_second_are_set(
    start: time, day: date
) -> None:
    assert today(datetime(2024, 6, 15, 3, 15, tzinfo=BERLIN), start) == day


def test_a_day_begins_at_the_local_midnight() -> None:
    assert midnight(date(2024, 3, 31), BERLIN) == datetime(2024, 3, 30, 23, tzinfo=UTC)
    assert midnight(date(2024, 4, 1), BERLIN) == datetime(2024, 3, 31, 22, tzinfo=UTC)


def test_a_midnight_that_the_clocks_skip_is_the_instant_of_the_change() -> None:
    santiago = ZoneInfo("America/Santiago")  # 2024-09-08 begins at 01:00
    assert midnight(date(2024, 9, 8), santiago).astimezone(santiago).time() == time(1)


@given(st.dates(), st.integers(-10_000_000, 10_000_000), st.integers(-23, 23))
def test_no_day_and_no_zone_is_out_of_reach(day: date, days: int, hours: int) -> None:
    moved = add_days(day, days)
    assert date.min <= moved <= date.max
    assert midnight(moved, timezone(timedelta(hours=hours))).tzinfo is UTC


def test_an_instant_is_cut_to_the_millisecond_and_not_rounded() -> None:
    instant = datetime(2024, 6, 15, 11, 30, 0, 999_999, tzinfo=BERLIN)
    assert to_utc(instant) == datetime(2024, 6, 15, 9, 30, 0, 999_000, tzinfo=UTC)
