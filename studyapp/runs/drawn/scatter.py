"""Marks with their names as rows of characters; no name covers a mark, a line or another name.

A name that does not fit is listed below the plot, under the number that its mark becomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from studyapp.runs.drawn.legend import MOST, Legend, NamedMark, legend_of
from studyapp.runs.drawn.plots import AXIS, NEWEST, STRONG, TEXT, Stroke, Strokes
from studyapp.wording.widths import fit

_MARGIN: Final = 3
"""Columns at the left, for the scale."""
_GAP: Final = 2
"""Space between a name and its neighbours."""
_RIGHT, _MIDDLE, _LEFT = 0, 1, 2
"""The side of its mark that a name leans to: which half of it precedes the mark."""
_ENOUGH: Final = 3
"""The least number of arrangements tried."""
_PARTS: Final = 12
"""Positions at which a row is divided for that."""
_UNNAMED: Final = 100
"""The cost of a name left out; a row away from the mark costs 1."""
_OWN, _SHIPPED, _LINE, _GRID = "●", "○", "│", "┈"
_LEAST: Final = 3
"""Rows that the numbers' names leave to the plot."""
_TICKS: Final = ((1.0, "1"), (0.5, "½"), (0.0, "0"))


class _Place(NamedTuple):
    """Where a name is: its first cell, and the cells of the line that leads there."""

    row: int
    column: int
    line: tuple[tuple[int, int], ...]
    cost: int


class Scatter(NamedTuple):
    """The contents of a plot, in rows and columns."""

    marks: Sequence[tuple[int, int]]
    """For each mark."""
    names: Sequence[_Place | None]
    """For each mark's name; None for one that does not fit."""


def scatter_plot(
    marks: Sequence[NamedMark], size: tuple[int, int], x_ticks: Sequence[tuple[float, str]], x_label: str = ""
) -> list[Strokes]:
    """Draw marks with their names.

    Args:
        marks: what to draw.
        size: columns and rows, the axes included.
        x_ticks: where from 0 to 1 something is written below the axis.
        x_label: what the horizontal axis says, below that.
    """
    below = 1 + bool(x_label)
    width = max(size[0] - _MARGIN, 4)
    drawn, legend, height = _with_legend(marks, width, max(size[1] - below, 2))
    grid: dict[tuple[int, int], Stroke] = {}
    labels = {round((1 - value) * (height - 1)): text for value, text in _TICKS if value != 0.5 or height >= 7}
    for row in labels:
        grid |= {(row, column): Stroke(_GRID, AXIS) for column in range(width)}
    for mark, place in zip(marks, drawn.names, strict=True):
        if place is not None:
            grid |= {cell: Stroke(_LINE, AXIS) for cell in place.line}
            name = _cells_of(fit(mark.name, min(cell_len(mark.name), width)))
            for offset in range(-1, sum(map(cell_len, name)) + 1):
                grid.pop((place.row, place.column + offset), None)
            column = place.column
            for cell in name:
                grid[place.row, column] = Stroke(cell, STRONG if mark.own else TEXT)
                grid |= {(place.row, column + more): Stroke("", TEXT) for more in range(1, cell_len(cell))}
                column += cell_len(cell)
    for number in sorted(range(len(marks)), key=lambda number: marks[number].own):
        own = marks[number].own
        sign = legend.sign(number, own=own) or (_OWN if own else _SHIPPED)
        grid[drawn.marks[number]] = Stroke(sign, NEWEST if own else TEXT)
    rows = [
        [
            Stroke(f"{labels.get(row, ''):>{_MARGIN - 2}} ", TEXT),
            Stroke("┤" if row in labels else "│", AXIS),
            *(grid.get((row, column), Stroke(" ", AXIS)) for column in range(width)),
        ]
        for row in range(height)
    ]
    rows.append([Stroke(_scale(x_ticks, width), TEXT)])
    if x_label:
        rows.append([Stroke(" " * _MARGIN + fit(x_label, width).rstrip(), TEXT)])
    room = max(size[1], height + below) - len(rows)
    named = [[Stroke(" " * _MARGIN, TEXT), *row] for row in legend.rows(width)]
    return [*rows, *[*named, *([[]] * room)][:room]]


