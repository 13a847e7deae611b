"""The table of desired retentions."""

from __future__ import annotations

from studyapp.charts.cells import plain
from studyapp.charts.decision import HEAD, decision_table
from studyapp.study.fitting.decide import Prospect
from tests.helpers.rows import each_row

ONE = Prospect(retention=0.9, reviews=12.0, minutes=3.4, remembered=800.0, learned=880.0)


@each_row("width", range(9, 80))
def test_the_table_shows_the_numbers_that_fit(width: int) -> None:
    head, row = (plain(line) for line in decision_table([ONE], width))
    assert max(len(head), len(row)) <= width
    assert head.startswith(HEAD[0])
    assert (HEAD[-1] in head) is (width >= 60)
