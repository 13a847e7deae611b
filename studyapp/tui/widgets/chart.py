"""Charts in the theme's colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from studyapp.charts.cells import Cells

STYLES: Final = {
    "again": "$bad",
    "hard": "$care",
    "good": "$good",
    "easy": "$act",
    "mature": "$good",
    "due": "$act",
    "backlog": "$care",
    "time": "$quiet",
    "heat-0": "$quiet",
    "heat-1": "$good",
    "heat-2": "$good",
    "heat-3": "$good",
    "heat-4": "$good",
    "axis": "$quiet",
    "label": "$quiet",
}
"""By the kind of a cell."""


def coloured(rows: Iterable[Cells]) -> Content:
    """Give a chart its colours; neighbours of one colour become one span."""
    parts: list[tuple[str, str]] = []
    for number, row in enumerate(rows):
        if number:
            parts.append(("\n", ""))
        for cell in row:
            style = STYLES.get(cell.kind, "")
            if parts and parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + cell.text, style)
            else:
                parts.append((cell.text, style))
    return Content.assemble(*parts)
