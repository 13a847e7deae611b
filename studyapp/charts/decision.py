"""The outcome of each desired retention: a curve of one of its numbers, and a table of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from studyapp.charts.bars import table
from studyapp.charts.cells import Cells, plain, short
from studyapp.charts.curve import Scale, Trace, draw_curves
from studyapp.core.plural import percent
from studyapp.study.fitting.decide import Prospect

NUMBERS: Final[Mapping[str, Callable[[Prospect], float]]] = {
    "reviews a day": lambda one: one.reviews,
    "minutes a day": lambda one: one.minutes,
    "cards remembered at the end": lambda one: one.remembered,
}
NOW: Final = "●"
"""The sign of the retention that is set."""
HEAD: Final = ("retention", "reviews a day", "minutes a day", "remembered", "learned")


def decision_curve(
    found: Sequence[Prospect], number: str, marked: Mapping[float, str], width: int, height: int
) -> list[Cells]:
    """One of the `NUMBERS` by retention; some retentions are marked by signs, later ones over earlier ones."""
    value = NUMBERS[number]
    points = [(one.retention, value(one)) for one in found]
    most = max(y for _, y in points) or 1
    across = Scale(points[0][0], points[-1][0], percent)
    traces = [Trace(points, "·", "due")]
    for retention, sign in marked.items():
        here = [point for point in points if point[0] == retention]
        traces.append(Trace(here, sign, "today", joined=False))
    return draw_curves(traces, across, Scale(0, most * 1.05, short), width, height)


def decision_row(one: Prospect) -> tuple[str, ...]:
    """A line of the table, under `HEAD`."""
    return (
        f"{100 * one.retention:g} %",
        f"{one.reviews:,.0f}",
        f"{one.minutes:,.1f}",
        f"{one.remembered:,.0f}",
        f"{one.learned:,.0f}",
    )


def decision_table(found: Sequence[Prospect], width: int) -> list[Cells]:
    """The numbers that fit, under a row of names."""
    rows = [HEAD, *map(decision_row, found)]
    shown = (table([row[:columns] for row in rows]) for columns in range(len(HEAD), 0, -1))
    return next((one for one in shown if len(plain(one[0])) <= width), [])
