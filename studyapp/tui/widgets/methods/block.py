"""The drawing of what a demo trains, in gold, or in brackets where there is no colour."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from demos.frame import KnobValue
from studyapp.runs.drawn.block import block_rows
from studyapp.tui.widgets.drawings.plot import coloured_plot


def block_picture(
    drawing: str, knobs: Mapping[str, KnobValue], size: tuple[int, int], *, marked: bool = True
) -> Content:
    """What a demo declares that it trains with these knobs, drawn in columns and rows; `marked` by signs too."""
    return coloured_plot(block_rows(drawing, knobs, size, marked=marked))
