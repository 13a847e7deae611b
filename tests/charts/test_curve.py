"""Curves over two axes."""

from __future__ import annotations

from studyapp.charts.cells import plain
from studyapp.charts.curve import Scale, Trace, draw_curves

PERCENT = Scale(0, 1, lambda value: f"{100 * value:.0f} %")
DAYS = Scale(0, 10, lambda value: f"{value:g} d")


def test_a_joined_curve_has_a_point_in_each_column_and_axes_say_their_ends() -> None:
    rows = [plain(row) for row in draw_curves([Trace([(0, 0), (10, 1)], "•")], DAYS, PERCENT, 30, 8)]
    assert rows[0].startswith("100 % ┤")
    assert rows[5].startswith("  0 % ┤•")
    assert rows[0].endswith("•")
    assert rows[-1].split() == ["0", "d", "10", "d"]
    assert all(any(row[column] == "•" for row in rows[:6] if len(row) > column) for column in range(7, 30))


def test_points_outside_are_left_out_and_later_curves_lie_above() -> None:
    one = Trace([(5, 0.5)], "a", joined=False)
    other = Trace([(5, 0.5), (20, 3)], "b", joined=False)
    text = "\n".join(plain(row) for row in draw_curves([one, other], DAYS, PERCENT, 30, 8))
    assert text.count("a") == 0
    assert text.count("b") == 1
