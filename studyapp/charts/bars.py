"""Horizontal bars between a name and a number, and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from studyapp.charts.cells import Cell, Cells, plain
from studyapp.wording.widths import fit_right


class Bar(NamedTuple):
    """One line of a bar chart."""

    name: str
    value: float
    note: str
    """What follows the bar."""
    kind: str = ""


def bars(lines: Sequence[Bar], width: int, most: float | None = None) -> list[Cells]:
    """Draw bars on a common scale that ends at `most`, or at the largest value."""
    if not lines:
        return []
    names = max(cell_len(line.name) for line in lines)
    notes = max(cell_len(line.note) for line in lines)
    room = max(4, width - names - notes - 4)
    top = most or max(line.value for line in lines) or 1
    rows: list[Cells] = []
    for line in lines:
        full = max(round(min(1.0, line.value / top) * room), 1 if line.value > 0 else 0)
        rows.append(
            [
                Cell(fit_right(line.name, names), "label"),
                Cell("  ", ""),
                Cell("━" * full, line.kind),
                Cell("─" * (room - full), "track"),
                Cell("  ", ""),
                Cell(fit_right(line.note, notes), ""),
            ]
        )
    return rows


def table(lines: Sequence[Sequence[str]], *, left: int = 1) -> list[Cells]:
    """A table; its first `left` columns are left-aligned, the others hold numbers."""
    if not lines:
        return []
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(lines[0]))]
    rows: list[Cells] = []
    for number, line in enumerate(lines):
        cells = [
            set_cell_size(text, wide) if column < left else fit_right(text, wide)
            for column, (text, wide) in enumerate(zip(line, widths, strict=True))
        ]
        row = [Cell("  ".join(cells), "" if number else "label")]
        rows.append([Cell(plain(row), row[0].kind)])
    return rows
