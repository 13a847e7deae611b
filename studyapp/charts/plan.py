"""The days on which cards are due, before and after a change of their schedules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from studyapp.charts.cells import Cells
from studyapp.charts.columns import Layer, collect_days, draw_columns, highest

_AHEAD: Final = 60
"""The most days drawn."""
_AXIS: Final = 8
"""The greatest width of the scale."""


def due_charts(
    before: Mapping[date, int], after: Mapping[date, int], today: date, width: int, height: int
) -> list[tuple[str, list[Cells]]]:
    """Both as columns from today on, on one scale, each with its title; overdue cards are drawn on today."""
    last = min(max((*before, *after, today)), today + timedelta(days=_AHEAD))
    charts = []
    for title, counts in (("due now", before), ("due then", after)):
        shown: Counter[date] = Counter()
        for day, number in counts.items():
            shown[max(day, today)] += number
        later = sum(number for day, number in shown.items() if day > last)
        said = f"{title}, and {later:,} after {last}" if later else title
        days = {day: [float(number)] for day, number in shown.items()}
        charts.append((said, collect_days(days, today, last, 1, width - _AXIS)))
    top = max(highest(columns) for _, columns in charts)
    return [(said, draw_columns(columns, [Layer("due", "█")], width, height, top)) for said, columns in charts]
