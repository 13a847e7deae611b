from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from studyapp.core.schedule.entries import Fsrs, Sm2
from studyapp.wording.numbers import clock_text, days_text, interval_text, key_text, schedule_facts, shorten_path
from tests.helpers.rows import each_row

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)


def fsrs(after: timedelta | None) -> Fsrs:
    return Fsrs(None if after is None else NOW + after, 1, 2.5, 5.5, 2, 3, 1, 0, None)


@pytest.mark.parametrize(("days", "text"), [(0, "today"), (1, "1d"), (30, "30d"), (43, "1.4mo"), (400, "1.1y")])
def test_intervals_are_in_the_units_that_people_think_in(days: int, text: str) -> None:
    assert interval_text(Sm2(date(2024, 6, 15) + timedelta(days), days, 250), NOW) == text


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=10), "10m"),
        (timedelta(hours=5), "5h"),
        (timedelta(days=3), "3d"),
        (timedelta(days=43), "1.4mo"),
        (timedelta(days=730), "2y"),
        (None, "never"),
    ],
)
def test_fsrs_intervals_are_rounded(after: timedelta | None, text: str) -> None:
    assert interval_text(fsrs(after), NOW) == text


@pytest.mark.parametrize(("day", "text"), [(16, "1d"), (25, "10d")])
def test_what_is_due_from_midnight_on_comes_in_as_many_days_as_the_calendar_has(day: int, text: str) -> None:
    due = replace(fsrs(timedelta()), due=datetime(2024, 6, day, tzinfo=UTC))
    assert interval_text(due, NOW.replace(hour=22)) == text


def test_a_date_that_is_none_is_never() -> None:
    assert interval_text(Sm2(None, 1, 250), NOW) == "never"


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (5, "in 5 days"), (-5, "5 days ago"), (1500, "in 1,500 days")],
)
def test_days_are_said_as_people_would(days: int, text: str) -> None:
    assert days_text(days) == text


def test_a_duration_is_minutes_and_seconds() -> None:
    assert [clock_text(0), clock_text(61.9), clock_text(-5), clock_text(3600)] == ["0:00", "1:01", "0:00", "60:00"]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("question_mark", "?"),
        ("ctrl+r", "Ctrl+R"),
        ("space", "Space"),
        ("u", "u"),
        ("G", "G"),
        ("home", "Home"),
        ("+", "+"),
    ],
)
def test_keys_are_named_as_on_a_keyboard(key: str, text: str) -> None:
    assert key_text(key) == text


@each_row("width", range(5, 60))
def test_a_path_is_shortened_from_the_left(width: int) -> None:
    path = shorten_path(["A long title", "Chapter", "Section"], width)
    assert path.endswith("Section")
    if width >= 32:
        assert path == "A long title › Chapter › Section"
    elif width >= 11:
        assert len(path) <= width
        assert path.startswith("…")


def test_the_facts_of_a_schedule_are_in_words() -> None:
    assert schedule_facts(None, NOW) == [("schedule", "new: not scheduled yet")]
    sm2 = dict(schedule_facts(Sm2(date(2024, 6, 12), 4, 250), NOW))
    assert sm2["due"] == "2024-06-12 (3 days ago)"
    assert sm2["ease"] == "250 %"
    facts = dict(schedule_facts(fsrs(timedelta(days=1)), NOW))
    assert facts["due"] == "2024-06-16 09:30 (tomorrow)"
    assert facts["state"] == "review"
    assert (sm2["interval"], facts["reviews"]) == ("4 days", "3, forgotten 1 time")
    assert dict(schedule_facts(Sm2(date(2024, 6, 16), 1, 250), NOW))["interval"] == "1 day"
    assert dict(schedule_facts(Sm2(None, 4, 250), NOW))["due"].startswith("never")
    assert dict(schedule_facts(fsrs(None), NOW))["due"].startswith("never")
