"""Charts in the theme's colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from studyapp.charts.cells import Cells
from studyapp.tui.widgets.colours import shade

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
    "rule": "$rule",
    "title": "bold",
    "label": "$quiet",
    "number": "bold $strong",
}
"""By the kind of a cell."""


def style_of(kind: str) -> str:
    """The style of a kind of cell."""
    if not kind.startswith("heat-"):
        return _STYLES.get(kind, "")
    upper, _, lower = kind.removeprefix("heat-").partition("/")
    return shade("good", int(upper)) + (f" on {shade('good', int(lower))}" if lower else "")


def coloured(rows: Iterable[Cells]) -> Content:
    """Give a chart its colours; neighbours of one colour become one span."""
    parts: list[tuple[str, str]] = []
    for number, row in enumerate(rows):
        if number:
            parts.append(("\n", ""))
        for cell in row:
            style = style_of(cell.kind)
            if parts and parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + cell.text, style)
            else:
                parts.append((cell.text, style))
    return Content.assemble(*parts)
