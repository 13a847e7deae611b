"""Columns over time, stacked or single, with a scale at the left and days below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from studyapp.charts.cells import EIGHTHS, Cell, Cells, day_label, nice, short

SIZES: Final = (1, 7, 14, 28, 91, 182, 364, 728)
"""The numbers of days that one column may stand for."""
UNITS: Final = {1: "a day", 7: "a week", 14: "in two weeks", 28: "in four weeks", 91: "a quarter", 364: "a year"}


class Layer(NamedTuple):
    """One layer of stacked columns."""

    kind: str
    glyph: str
    """Its look; each layer has a different one, so that they can be told apart without colour."""


class Columns(NamedTuple):
    """Values by column, and how many days each stands for."""

    size: int
    starts: list[date]
    values: list[list[float]]
    """The values of each column's layers."""

    @property
    def unit(self) -> str:
        """`a day`, `a week`, or a number of days."""
        return UNITS.get(self.size, f"in {self.size} days")


def collect_days(days: Mapping[date, Sequence[float]], first: date, last: date, layers: int, room: int) -> Columns:
    """Sum days up until there are at most `room` columns; the last column ends with the last day."""
    length = (last - first).days + 1
    size = next((size for size in SIZES if -(-length // size) <= room), -(-length // max(1, room)))
    number = -(-length // size)
    values = [[0.0] * layers for _ in range(number)]
    for day, found in days.items():
        if first <= day <= last:
            column = values[number - 1 - (last - day).days // size]
            for layer, value in enumerate(found):
                column[layer] += value
    starts = [max(first, last - timedelta(size * (number - at) - 1)) for at in range(number)]
    return Columns(size, starts, values)


def highest(columns: Columns) -> float:
    """The height of the highest column."""
    return max((sum(values) for values in columns.values), default=0)


def draw_columns(columns: Columns, layers: Sequence[Layer], width: int, height: int, most: float = 0) -> list[Cells]:
    """Draw columns; a single layer to an eighth of a line, stacked ones to whole lines; the scale reaches `most`.

    They stand on their axis, which is at the top of its line.
    """
    top = nice(max(most, highest(columns)))
    ticks = {height: short(top), 0: "0"}
    whole = all(value == int(value) for values in columns.values for value in values)
    if height >= 6 and not height % 2 and not (whole and top % 2):  # there is no half of a card
        ticks[height // 2] = short(top / 2)
    margin = max(map(len, ticks.values()))
    number = len(columns.values)
    wide = max(1, min(8, (width - margin - 2) // max(1, number)))
    gap = 1 if wide >= 2 else 0
    stacks = [_stack(values, layers, top, height) for values in columns.values]
    rows: list[Cells] = []
    for line in range(height, 0, -1):
        row = [Cell(ticks.get(line, "").rjust(margin), "label"), Cell(" ┤" if line in ticks else " │", "axis")]
        for glyph, kind in (stack[line - 1] for stack in stacks):
            row += [Cell(glyph * (wide - gap), kind), *([Cell(" ")] if gap else [])]
        rows.append(row)
    rows.append([Cell("0".rjust(margin), "label"), Cell(" " + "▔" * (1 + wide * number), "axis")])
    rows.append([Cell(" " * (margin + 2) + _days(columns, wide), "label")])
    return rows


def _stack(values: Sequence[float], layers: Sequence[Layer], top: float, height: int) -> list[tuple[str, str]]:
    """The cells of one column, from the bottom."""
    total = sum(values)
    if len(layers) == 1:
        eighths = max(round(total / top * height * 8), 1 if total else 0)
        cells = [min(8, max(0, eighths - 8 * line)) for line in range(height)]
        return [(EIGHTHS[filled] if filled < 8 else layers[0].glyph, layers[0].kind) for filled in cells]
    column: list[tuple[str, str]] = []
    reached = 0.0
    for value, layer in zip(values, layers, strict=True):
        reached += value
        upto = max(round(reached / top * height), 1 if reached else 0)
        column += [(layer.glyph, layer.kind)] * (upto - len(column))
    return column + [(" ", "")] * (height - len(column))


def _days(columns: Columns, wide: int) -> str:
    """The first days of as many columns as fit."""
    years = columns.size >= 28 and columns.starts[0].year != columns.starts[-1].year
    room = wide * len(columns.starts)
    line = ""
    for at, day in enumerate(columns.starts):
        text = f"{day:%Y-%m}" if years else day_label(day)
        place = at * wide
        if not line or len(line) + 2 <= place <= room - len(text):
            line = line.ljust(place) + text
    return line
