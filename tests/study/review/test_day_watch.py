"""A day begins at midnight, or when the settings say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studyapp.study.review.day_watch import DayWatch
from tests.helpers.vaults import make_vault, open_vault

EVENING = datetime(2024, 6, 15, 23, 59, 59, tzinfo=UTC)


class Clock:
    """Stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def seen(tmp_path: Path, steps: list[timedelta], **notes: str) -> list[bool]:
    clock = Clock(EVENING)
    vault = open_vault(make_vault(tmp_path / "v", {"n.md": "text", **notes}, {"startOfDay": "04:30:30"}))
    watch, said = DayWatch(vault, clock), []
    for step in steps:
        clock.now += step
        said.append(watch.another())
    return said


def test_a_day_begins_once_at_midnight_and_once_where_the_settings_say(tmp_path: Path) -> None:
    second, hours = timedelta(seconds=1), timedelta(hours=4, minutes=30, seconds=29)
    assert seen(tmp_path, [second * 0, second, second, hours, second]) == [False, True, False, True, False]


def test_a_computer_that_slept_for_days_has_one_new_day(tmp_path: Path) -> None:
    assert seen(tmp_path, [timedelta(days=3, seconds=1), timedelta(seconds=1)]) == [True, False]


def test_a_clock_that_is_set_back_over_midnight_has_another_day_too(tmp_path: Path) -> None:
    assert seen(tmp_path, [timedelta(seconds=1), timedelta(seconds=-2)]) == [True, True]


@pytest.mark.parametrize("start", ["04:00", "04:00:00", "00:00"])
def test_a_start_of_day_that_has_no_effect_begins_no_day(tmp_path: Path, start: str) -> None:
    clock = Clock(EVENING.replace(hour=3))
    watch = DayWatch(open_vault(make_vault(tmp_path / "v", {"n.md": "text"}, {"startOfDay": start})), clock)
    clock.now += timedelta(hours=2)
    assert not watch.another()


def test_the_start_of_day_of_a_vault_inside_the_vault_counts_too(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "v", {"n.md": "text"})
    make_vault(root / "inner", {"n.md": "text"}, {"startOfDay": "04:30:30"})
    clock = Clock(EVENING.replace(hour=4, minute=30, second=29))
    watch = DayWatch(open_vault(root), clock)
    clock.now += timedelta(seconds=1)
    assert watch.another()
