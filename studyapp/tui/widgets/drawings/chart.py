"""Charts in the theme's colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from studyapp.charts.cells import Cell, Cells
from studyapp.tui.widgets.drawings.colours import shade

_STYLES: Final = {
    "again": "$bad-area",
    "hard": "$care-area",
    "good": "$good-area",
    "easy": "$act-area",
    "young": "$care-area",
    "mature": "$good-area",
    "today": shade("good", 4),
    "due": shade("good", 2),
    "backlog": "$care-area",
    "time": "$quiet",
    "axis": "$rule",
    "track": "$raised",
    "rule": "$rule",
    "title": "bold",
    "label": "$quiet",
    "number": "bold $strong",
}
"""The style of each kind of cell."""
_LAYERS: Final = frozenset({"again", "hard", "good", "easy", "backlog", "due"})
_SIGNS: Final = frozenset("░▒▓█")
_FULL: Final = str.maketrans(dict.fromkeys("░▒▓", "█"))
_KEY: Final = str.maketrans(dict.fromkeys("░▒▓█", "■"))


def style_of(cell: Cell) -> str:
    """The style of a cell; words have the colour of letters, as areas are too pale for them in the light theme."""
    if not cell.kind.startswith("heat-"):
        style = _STYLES.get(cell.kind, "")
        return style.removesuffix("-area") if any(map(str.isalnum, cell.text)) else style
    upper, _, lower = cell.kind.removeprefix("heat-").partition("/")
    return shade("good", int(upper)) + (f" on {shade('good', int(lower))}" if lower else "")


def solid(rows: Iterable[Cells]) -> list[Cells]:
    """A chart whose layers and shades need colours, as no sign tells them apart."""
    return [[cell._replace(text=_solid(cell)) for cell in row] for row in rows]


def _solid(cell: Cell) -> str:
    if cell.kind.startswith("heat-"):
        return "■".ljust(len(cell.text)) if cell.text.strip() else cell.text
    key = cell.text.strip() in _SIGNS and len(cell.text) == len("█ ")
    return cell.text.translate(_KEY if key else _FULL) if cell.kind in _LAYERS else cell.text


def coloured(rows: Iterable[Cells]) -> Content:
    """Colour a chart; neighbours of one colour become one span."""
    parts: list[tuple[str, str]] = []
    for number, row in enumerate(rows):
        if number:
            parts.append(("\n", ""))
        for cell in row:
            style = style_of(cell)
            if parts and parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + cell.text, style)
            else:
                parts.append((cell.text, style))
    return Content.assemble(*parts)
