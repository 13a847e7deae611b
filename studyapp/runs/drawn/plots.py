"""Curves and bars as rows of characters: for the screens, which colour them, and for plain output.

A plot is a list of rows, a row a list of strokes, a stroke some text and what it shows. The screen chooses a colour
for that; without colour the characters alone still tell the story.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from studyapp.wording.widths import fit, fit_right

NEWEST: Final = 0
"""Marks what was learned last, or is being learned."""
EARLIER: Final = 1
"""Marks what was learned before that, or elsewhere."""
AXIS: Final = -1
"""Marks the frame around the data."""
TEXT: Final = -2
"""Marks a label."""
NAME: Final = -3
"""Marks the name of what was learned last."""
STRONG: Final = -5
"""Marks the name of something that was run here."""
TRACK: Final = -4
"""Marks the unfilled part of a bar."""
GOOD: Final = -6
BAD: Final = -7
"""Mark what is right, and what is wrong."""
HEAT: Final = 100
"""A heat cell is 100 plus its intensity, 0 to 4."""
GREY: Final = 200
"""The same for what is given and not trained."""

_GRID: Final = "┈"
_TIP: Final = "●"
_LABELLED: Final = 5
"""The fewest rows of a plot at which the ends of the horizontal axis are labelled."""


class Stroke(NamedTuple):
    """Some characters that show one thing."""

    text: str
    owner: int


Strokes = list[Stroke]
Points = Sequence[tuple[float, float]]


class Curve(NamedTuple):
    """One line of a plot."""

    points: Points
    """In the order in which they are joined; NaN leaves a gap."""
    name: str = ""
    """Shown at its end."""
    owner: int = NEWEST


# The eight dots of a braille character, by row and column: U+2800 plus the bits that are set.
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def line_plot(
    curves: Sequence[Curve],
    size: tuple[int, int],
    x: tuple[float, float],
    y: tuple[float, float],
    x_ends: tuple[str, str] | None = None,
) -> list[Strokes]:
    """Draw lines in braille, four dots high and two wide a character, with the scale at the left and below.

    Args:
        curves: where two meet, the later one counts. The newest ends in a dot.
        size: columns and rows, the axes included; at least 12 by 3.
        x: the values at both ends of the horizontal axis.
        y: the values at the bottom and at the top.
        x_ends: what is written at both ends, if not the values; only where there are rows enough.
    """
    labels = (number_text(y[1]), number_text(y[0]))
    margin = max(map(len, labels)) + 2
    below = size[1] >= _LABELLED
    longest = max((cell_len(curve.name) + 2 for curve in curves if curve.name and curve.points), default=0)
    right = max(min(longest, (size[0] - margin) // 2, size[0] - margin - 4), 0)
    width, height = max(size[0] - margin - right, 4), max(size[1] - below, 2)
    grid = _braille(curves, (width, height), x, y)
    names = _beside(grid, curves, (width + right, height))
    rows: list[Strokes] = []
    for index in range(height):
        edge = index in (0, height - 1)
        label = labels[0] if index == 0 else labels[1] if edge else ""
        cells = [
            grid.cells.get((index, column)) or Stroke(_GRID if edge and column < width else " ", AXIS)
            for column in range(width + right)
        ]
        start, name = names.get(index, (width + right, Stroke("", TEXT)))
        if start < width + right:
            cells[start - 1] = Stroke(" ", AXIS)
        cells[start:] = [name, *(Stroke(" ", AXIS) for _ in range(width + right - start - cell_len(name.text)))]
        rows.append([Stroke(f"{label:>{margin - 2}} ", TEXT), Stroke("┤" if label else "│", AXIS), *cells])
    if below:
        first, last = x_ends or (number_text(x[0]), number_text(x[1]))
        rows.append([Stroke(" " * margin + first + fit_right(last, max(width - cell_len(first), 0)), TEXT)])
    return rows


class _Drawn(NamedTuple):
    """Curves in cells."""

    cells: Mapping[tuple[int, int], Stroke]
    """By row and column."""
    ends: Sequence[tuple[int, int] | None]
    """Of each curve the row and column where it ends."""


def _braille(
    curves: Sequence[Curve], size: tuple[int, int], x: tuple[float, float], y: tuple[float, float]
) -> _Drawn:
    width, height = size
    dots: dict[tuple[int, int], int] = {}
    owners: dict[tuple[int, int], int] = {}
    ends: list[tuple[int, int] | None] = []
    for curve in curves:
        last: tuple[int, int] | None = None
        end: tuple[int, int] | None = None
        for across, up in curve.points:
            if not (math.isfinite(across) and math.isfinite(up)):
                last = None
                continue
            here = (
                round(place_between(across, x) * (width * 2 - 1)),
                round((1 - place_between(up, y)) * (height * 4 - 1)),
            )
            for column, row in _between(last or here, here):
                cell = row // 4, column // 2
                dots[cell] = dots.get(cell, 0) | _DOTS[row % 4][column % 2]
                owners[cell] = curve.owner
            last, end = here, (here[1] // 4, here[0] // 2)
        ends.append(end)
    cells = {cell: Stroke(chr(0x2800 + bits), owners[cell]) for cell, bits in dots.items()}
    for curve, end in zip(curves, ends, strict=True):
        if end is not None and curve.owner == NEWEST:
            cells[end] = Stroke(_TIP, NEWEST)
    return _Drawn(cells, ends)


def _beside(grid: _Drawn, curves: Sequence[Curve], size: tuple[int, int]) -> dict[int, tuple[int, Stroke]]:
    """For each row with a name: its first column, and the name; names that collide move a row."""
    width, height = size
    found: dict[int, tuple[int, Stroke]] = {}
    for curve, end in sorted(zip(curves, grid.ends, strict=True), key=lambda pair: pair[0].owner):
        if end is None or not curve.name or end[1] + 2 >= width:
            continue
        start = end[1] + 2
        room = width - start
        lines = [fit(line, min(room, cell_len(line))) for line in textwrap.wrap(curve.name, room)][:height]
        free = (
            range(top, top + len(lines))
            for top in range(height - len(lines) + 1)
            if not any(row in found for row in range(top, top + len(lines)))
        )
        near = sorted(free, key=lambda rows: abs(rows[0] - end[0]))
        taken = {row for row, column in grid.cells if start <= column < width}
        clear = [rows for rows in near if not taken & {*rows}]
        for row, line in zip(next(iter(clear or near), ()), lines, strict=False):
            found[row] = start, Stroke(line, NAME if curve.owner == NEWEST else TEXT)
    return found


def share_bar(share: float, width: int) -> str:
    """A share from 0 to 1 as a bar; anything above 0 shows at least half a cell."""
    halves = round(min(max(share, 0.0), 1.0) * width * 2) if math.isfinite(share) else 0
    halves = max(halves, 1) if share > 0 else 0
    return "━" * (halves // 2) + "╸" * (halves % 2)


def bar_on_track(share: float, width: int, owner: int = NEWEST) -> Strokes:
    """A share from 0 to 1 as a bar, with the rest as its track."""
    bar = share_bar(share, width)
    return [Stroke(bar, owner), Stroke("─" * (width - len(bar)), TRACK)]


def sparkline(points: Points, width: int) -> str:
    """A curve from 0 to 1 in one row of braille; empty if there is none."""
    if not points:
        return ""
    ends = points[0][0], max(points[-1][0], points[0][0] + 1)
    cells = _braille([Curve(points, owner=EARLIER)], (width, 1), ends, (0, 1)).cells
    return "".join(cells[0, column].text if (0, column) in cells else " " for column in range(width))


def plain_plot(rows: Iterable[Strokes]) -> list[str]:
    """A plot as lines of text."""
    return ["".join(cell.text for cell in row).rstrip() for row in rows]


def number_text(value: float) -> str:
    """A number for an axis or a cell, in five characters if possible."""
    if not math.isfinite(value):
        return "–"
    if value == int(value) and abs(value) < 100_000:
        return f"{int(value)}"
    if 0.01 <= abs(value) < 1_000_000:
        return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    if 0.001 <= abs(value) < 0.01:
        return f"{value:.3f}".replace("0.", ".")  # as wide as the others
    return f"{value:.0e}"


def place_between(value: float, ends: tuple[float, float]) -> float:
    """The position of a value between two others, from 0 to 1."""
    span = (ends[1] / 2 - ends[0] / 2) or 1.0  # halves, because the largest numbers have no difference
    return min(max((value / 2 - ends[0] / 2) / span, 0.0), 1.0)


def _between(start: tuple[int, int], end: tuple[int, int]) -> Iterable[tuple[int, int]]:
    """Every dot of a straight line."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for step in range(steps + 1):
        part = step / steps
        yield round(start[0] + (end[0] - start[0]) * part), round(start[1] + (end[1] - start[1]) * part)
