"""Statistics as a page: how wide its columns are, and which charts stand in which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from studyapp.charts.cells import Section
from studyapp.charts.outlook import LARGE
from studyapp.charts.sections import NARROWEST, STACKED, WHOLE, charts
from studyapp.study.exams.pace import Pace
from studyapp.study.stats.statistics import Statistics

GAP: Final = 4
"""Space between two columns."""
_TWO_COLUMNS: Final = 92
"""The least width at which charts stand side by side."""
_MONTH: Final = 30
"""Days of the charts over time, as they are usually shown."""
_SCALE: Final = 6
"""Cells of their scale."""
_TIMED: Final = frozenset({"reviews", "forecast", "time"})
"""Charts over time, which stand in the left column: it is as wide as a number of cells for each day of a month."""
_YEAR: Final = "calendar"
"""The year in squares, which stands there too where the column is wide enough."""


class ChartPage(Struct, frozen=True):
    """Charts in their places."""

    whole: Sequence[Section]
    """Those as wide as the page, at its top."""
    left: Sequence[Section]
    right: Sequence[Section]
    width: int
    beside: int
    """Cells from its left edge to the right column; 0 if there is none."""


def split(room: int) -> tuple[int, int]:
    """The width of the left and the right column; the right one is 0 if there is room for one only."""
    if room < _TWO_COLUMNS:
        return room, 0
    lefts = [*(_MONTH * cells + _SCALE for cells in (2, 3, 4)), LARGE]
    fitting = [left for left in lefts if room - GAP - left >= NARROWEST]
    left = min(fitting, key=lambda left: (left < LARGE, abs(2 * left - room)), default=(room - GAP) // 2)
    return left, room - GAP - left


def page_of(
    found: Statistics,
    room: int,
    name_of: Callable[[str], str],
    *,
    colours: bool,
    exams: Sequence[Pace] = (),
    high: int = STACKED,
) -> ChartPage:
    """The charts on a page that wide; the other arguments are those of `charts`."""
    left, right = split(room)
    widths = (left, right) if right else (left,)
    drawn = [charts(found, width, name_of, whole=room, colours=colours, exams=exams, high=high) for width in widths]
    if not right:
        # The calendar, where it has something to show, is of less use than what comes after it.
        last = sorted(drawn[0], key=lambda section: section.name == "calendar" and len(section.rows))
        return ChartPage((), last, (), room, 0)
    whole: list[Section] = []
    columns: tuple[list[Section], list[Section]] = ([], [])
    heights = [0, 0]
    for one, other in zip(*drawn, strict=True):
        in_column = one.name == _YEAR and left >= LARGE
        if one.name in WHOLE and not in_column:
            whole.append(one)
            continue
        at = 0 if in_column or one.name in _TIMED or heights[0] < heights[1] else 1
        columns[at].append((one, other)[at])
        heights[at] += len((one, other)[at].rows) + 2
    return ChartPage(whole, *columns, room, left + GAP)
