"""Rows of cells, the scale of an axis, and the numbers beside it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from msgspec import Struct

EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
"""A cell filled from below."""


class Cell(NamedTuple):
    """Some characters and the kind of thing they show; each kind has a colour when painted."""

    text: str
    kind: str = ""
    """A grade, `mature`, `today`, `due`, `backlog`, `time`, `axis`, `track`, `rule`, `title`, `label`, none.

    The days of a calendar are `heat-0` to `heat-4`, two in a cell `heat-1/4`, the upper one first.
    """


Cells = list[Cell]


class Section(Struct, frozen=True):
    """A chart under a title."""

    name: str
    title: str
    rows: Sequence[Cells]
    value: Cells = []
    """Shown at the right of the title."""


def plain(row: Cells) -> str:
    """A row as text."""
    return "".join(cell.text for cell in row).rstrip()


def size(row: Cells) -> int:
    """How many characters a row takes."""
    return sum(len(cell.text) for cell in row)


def label(text: str) -> Cells:
    """A row of text."""
    return [Cell(text, "label")]


def ruled(name: str, value: Cells, width: int) -> Cells:
    """A title rule: a name at the left, a value at the right; if both do not fit, the value goes."""
    taken = size(value)
    room = width - len(name) - 2
    if not taken or room - taken - 1 < 1:
        return [Cell(name, "title"), Cell(" " + "─" * max(0, room + 1), "rule")]
    return [Cell(name, "title"), Cell(f" {'─' * (room - taken)} ", "rule"), *value]


def words(text: str, width: int) -> list[Cells]:
    """Words, wrapped into as many rows as they need."""
    return [label(line) for line in textwrap.wrap(text, max(1, width))]


def day_label(day: date) -> str:
    """A day below a chart, such as `5 Nov`."""
    return f"{day.day} {day:%b}"


_GAP: Final = 3
"""Space between pieces side by side."""


def flow(pieces: Sequence[Cells], width: int) -> list[Cells]:
    """Pieces side by side, wrapped into as many rows as they need; none is split."""
    rows: list[Cells] = []
    for piece in pieces:
        if rows and size(rows[-1]) + _GAP + size(piece) <= width:
            rows[-1] += [Cell(" " * _GAP), *piece]
        else:
            rows.append([*piece])
    return rows


_STEPS: Final = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)


def nice(most: float) -> float:
    """A round number of at least `most` for the end of an axis; from 2 on its half is round too."""
    if most <= 10:
        return 1 if most <= 1 else 2 * math.ceil(most / 2)
    power: float = 10 ** math.floor(math.log10(most))
    return next(step * power for step in _STEPS if step * power >= most)


def short(number: float) -> str:
    """A number in about five characters: `950`, `1.2k`, `12k`, `3.4M`."""
    for least, unit in ((1e6, "M"), (1e3, "k")):
        if number >= least:
            scaled = number / least
            return (f"{scaled:.1f}".removesuffix(".0") if scaled < 100 else f"{scaled:.0f}") + unit
    return f"{number:.0f}" if number == int(number) else f"{number:.1f}"
