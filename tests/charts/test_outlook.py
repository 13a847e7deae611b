"""Streak, calendar and forecast in the lines that are left for them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.charts.cells import plain
from studyapp.charts.outlook import outlook_rows
from studyapp.study.stats.outlook import Outlook
from studyapp.study.stats.past import Streak
from studyapp.study.stats.present import Forecast

TODAY = date(2024, 6, 15)
FOUND = Outlook(
    TODAY,
    Streak(3, 9, today=False),
    {TODAY - timedelta(number): number for number in range(1, 30)},
    Forecast(5, [2, 1] + [0] * 28),
)


@given(st.integers(30, 120), st.integers(0, 40))
def test_it_keeps_to_its_lines_and_cells(width: int, height: int) -> None:
    rows = outlook_rows(FOUND, width, height)
    assert len(rows) <= height
    assert max((len(plain(row)) for row in rows), default=0) <= width


def test_little_room_gets_a_line_for_each_of_the_three() -> None:
    rows = [plain(row) for row in outlook_rows(FOUND, 76, 3)]
    assert rows[0] == "streak      3 days, the longest 9; nothing reviewed today yet"
    assert rows[1].startswith("last year   ·")
    assert rows[1].endswith("▄█▆▃▁")
    assert rows[2] == "next month  █▁····························  7 today, 1 tomorrow"


@pytest.mark.parametrize(
    ("height", "words"),
    [(1, ["streak"]), (9, ["streak", "Mon", "Sun", "next month"]), (20, ["streak", "Mon", "│▒", "15 Jun"])],
)
def test_more_room_shows_more(height: int, words: list[str]) -> None:
    text = "\n".join(map(plain, outlook_rows(FOUND, 76, height + (height > 1))))
    assert [word for word in words if word not in text] == []


def test_a_wide_screen_has_the_forecast_beside_the_calendar() -> None:
    rows = [plain(row) for row in outlook_rows(FOUND, 100, 9)]
    assert rows[1].endswith("next 30 days")
    assert rows[2].startswith("Mon ")
    assert "8 ┤" in rows[2]


def test_without_room_there_is_nothing() -> None:
    assert outlook_rows(FOUND, 76, 0) == []
