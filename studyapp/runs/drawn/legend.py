"""Numbers for marks whose names do not fit beside them, and what the numbers mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from studyapp.runs.drawn.plots import NEWEST, STRONG, TEXT, Stroke, Strokes
from studyapp.wording.widths import fit

_GAP: Final = 2
_SHIPPED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_OWN: Final = "❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴"
MOST: Final = len(_OWN)
"""The available numbers."""


class NamedMark(NamedTuple):
    """Something with a place from 0 to 1 in both directions, and a name."""

    x: float
    y: float
    name: str
    own: bool = True
    method: str = ""
    """Its name in tight places; if empty, the full name."""


class Legend(NamedTuple):
    """The marks with a number, and the names that the numbers stand for."""

    numbers: Sequence[int]
    """For each mark; 0 for none."""
    names: Sequence[tuple[str, bool]]
    """The name behind number 1, 2, …, and whether it was run here."""

    def sign(self, mark: int, *, own: bool) -> str:
        """A mark's number as one cell; empty for none."""
        number = self.numbers[mark]
        return (_OWN if own else _SHIPPED)[number - 1] if number else ""

    def rows(self, width: int) -> list[Strokes]:
        """Each number with its name, in columns if they fit."""
        wide = min(max((cell_len(name) for name, _ in self.names), default=0) + 2 + _GAP, max(width, 1))
        each = max(width // wide, 1)
        cells = [
            [
                Stroke((_OWN if own else _SHIPPED)[number], NEWEST if own else TEXT),
                Stroke(" " + fit(name, wide - 2), STRONG if own else TEXT),
            ]
            for number, (name, own) in enumerate(self.names)
        ]
        return [
            [stroke for cell in cells[start : start + each] for stroke in cell]
            for start in range(0, len(cells), each)
        ]


def legend_of(marks: Sequence[NamedMark], unnamed: Sequence[int], *, by_method: bool, widest: int) -> Legend:
    """Number some marks from left to right.

    Args:
        marks: all marks.
        unnamed: the places of those without a name beside them.
        by_method: whether all of a method share one number.
        widest: cells of a name.
    """
    names: dict[str, bool] = {}
    numbers = [0] * len(marks)
    for place in sorted(unnamed, key=lambda place: (marks[place].x, -marks[place].y)):
        mark = marks[place]
        name = mark.method or mark.name if by_method else mark.name
        key = name if cell_len(name) <= widest else fit(name, widest)
        if key in names or len(names) < MOST:
            names[key] = names.get(key, False) or mark.own
            numbers[place] = list(names).index(key) + 1
    return Legend(numbers, [*names.items()])
