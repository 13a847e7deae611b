"""Curves, marks, bars and heat as rows of characters: for the screens, which colour them, and for plain lines.

A plot is a list of rows, a row a list of cells, a cell some text and the number of what it belongs to. The screen
chooses a colour for each number; the characters alone still tell the story where there is no colour.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from demos.frame import Picture

AXIS: Final = -1
"""Belongs to the frame around the data."""
TEXT: Final = -2
"""Belongs to a label."""
_NUMBERED: Final = 6
"""Columns of a heat map's cell from which its number stands in it."""

HEAT: Final = 100
"""A heat cell belongs to 100 plus its intensity, 0 to 4."""

SHADES: Final = " ░▒▓█"
EIGHTHS: Final = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█")


class Stroke(NamedTuple):
    """Some characters that belong to one thing."""

    text: str
    owner: int


Strokes = list[Stroke]
Points = Sequence[tuple[float, float]]


class Dot(NamedTuple):
    """One point of a scatter plot: its place from 0 to 1, its letter, what it belongs to."""

    x: float
    y: float
    text: str
    owner: int


# The eight dots of a braille character, by row and column: U+2800 plus the bits that are set.
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def line_plot(
    series: Sequence[Points],
    size: tuple[int, int],
    x: tuple[float, float],
    y: tuple[float, float],
    tips: Sequence[str] = (),
) -> list[Strokes]:
    """Draw lines in braille, four dots high and two wide a character, with the scale at the left and below.

    Args:
        series: points in the order in which they are joined; NaN leaves a gap. Where two series meet,
            the later one counts.
        size: columns and rows, the axes included; at least 12 by 3.
        x: the values at both ends of the horizontal axis.
        y: the values at the bottom and at the top.
        tips: one character for each series, written where it ends, so that lines are told apart without colour.
    """
    labels = (_number(y[1]), _number(y[0]))
    margin = max(map(len, labels)) + 1
    width, height = max(size[0] - margin, 4), max(size[1] - 1, 2)
    dots = [[0] * width for _ in range(height)]
    owners = [[AXIS] * width for _ in range(height)]
    names: dict[tuple[int, int], str] = {}

    def place(point: tuple[float, float]) -> tuple[int, int]:
        across = _share(point[0], x) * (width * 2 - 1)
        down = (1 - _share(point[1], y)) * (height * 4 - 1)
        return round(across), round(down)

    def put(column: int, row: int, owner: int) -> None:
        dots[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
        owners[row // 4][column // 2] = owner

    for owner, points in enumerate(series):
        last = end = None
        for point in points:
            if not (math.isfinite(point[0]) and math.isfinite(point[1])):
                last = None
                continue
            here = place(point)
            for column, row in _between(last or here, here):
                put(column, row, owner)
            last = end = here
        if end and owner < len(tips):
            names[end[1] // 4, end[0] // 2] = tips[owner]
    rows: list[Strokes] = []
    for index in range(height):
        label = labels[0] if index == 0 else labels[1] if index == height - 1 else ""
        line = [Stroke(label.rjust(margin - 1), TEXT), Stroke("┤" if label else "│", AXIS)]
        for column, bits in enumerate(dots[index]):
            drawn = chr(0x2800 + bits) if bits else " "
            line.append(Stroke(names.get((index, column), drawn), owners[index][column]))
        rows.append(line)
    left, right = _number(x[0]), _number(x[1])
    rows.append([Stroke(" " * margin + left + right.rjust(max(width - len(left), 0)), TEXT)])
    return rows


def scatter_plot(
    marks: Sequence[Dot], size: tuple[int, int], x_ticks: Sequence[tuple[float, str]], y_labels: tuple[str, str]
) -> list[Strokes]:
    """Draw marks as letters; where several fall on one place they stand beside each other as far as there is room.

    Args:
        marks: what to draw; the first has the first claim to its place.
        size: columns and rows, the axes included.
        x_ticks: where from 0 to 1 something is written below the axis.
        y_labels: what is written at the bottom and at the top of the vertical axis.
    """
    margin = max(map(len, y_labels)) + 1
    width, height = max(size[0] - margin, 4), max(size[1] - 2, 2)
    grid: dict[tuple[int, int], Dot] = {}
    for mark in marks:
        row = round((1 - min(max(mark.y, 0.0), 1.0)) * (height - 1))
        column = round(min(max(mark.x, 0.0), 1.0) * (width - 1))
        near = sorted(range(width), key=lambda other: (abs(other - column), -other))
        free = next((other for other in near[:9] if (row, other) not in grid), None)
        if free is not None:
            grid[row, free] = mark
    rows: list[Strokes] = []
    for row in range(height):
        label = y_labels[1] if row == 0 else y_labels[0] if row == height - 1 else ""
        line = [Stroke(label.rjust(margin - 1), TEXT), Stroke("┤" if label else "│", AXIS)]
        for column in range(width):
            found = grid.get((row, column))
            line.append(Stroke(found.text, found.owner) if found else Stroke(" ", AXIS))
        rows.append(line)
    axis, below = ["─"] * width, [" "] * (width + margin)
    for where, text in x_ticks:
        column = round(where * (width - 1))
        axis[column] = "┴"
        start = min(max(margin + column - len(text) // 2, 0), width + margin - len(text))
        if all(character == " " for character in below[max(start - 1, 0) : start + len(text) + 1]):
            below[start : start + len(text)] = text
    rows.append([Stroke(" " * (margin - 1) + "└" + "".join(axis), AXIS)])
    rows.append([Stroke("".join(below), TEXT)])
    return rows


def share_bar(share: float, width: int) -> str:
    """Draw a share from 0 to 1 as a bar in eighths of a character; anything above 0 shows at least one eighth."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8) if math.isfinite(share) else 0
    eighths = max(eighths, 1) if share > 0 else 0
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8]


def picture_rows(picture: Picture, size: tuple[int, int]) -> list[Strokes]:
    """Draw a method's own picture into some columns and rows, without its title."""
    draw: dict[str, Callable[[Picture, int, int], list[Strokes]]] = {
        "bars": _bars,
        "heat": _heat,
        "lines": _lines,
        "words": _words,
    }
    width, height = max(size[0], 12), max(size[1], 2)
    return draw[picture.kind](picture, width, height)[:height]


def plain(rows: Iterable[Strokes]) -> list[str]:
    """Give a plot as lines of text."""
    return ["".join(cell.text for cell in row).rstrip() for row in rows]


def fit(text: str, width: int) -> str:
    """Cut or fill a text so that it takes exactly some columns."""
    taken = 0
    for index, character in enumerate(text):
        wide = _columns(character)
        if taken + wide > width or (taken + wide == width and _width(text[index + 1 :]) > 0):
            return text[:index] + "…" * min(width - taken, 1) + " " * max(width - taken - 1, 0)
        taken += wide
    return text + " " * (width - taken)


def _bars(picture: Picture, width: int, height: int) -> list[Strokes]:
    values = [value for row in picture.values for value in row]
    names = picture.columns or picture.rows
    label = min(max(map(_width, names), default=0), width // 2)
    top = max((abs(value) for value in values if math.isfinite(value)), default=0.0) or 1.0
    room = max(width - label - 9, 1)
    rows = []
    for index, value in enumerate(values[:height]):
        name = names[index] if index < len(names) else ""
        bar = share_bar(abs(value) / top, room)
        rows.append([Stroke(fit(name, label) + " ", TEXT), Stroke(bar, 0), Stroke(" " + _number(value), TEXT)])
    return rows


def _heat(picture: Picture, width: int, height: int) -> list[Strokes]:
    label = min(max(map(_width, picture.rows), default=0), width // 3)
    columns, count = max(map(len, picture.values), default=0), len(picture.values)
    room = width - label - 1
    wide = max(1, min(8, room // max(columns, 1)))
    # Numbers in the cells need no scale; column names and then the scale give way before any cell does.
    headed = bool(picture.columns) and wide > 1 and height > count
    scaled = (wide < _NUMBERED and height > count + headed) or count > height or columns > room
    values, across, down = _pool(picture.values, room, height - headed - scaled)
    finite = [value for row in values for value in row if math.isfinite(value)]
    low, high = min([0.0, *finite]), max(finite, default=0.0)
    wide = max(1, min(8, room // max(max(map(len, values), default=1), 1)))
    rows: list[Strokes] = []
    if headed:
        heads = [
            fit(picture.columns[i], wide - 1) + " " for i in range(0, columns, across) if i < len(picture.columns)
        ]
        rows.append([Stroke(" " * (label + 1) + "".join(heads), TEXT)])
    for index, line in enumerate(values):
        name = picture.rows[index * down] if index * down < len(picture.rows) else ""
        row = [Stroke(fit(name, label) + " ", TEXT)]
        for value in line:
            level = round(_share(value, (low, high)) * (len(SHADES) - 1)) if math.isfinite(value) else 0
            number = fit(_number(value), wide - 2) if wide >= _NUMBERED else ""
            row.append(Stroke(SHADES[level] * (wide - len(number) - bool(number)) + " " * bool(number), HEAT + level))
            row.append(Stroke(number, TEXT))
        rows.append(row)
    if scaled:
        pooled = f", largest of {down} × {across}" if across * down > 1 else ""
        rows.append([Stroke(f"{_number(low)} {SHADES.strip()} {_number(high)}{pooled}", TEXT)])
    return rows


def _pool(values: tuple[tuple[float, ...], ...], width: int, height: int) -> tuple[list[tuple[float, ...]], int, int]:
    """Make a heat map small enough by keeping the largest of each block of cells, so that peaks stay."""
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
    series = [[(float(index), value) for index, value in enumerate(row)] for row in picture.values]
    finite = [value for row in picture.values for value in row if math.isfinite(value)]
    longest = max(map(len, picture.values), default=1)
    low, high = min([0.0, *finite]), max([*finite, 1e-9])
    legend: Strokes = []
    for index, name in enumerate(picture.rows):
        legend += [Stroke(f"{index + 1} ", index), Stroke(f"{name}  ", TEXT)]
    size = (width, height - bool(legend))
    tips = [f"{(index + 1) % 10}" for index in range(len(picture.rows))]
    plot = line_plot(series, size, (0, max(longest - 1, 1)), (low, high), tips)
    if picture.columns:
        first, last = picture.columns[0], picture.columns[min(longest, len(picture.columns)) - 1]
        margin = sum(map(len, (cell.text for cell in plot[0][:2])))
        plot[-1] = [Stroke(" " * margin + first + last.rjust(max(width - margin - _width(first), 0)), TEXT)]
    return [*([legend] if legend else []), *plot]


def _words(picture: Picture, width: int, height: int) -> list[Strokes]:
    return [[Stroke(fit(line, width).rstrip(), TEXT)] for line in picture.words[:height]]


def _between(start: tuple[int, int], end: tuple[int, int]) -> Iterable[tuple[int, int]]:
    """Give every dot of a straight line."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for step in range(steps + 1):
        part = step / steps
        yield round(start[0] + (end[0] - start[0]) * part), round(start[1] + (end[1] - start[1]) * part)


def _share(value: float, ends: tuple[float, float]) -> float:
    span = (ends[1] / 2 - ends[0] / 2) or 1.0  # halves, because the largest numbers have no difference
    return min(max((value / 2 - ends[0] / 2) / span, 0.0), 1.0)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    if value == int(value) and abs(value) < 100_000:
        return f"{int(value)}"
    if 0.01 <= abs(value) < 1_000_000:
        return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    if 0.001 <= abs(value) < 0.01:
        return f"{value:.3f}".replace("0.", ".")  # as wide as the others
    return f"{value:.0e}"


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
