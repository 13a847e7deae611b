"""How values are spread."""

from __future__ import annotations

from studyapp.charts.cells import plain
from studyapp.charts.spread import spread_bars
from studyapp.study.stats.present import INTERVALS


def test_the_cards_are_counted_below_their_bars() -> None:
    for values, said in (([3.0], "1 card"), ([3.0, 5.0], "2 cards")):
        *bars, below = [plain(row) for row in spread_bars(values, INTERVALS, 40, "d", "mature")]
        assert bars
        assert below.endswith(f", {said}")
