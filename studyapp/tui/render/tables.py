"""Tables fitted to a width: columns as wide as needed, or shared fairly; below that, one record after another."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from rich.cells import cell_len

from studyapp.tui.render.lines import Line, Run, pad, split_lines, width_of, wrap
from studyapp.tui.render.looks import NOTHING, Palette, drawn, over

_MIN_COLUMN: Final = 6
_LONG_WORD: Final = 16
"""The fewest cells at which a word may be broken."""
_GAP: Final = " │ "


class Table(Struct, frozen=True):
    """Cells as runs; the first row is the head. Rows may have fewer cells than the head, never more."""

    rows: list[list[list[Run]]]
    alignments: list[str]
    """`left`, `right` or `center`, one for each column."""


def column_widths(natural: list[int], least: list[int], available: int) -> list[int] | None:
    """Share `available` cells among columns: each gets its least, none more than it needs, the rest is split evenly.

    None where there is no room for the least of each.
    """
    left = available - sum(least)
    if left < 0:
        return None
    widths, waiting = [*least], sorted(range(len(natural)), key=lambda column: natural[column] - least[column])
    while waiting:
        fair = left // len(waiting)
        column = waiting.pop(0)
        more = min(natural[column] - least[column], fair)
        widths[column] += more
        left -= more
    return widths


def _aligned(line: Line, width: int, alignment: str) -> Line:
    missing = width - width_of(line)
    if missing <= 0 or alignment == "left":
        return pad(line, width)
    before = missing if alignment == "right" else missing // 2
    return pad([(" " * before, drawn(NOTHING)), *line], width)


def layout(table: Table, width: int, palette: Palette) -> list[Line]:
    """Lines of a table in at most `width` cells."""
    columns = len(table.alignments)
    rows = [[*row, *([[]] * (columns - len(row)))][:columns] for row in table.rows]
    cells = [*zip(*rows, strict=True)]
    natural = [max(1, *(width_of(line) for cell in column for line in split_lines(cell))) for column in cells]
    least = [min(need, max(_MIN_COLUMN, *map(_word, column))) for need, column in zip(natural, cells, strict=True)]
    widths = column_widths(natural, least, width - len(_GAP) * (columns - 1))
    if widths is None:
        return _records(rows, width, palette)
    rule = drawn(palette["table-rule"])
    lines: list[Line] = []
    wrapped = [[_cell(cell, widths[column]) for column, cell in enumerate(row)] for row in rows]
    # Where a cell takes several lines, the end of the row must be visible.
    ruled = any(len(cell) > 1 for row in wrapped[1:] for cell in row)
    for number, row in enumerate(wrapped):
        if number == 1 or (number > 1 and ruled):
            dash = "─" if number == 1 else "┈"
            lines.append(
                [(f"{dash}{'┼' if number == 1 else '│'}{dash}".join(dash * cells for cells in widths), rule)]
            )
        for index in range(max(map(len, row))):
            line: Line = []
            for column, cell in enumerate(row):
                if column:
                    line.append((_GAP, drawn(rule, " | ")))
                content = cell[index] if index < len(cell) else []
                line.extend(_aligned(content, widths[column], table.alignments[column]))
            if number == 0:
                line = [(text, over(palette["table-head"], below) if text != _GAP else below) for text, below in line]
            lines.append(line)
    return lines


def _word(runs: list[Run]) -> int:
    """The width of a cell's longest word, as far as it must not be broken."""
    words = "".join([text for text, _ in runs]).split()
    unbroken = (len(word) for word in words if cell_len(word) == len(word))  # Chinese breaks anywhere
    return min(_LONG_WORD, max(unbroken, default=0))


def _cell(runs: list[Run], width: int) -> list[Line]:
    """The lines of a cell; none starts with a continuation mark, as other cells precede it."""
    return [[run for run in line if run[0]] for line in wrap(runs, width)]


def _records(rows: list[list[list[Run]]], width: int, palette: Palette) -> list[Line]:
    """Each row as a list of `head: value`, for a screen too narrow for the columns."""
    head, *body = rows
    lines: list[Line] = []
    for row in body or [head]:
        if lines:
            lines.append([("─" * width, drawn(palette["table-rule"]))])
        for name, value in zip(head, row, strict=True):
            label = [(text.replace("\n", " "), over(palette["table-head"], look)) for text, look in name]
            separator: list[Run] = [(": ", palette["table-rule"])] if label and body else []
            lines.extend(wrap([*label, *separator, *(value if body else [])], width))
    return lines
