"""A method's own picture as rows of characters: bars, columns, heat, lines, words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len

from demos.frame import Picture
from studyapp.runs.drawn.plots import (
    HEAT,
    TEXT,
    Curve,
    Stroke,
    Strokes,
    bar_on_track,
    line_plot,
    number_text,
    place_between,
)
from studyapp.wording.widths import fit

SHADES: Final = "·░▒▓█"
"""For a heat cell, from none to the most."""
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_LABELLED: Final = 4
"""Rows of a picture of columns that leave two for names."""
_NUMBERED: Final = 6
"""The fewest columns of a heat map's cell at which it has its number."""


def picture_rows(picture: Picture, size: tuple[int, int]) -> list[Strokes]:
    """Draw a method's own picture in some columns and rows, without its title."""
    draw: dict[str, Callable[[Picture, int, int], list[Strokes]]] = {
        "bars": _bars,
        "columns": _columns,
        "heat": _heat,
        "lines": _lines,
        "words": _words,
    }
    width, height = max(size[0], 12), max(size[1], 2)
    return draw[picture.kind](picture, width, height)[:height]


def _bars(picture: Picture, width: int, height: int) -> list[Strokes]:
    values = [value for row in picture.values for value in row]
    names = picture.columns or picture.rows
    label = min(max(map(cell_len, names), default=0), width // 2)
    top = max((abs(value) for value in values if math.isfinite(value)), default=0.0) or 1.0
    room = max(width - label - 9, 1)
    rows = []
    for index, value in enumerate(values[:height]):
        name = names[index] if index < len(names) else ""
        bar = bar_on_track(abs(value) / top, room)
        rows.append([Stroke(fit(name, label) + " ", TEXT), *bar, Stroke(" " + number_text(value), TEXT)])
    return rows


def _columns(picture: Picture, width: int, height: int) -> list[Strokes]:
    """Groups of columns side by side, the first of each brightest, each group with its name below it."""
    groups = picture.values
    longest = max(map(len, groups), default=1)
    slot = width // max(len(groups), 1)
    wide = max(1, min((slot - 2) // max(longest, 1), 6))
    top = max((value for group in groups for value in group if math.isfinite(value)), default=0.0) or 1.0
    crowded = slot <= max(map(cell_len, picture.rows), default=0) and height > _LABELLED
    named = (1 + crowded) * (bool(picture.rows) and height > 2)
    tall = height - named
    rows: list[Strokes] = []
    for row in range(tall):
        line: Strokes = []
        for group in groups:
            bars = group[: max(1, (slot - 1) // wide)]
            for rank, value in enumerate(bars):
                eighths = round(max(value, 0.0) / top * tall * 8) if math.isfinite(value) else 0
                sign = _EIGHTHS[min(max(eighths - (tall - 1 - row) * 8, 0), 8)]
                line.append(Stroke(sign * wide, HEAT + max(4 - rank, 1)))
            line.append(Stroke(" " * (slot - wide * len(bars)), TEXT))
        rows.append(line)
    names = picture.rows[: len(groups)]
    for turn in range(named):
        own = [name if place % named == turn else "" for place, name in enumerate(names)]
        rows.append([Stroke("".join(fit(name, slot * named) for name in own[turn::named]), TEXT)])
        rows[-1].insert(0, Stroke(" " * slot * turn, TEXT))
    return rows


def _heat(picture: Picture, width: int, height: int) -> list[Strokes]:
    label = min(max(map(cell_len, picture.rows), default=0), width // 2)
    columns, count = max(map(len, picture.values), default=0), len(picture.values)
    room = width - label - 1
    wide = max(1, min(8, room // max(columns, 1)))
    # Numbers in the cells need no scale; column names and then the scale give way before any cell does.
    shared, names = _heads(picture.columns, wide)
    headed = bool(names) and wide > 1 and height > count
    scaled = (wide < _NUMBERED and height > count + headed) or count > height or columns > room
    values, across, down = _pool(picture.values, room, height - headed - scaled)
    finite = [value for row in values for value in row if math.isfinite(value)]
    low, high = min([0.0, *finite]), max(finite, default=0.0)
    wide = max(1, min(8, room // max(max(map(len, values), default=1), 1)))
    rows: list[Strokes] = []
    if headed:
        heads = [fit(name, wide) for name in names[::across]]
        rows.append([Stroke(fit(shared, label) + " " + "".join(heads), TEXT)])
    for index, line in enumerate(values):
        name = picture.rows[index * down] if index * down < len(picture.rows) else ""
        row = [Stroke(fit(name, label) + " ", TEXT)]
        for value in line:
            level = round(place_between(value, (low, high)) * (len(SHADES) - 1)) if math.isfinite(value) else 0
            number = fit(number_text(value), wide - 2) if wide >= _NUMBERED else ""
            row.append(Stroke(SHADES[level] * (wide - len(number) - bool(number)) + " " * bool(number), HEAT + level))
            row.append(Stroke(number, TEXT))
        rows.append(row)
    if scaled:
        scale = f"{number_text(low)} {SHADES[1:]} {number_text(high)}"
        pooled = f"largest of {down} × {across}" if across * down > 1 else ""
        whole = ", ".join(filter(None, (scale, pooled)))
        rows.append([Stroke(whole if cell_len(whole) <= width else pooled or scale, TEXT)])
    return rows


def _heads(names: Sequence[str], wide: int) -> tuple[str, Sequence[str]]:
    """Names above columns of a width, and the word that they share if they only fit without it; none if none fit."""
    if all(cell_len(name) < wide for name in names):
        return "", names
    shared = names[0].partition(" ")[0]
    rest = [name.removeprefix(f"{shared} ") for name in names]
    return (shared, rest) if all(cell_len(name) < wide for name in rest) else ("", ())


def _pool(values: tuple[tuple[float, ...], ...], width: int, height: int) -> tuple[list[tuple[float, ...]], int, int]:
    """Shrink a heat map by keeping the largest of each block of cells, so that peaks stay."""
    across = max(1, math.ceil(max(map(len, values), default=0) / max(width, 1)))
    down = max(1, math.ceil(len(values) / max(height, 1)))
    if across == down == 1:
        return [*values], 1, 1
    pooled = []
    for top in range(0, len(values), down):
        block = values[top : top + down]
        length = max(map(len, block))
        pooled.append(tuple(max(v for row in block for v in row[i : i + across]) for i in range(0, length, across)))
    return pooled, across, down


def _lines(picture: Picture, width: int, height: int) -> list[Strokes]:
    finite = [value for row in picture.values for value in row if math.isfinite(value)]
    longest = max(map(len, picture.values), default=1)
    low, high = min([0.0, *finite]), max([*finite, 1e-9])
    curves = [
        Curve(tuple((float(place), value) for place, value in enumerate(row)), name, HEAT + max(4 - number, 1))
        for number, (row, name) in enumerate(
            zip(picture.values, (*picture.rows, *[""] * len(picture.values)), strict=False)
        )
    ]
    ends = (picture.columns[0], picture.columns[min(longest, len(picture.columns)) - 1]) if picture.columns else None
    return line_plot(curves, (width, height), (0, max(longest - 1, 1)), (low, high), ends)


def _words(picture: Picture, width: int, height: int) -> list[Strokes]:
    return [[Stroke(_shortened(line, width), TEXT)] for line in picture.words[:height]]


def _shortened(line: str, width: int) -> str:
    """A line without the last parts of its list that have no room."""
    while cell_len(line) > width and ", " in line:
        line = line.rpartition(", ")[0]
    return fit(line, width).rstrip()
