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


def test_a_line_says_the_record_and_what_comes_next() -> None:
    (row,) = [plain(row) for row in outlook_rows(FOUND, 76, 3)]
    assert row.startswith("9-day record · 3 now ──")
    assert row.endswith(" 7 today · 1 tomorrow")


@pytest.mark.parametrize(
    ("longest", "line"), [(1, "1-day streak ─"), (9, "9-day streak, your longest ─"), (0, "begins today ─")]
)
def test_a_streak_that_goes_on_and_an_empty_month_ahead_are_said_in_few_words(longest: int, line: str) -> None:
    found = Outlook(TODAY, Streak(longest, longest, today=True), {}, Forecast(0, [4] + [0] * 28 + [1]))
    (row,) = [plain(row) for row in outlook_rows(found, 76, 3)]
    assert row.startswith(line)
    assert row.endswith("─ 4 today · 0 tomorrow")


@pytest.mark.parametrize(
    ("width", "height", "words"),
    [
        (58, 6, ["Last year", "Mon", "Sun", "Jun"]),
        (76, 6, ["Last year", "Mon", "Next days", "today"]),
        (110, 16, ["Last year", "■", "435 reviews in 30 days", "Next 30 days", "20 Jun"]),
        (110, 15, ["▀", "Next days"]),
    ],
)
def test_more_room_shows_more(width: int, height: int, words: list[str]) -> None:
    text = "\n".join(map(plain, outlook_rows(FOUND, width, height)))
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(("width", "height"), [(58, 6), (110, 16)])
def test_without_colour_each_shade_has_a_sign(width: int, height: int) -> None:
    text = "\n".join(map(plain, outlook_rows(FOUND, width, height, colours=False)))
    assert not {"▀", "■"} & set(text)
    assert {"·", "░", "▓", "█"} <= set(text)


def test_two_days_in_a_cell_have_the_shades_of_both() -> None:
    monday = outlook_rows(FOUND, 58, 6)[1]
    assert [cell.kind for cell in monday[-2:]] == ["heat-2/2", "heat-1/1"]


def test_a_vault_without_reviews_begins_today() -> None:
    found = Outlook(TODAY, Streak(0, 0, today=False), {}, Forecast(0, [0] * 30))
    assert "begins today" in plain(outlook_rows(found, 58, 6)[0])


def test_the_largest_form_says_what_its_shades_mean_and_its_columns_use_the_room() -> None:
    rows = [plain(row) for row in outlook_rows(FOUND, 110, 22)]
    assert rows[0].endswith("less ■ ■ ■ ■ ■ more")
    assert len(rows) == 22
    assert len(outlook_rows(FOUND, 110, 40)) == 22


def test_without_room_there_is_nothing() -> None:
    assert outlook_rows(FOUND, 76, 0) == []
