"""A chart with its key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from studyapp.charts.cells import Cell, Cells, plain
from studyapp.charts.sections import _keyed, _reviews
from studyapp.core.schedule.entries import Grade
from studyapp.study.stats.period import period
from studyapp.study.stats.reviews import Review
from studyapp.study.stats.statistics import statistics


def key(number: str) -> list[Cells]:
    return [[Cell(f"{name}{number} 25 %")] for name in ("Again", "Hard", "Good", "Easy")]


@pytest.mark.parametrize(("width", "number"), [(100, " 1,234 of"), (50, "")])
def test_a_key_below_its_chart_takes_one_row_if_need_be_without_numbers(width: int, number: str) -> None:
    chart, below = _keyed([[Cell("█" * width)]], key(" 1,234 of"), key(""), width)
    assert plain(chart) == "█" * width
    assert plain(below).split() == [word for part in key(number) for word in plain(part).split()]


def test_the_key_of_reviews_says_only_shares_where_there_is_no_room_for_numbers() -> None:
    at = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
    given = [Review(f"A.md:{grade}:1:1", at.date(), at, grade, 10.0, 5) for grade in Grade]
    found = statistics(given, [], now=at, period=period("month", at.date()))
    numbers = " ".join(f"{grade.title()} 1 (25 %)" for grade in Grade)
    shares = " ".join(f"{grade.title()} 25 %" for grade in Grade)
    for width, key in ((75, numbers), (65, shares)):
        words = plain(_reviews(found, width, 12)[-1]).split()
        assert " ".join(word for word in words if word.isascii()) == key
