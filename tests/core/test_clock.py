"""Local time across changes to and from summer time, and a clock that stands still."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from studyapp.core.clock import LOCAL, fixed_clock


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_the_local_zone_follows_summer_time(berlin: None) -> None:
    assert datetime(2024, 1, 15, 12, tzinfo=LOCAL).astimezone(UTC).hour == 11
    assert datetime(2024, 7, 15, 12, tzinfo=LOCAL).astimezone(UTC).hour == 10
    assert datetime(2024, 3, 31, 1, 30, tzinfo=UTC).astimezone(LOCAL).hour == 3


def test_a_fixed_clock_stands_still_and_reads_times_with_and_without_an_offset(berlin: None) -> None:
    clock = fixed_clock("2024-07-01T10:00")
    assert clock() == clock() == datetime(2024, 7, 1, 8, tzinfo=UTC)
    assert fixed_clock("2024-07-01T10:00Z")().hour == 12


def test_text_that_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="soon"):
        fixed_clock("soon")
    for end_of_the_calendar in ("9999-12-31T23:59:59Z", "0101-01-01T00:00"):
        with pytest.raises(ValueError, match="too far"):
            fixed_clock(end_of_the_calendar)


@pytest.mark.parametrize("year", [1, 1900, 9999])
def test_far_years_do_not_fail(year: int) -> None:
    assert datetime(year, 1, 1, tzinfo=LOCAL).utcoffset() is not None
    assert datetime(year, 6, 1, tzinfo=UTC).astimezone(LOCAL).year == year
