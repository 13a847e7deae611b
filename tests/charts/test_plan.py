"""The days on which cards are due before and after a change, drawn so that they can be compared."""

from __future__ import annotations

from datetime import date, timedelta

from studyapp.charts.cells import plain
from studyapp.charts.plan import due_charts

TODAY = date(2024, 6, 15)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def test_both_have_one_scale() -> None:
    (_, before), (_, after) = due_charts({day(1): 40}, {day(3): 2}, TODAY, 60, 6)
    assert plain(before[0]).split()[0] == plain(after[0]).split()[0] == "40"
    assert "▂" in plain(after[5])


def test_what_is_overdue_is_drawn_on_today() -> None:
    (_, before), (_, after) = due_charts({day(-9): 3, day(-1): 4, day(0): 1}, {day(2): 8}, TODAY, 60, 4)
    assert [plain(row)[3:].startswith("█") for row in before[:4]] == [True] * 4
    assert "█" not in "".join(plain(row)[3:6] for row in after[:4])


def test_what_is_not_drawn_is_counted() -> None:
    (now, _), (then, _) = due_charts({day(5): 1, day(61): 2, day(900): 3}, {day(4): 6}, TODAY, 60, 4)
    assert now == f"due now, and 5 after {day(60)}"
    assert then == "due then"
