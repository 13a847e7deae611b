"""A chart with its key."""

from __future__ import annotations

import pytest

from studyapp.charts.cells import Cell, Cells, plain
from studyapp.charts.sections import _keyed


def key(number: str) -> list[Cells]:
    return [[Cell(f"{name}{number} 25 %")] for name in ("Again", "Hard", "Good", "Easy")]


@pytest.mark.parametrize(("width", "number"), [(100, " 1,234 of"), (50, "")])
def test_a_key_below_its_chart_takes_one_row_if_need_be_without_numbers(width: int, number: str) -> None:
    chart, below = _keyed([[Cell("█" * width)]], key(" 1,234 of"), key(""), width)
    assert plain(chart) == "█" * width
    assert plain(below).split() == [word for part in key(number) for word in plain(part).split()]
