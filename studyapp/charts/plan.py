"""The days on which cards are due, before and after a change of their schedules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from studyapp.charts.cells import Cells
from studyapp.charts.columns import Layer, collect, draw

_AHEAD: Final = 60
"""Days that are drawn at most."""
_AXIS: Final = 8
"""Cells that the scale takes at most."""


def due_charts(
    before: Mapping[date, int], after: Mapping[date, int], today: date, width: int, height: int
) -> list[tuple[str, list[Cells]]]:
    """Both as columns from today on, each with its title."""
    days = [day for day in {*before, *after} if day >= today]
    last = min(max(days, default=today), today + timedelta(days=_AHEAD))
    found = []
    for title, counts in (("due now", before), ("due then", after)):
        shown = {day: [float(number)] for day, number in counts.items()}
        columns = collect(shown, today, last, 1, width - _AXIS)
        found.append((title, draw(columns, [Layer("due", "█")], width, height)))
    return found