def _with_legend(marks: Sequence[NamedMark], width: int, height: int) -> tuple[Scatter, Legend, int]:
    """Divide rows between the plot and the names that do not fit in it; the plot's rows come last."""
    room = max(height - _LEAST, 0)
    for by_method, widest in ((False, width - 2), (True, max(width // 2 - 4, 1))):
        below = 0
        while True:
            drawn = place_marks(marks, (width, height - below))
            unnamed = [place for place, name in enumerate(drawn.names) if name is None]
            legend = legend_of(marks, unnamed, by_method=by_method, widest=widest)
            needed = len(legend.rows(width))
            if needed <= below or below == room:
                break
            below = min(max(needed, below + 1), room)
        if needed <= below and len(legend.names) < MOST:
            break
    return drawn, legend, height - below


def place_marks(marks: Sequence[NamedMark], size: tuple[int, int]) -> Scatter:
    """Place marks and their names in some columns and rows; of several arrangements the closest to the marks wins."""
    spots = _spots(marks, size)
    best: list[_Place | None] = []
    for number, (order, lean) in enumerate(_ways(marks, spots)):
        names = _named(marks, spots, order, lean, size)
        if not number or _cost(names) < _cost(best):
            best = names
        if number >= _ENOUGH and None not in best:
            break
    return Scatter(spots, best)


def _ways(marks: Sequence[NamedMark], spots: Sequence[tuple[int, int]]) -> Iterator[tuple[list[int], Sequence[int]]]:
    """The order in which names are placed, and the sides of a mark that one in another row may lean to."""
    down = sorted(range(len(marks)), key=lambda number: spots[number])
    from_left = sorted(down, key=lambda number: spots[number][1])
    for order in (
        sorted(down, key=lambda number: not marks[number].own),
        sorted(down, key=lambda number: (spots[number][0], -spots[number][1])),
        down,
        sorted(down, key=lambda number: -_near(spots, number)),
    ):
        yield order, (_MIDDLE, _RIGHT, _LEFT)
    # Where many share one row, like steps of a stair, each name goes below its neighbours.
    for part in range(len(marks), -1, -max(1, len(marks) // _PARTS)):
        left, right = from_left[:part], from_left[part:]
        yield [*reversed(left), *right], (_RIGHT, _LEFT)
        yield [*right, *reversed(left)], (_LEFT, _RIGHT)
        yield [*reversed(left), *right], (_RIGHT,)
        yield [*right, *reversed(left)], (_LEFT,)


def _cost(names: Sequence[_Place | None]) -> int:
    return sum(_UNNAMED if one is None else one.cost for one in names)


def _spots(marks: Sequence[NamedMark], size: tuple[int, int]) -> list[tuple[int, int]]:
    """The cells of marks; of two that would coincide, the second is placed beside the first."""
    width, height = size
    taken: set[tuple[int, int]] = set()
    spots = []
    for mark in marks:
        row = round((1 - min(max(mark.y, 0.0), 1.0)) * (height - 1))
        column = round(min(max(mark.x, 0.0), 1.0) * (width - 1))
        near = sorted(range(width), key=lambda other: (abs(other - column), -other))
        column = next((other for other in near if (row, other) not in taken), column)
        taken.add((row, column))
        spots.append((row, column))
    return spots


def _near(spots: Sequence[tuple[int, int]], number: int) -> float:
    row, column = spots[number]
    return sum(1 / (1 + abs(row - other[0]) * 3 + abs(column - other[1])) for other in spots)


def _named(
    marks: Sequence[NamedMark],
    spots: Sequence[tuple[int, int]],
    order: Sequence[int],
    lean: Sequence[int],
    size: tuple[int, int],
) -> list[_Place | None]:
    """Place names one after another."""
    taken = set(spots)
    found: list[_Place | None] = [None] * len(marks)
    for number in order:
        wide = min(cell_len(marks[number].name), size[0])
        for place in _tries(spots[number], wide, lean, size) if wide else ():
            around = ((place.row, column) for column in range(place.column - _GAP, place.column + wide + _GAP))
            clear = not any(cell in taken for cell in around if cell != spots[number])
            if clear and not taken.intersection(place.line):
                found[number] = place
                taken.update((place.row, place.column + offset) for offset in range(wide))
                taken.update(place.line)
                break
    return found


def _tries(spot: tuple[int, int], wide: int, lean: Sequence[int], size: tuple[int, int]) -> Iterator[_Place]:
    """Possible places for a name, the best first: right, left, then above or below, ever further away."""
    (row, column), (width, height) = spot, size
    for start in (column + _GAP, column - _GAP - wide + 1):
        if start >= 0 and start + wide <= width:
            yield _Place(row, start, (), 0)
    for away in range(1, height):
        for there in (row + away, row - away):
            if not 0 <= there < height:
                continue
            step = 1 if there > row else -1
            line = tuple((between, column) for between in range(row + step, there, step))
            starts = (column - (wide - 1) * part // 2 for part in lean)
            for start in dict.fromkeys(min(max(start, 0), width - wide) for start in starts):
                if start <= column < start + wide:
                    yield _Place(there, start, line, away)


def _scale(ticks: Sequence[tuple[float, str]], width: int) -> str:
    below = [" "] * (width + _MARGIN)
    for where, text in ticks:
        start = min(max(_MARGIN + round(where * (width - 1)) - len(text) // 2, 0), width + _MARGIN - len(text))
        if start >= 0 and all(character == " " for character in below[max(start - 1, 0) : start + len(text) + 1]):
            below[start : start + len(text)] = text
    return "".join(below)


def _cells_of(text: str) -> list[str]:
    """The characters of a text, each with its combining characters."""
    cells: list[str] = []
    for character in text:
        if cells and not cell_len(character):
            cells[-1] += character
        else:
            cells.append(character)
    return cells
