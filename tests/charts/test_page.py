from __future__ import annotations

from datetime import date

import pytest

from studyapp.charts.cells import plain
from studyapp.charts.columns import collect_days, draw_columns
from studyapp.charts.page import GAP, split
from studyapp.charts.sections import GRADES, NARROWEST


@pytest.mark.parametrize(
    ("room", "widths"),
    [
        (57, (57, 0)),
        (91, (91, 0)),
        (92, (44, 44)),
        (111, (66, 41)),
        (149, (66, 79)),
        (150, (110, 36)),
        (184, (110, 70)),
    ],
)
def test_the_left_column_holds_a_month_of_days(room: int, widths: tuple[int, int]) -> None:
    assert split(room) == widths


def test_both_columns_fill_the_page_and_neither_is_too_narrow() -> None:
    for room in range(92, 185):
        left, right = split(room)
        assert left + GAP + right in (room, room - 1)
        assert min(left, right) >= NARROWEST


def test_the_gap_between_columns_has_no_kind() -> None:
    """Else a column of one cell and its gap would look like the square of a key."""
    day = date(2024, 6, 15)
    columns = collect_days({day: [0.0, 0.0, 1.0, 0.0]}, date(2024, 5, 17), day, 4, 60)
    rows = draw_columns(columns, GRADES, 66, 6)
    assert all(cell.text.strip() for row in rows for cell in row if cell.kind == "good")
    assert len(plain(rows[0])) > 60
