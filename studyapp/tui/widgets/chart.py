"""Charts in the theme's colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from studyapp.charts.cells import Cells

STYLES: Final = {
    "again": "$text-error",
    "hard": "$text-warning",
    "good": "$text-success",
    "easy": "$text-primary",
    "mature": "$text-success",
    "due": "$text-primary",
    "backlog": "$text-warning",
    "time": "$text-secondary",
    "heat-0": "$text-muted",
    "heat-1": "$text-success",
    "heat-2": "$text-success",
    "heat-3": "$text-success",
    "heat-4": "$text-success",
    "axis": "$text-muted",
    "label": "$text-muted",
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
