"""A plot in a widget: rows of cells drawn to its size, coloured by what each cell belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.content import Content
from textual.widget import Widget

from studyapp.runs.plots import AXIS, HEAT, TEXT, Strokes

Draw = Callable[[tuple[int, int]], list[Strokes]]
"""From columns and rows to a plot of that size."""

PALETTE = ("$learn", "$quiet", "$foreground", "$quiet", "$foreground", "$quiet")
"""For what a plot shows first, second, and so on."""

OTHERS = {AXIS: "$rule", TEXT: "$quiet"}
"""For the frame around the data and its labels."""


class Plot(Widget):
    """Shows what a function draws; draws again when it is given another one or the size changes."""

    DEFAULT_CSS = """
    Plot {
        border: round $rule;
        border-title-color: $foreground;
        border-subtitle-color: $quiet;
        padding: 0 1;
        min-height: 5;
    }
    """

    def __init__(self, *, id: str | None = None, title: str = "") -> None:
        super().__init__(id=id, markup=False)
        self.border_title = Content(title).markup
        self._draw: Draw | None = None

    def show(self, draw: Draw | None, title: str | None = None, subtitle: str | None = None) -> None:
        """Show another plot, under another title if one is given."""
        self._draw = draw
        if title is not None:
            self.border_title = Content(title).markup
        if subtitle is not None:
            self.border_subtitle = Content(subtitle).markup
        self.refresh()

    def render(self) -> Content:
        """Draw for the size at hand."""
        size = self.content_size
        if self._draw is None or size.width < 4 or size.height < 2:
            return Content("")
        return coloured(self._draw((size.width, size.height)))


def coloured(rows: Iterable[Strokes]) -> Content:
    """Give a plot its colours; neighbours of one colour become one span."""
    parts: list[tuple[str, str]] = []
    for index, row in enumerate(rows):
        if index:
            parts.append(("\n", ""))
        for cell in row:
            style = style_of(cell.owner)
            if parts and parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + cell.text, style)
            else:
                parts.append((cell.text, style))
    return Content.assemble(*parts)


def style_of(owner: int) -> str:
    """Give the style of what a cell belongs to."""
    if owner >= HEAT:
        return PALETTE[0]
    return OTHERS.get(owner) or PALETTE[owner % len(PALETTE)]
