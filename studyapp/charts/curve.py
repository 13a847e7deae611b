"""Curves and points over two axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from studyapp.charts.cells import Cell, Cells


class Trace(NamedTuple):
    """Some points, in the order of their x."""

    points: Sequence[tuple[float, float]]
    glyph: str
    kind: str = ""
    joined: bool = True
    """Whether it has a point in every column between the first and the last."""


class Scale(NamedTuple):
    """The ends of an axis, and how its values are written."""

    low: float
    high: float
    said: Callable[[float], str]


def draw_curves(curves: Sequence[Trace], across: Scale, up: Scale, width: int, height: int) -> list[Cells]:
    """Draw curves, later ones over earlier ones, in that many columns and lines including the axes."""
    ends = [up.said(up.high), up.said(up.low)]
    margin = max(map(len, ends))
    wide, high = max(8, width - margin - 2), max(2, height - 2)
    grid: list[list[Cell]] = [[Cell(" ")] * wide for _ in range(high)]
    for curve in curves:
        for column, value in _columns(curve, across, wide):
            line = round((value - up.low) / (up.high - up.low) * (high - 1))
            if 0 <= line < high:
                grid[high - 1 - line][column] = Cell(curve.glyph, curve.kind)
    rows: list[Cells] = []
    for number, cells in enumerate(grid):
        tick = ends[0] if number == 0 else ends[1] if number == high - 1 else ""
        rows.append([Cell(tick.rjust(margin), "label"), Cell(" ┤" if tick else " │", "axis"), *cells])
    rows.append([Cell(" " * margin), Cell(" └" + "─" * wide, "axis")])
    left, right = across.said(across.low), across.said(across.high)
    rows.append([Cell(" " * (margin + 2) + left + right.rjust(wide - len(left)), "label")])
    return rows


def _columns(curve: Trace, across: Scale, wide: int) -> list[tuple[int, float]]:
    """The columns in which a curve has a point, with its value there."""
    span = (across.high - across.low) or 1
    places = [((x - across.low) / span * (wide - 1), y) for x, y in curve.points]
    found = [(round(place), y) for place, y in places if 0 <= round(place) < wide]
    if not curve.joined:
        return found
    for (left, one), (right, other) in pairwise(places):
        for column in range(max(0, round(left)), min(wide - 1, round(right)) + 1):
            part = (column - left) / (right - left) if right > left else 0
            found.append((column, one + (other - one) * min(max(part, 0), 1)))
    return found
