"""A plot under a title rule: rows of cells drawn to its size, coloured by what each cell belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from textwrap import wrap
from typing import Final

from textual.content import Content
from textual.geometry import Size

from studyapp.runs.drawn.plots import AXIS, BAD, EARLIER, GOOD, GREY, HEAT, NAME, NEWEST, STRONG, TEXT, TRACK, Strokes
from studyapp.tui.widgets.drawings.colours import shade
from studyapp.tui.widgets.parts.pane import Pane

Draw = Callable[[tuple[int, int]], list[Strokes]]
"""From columns and rows to a plot of that size."""

_STYLES: Final = {
    NEWEST: "$learn-curve",
    EARLIER: "$faint",
    AXIS: "$rule",
    TEXT: "$quiet",
    NAME: "bold $learn",
    STRONG: "bold $strong",
    TRACK: "$raised",
    GOOD: "bold $good",
    BAD: "bold $bad",
}
_GREYS: Final = ("$raised", "$raised", "$rule", "$faint", "$quiet")
_FULL: Final = str.maketrans(dict.fromkeys("░▒▓", "█"))


class Plot(Pane):
    """Shows what a function draws; redraws for another function or size."""

    DEFAULT_CSS = """
    Plot { height: 1fr; min-height: 4; }
    """

    def __init__(self, name: str = "", coming: str = "", *, id: str | None = None) -> None:
        """Make it; `coming` says what it will show, until there is a plot."""
        super().__init__(name, id=id)
        self._draw: Draw | None = None
        self._coming = coming

    def plot(self, draw: Draw | None, *, name: str | None = None, value: Content | str | None = None) -> None:
        """Show another plot, optionally with another name and value in its rule."""
        self._draw = draw
        self.show(self._drawn, name=name, value=value)

    def _drawn(self, size: Size) -> Content:
        if size.width < 4 or size.height < 2:
            return Content("")
        if self._draw is None:
            return Content.styled("\n".join(wrap(self._coming, size.width)), "$quiet")
        return coloured_plot(self._draw((size.width, size.height)), by_shade=not self.app.no_color)


def coloured_plot(rows: Iterable[Strokes], *, by_shade: bool = True) -> Content:
    """Colour a plot, heat by shades or by its signs; neighbours of one colour become one span."""
    parts: list[tuple[str, str]] = []
    for index, row in enumerate(rows):
        if index:
            parts.append(("\n", ""))
        for text, owner in row:
            style = plot_style(owner)
            shown = text.translate(_FULL) if by_shade and owner >= HEAT else text
            if parts and parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + shown, style)
            else:
                parts.append((shown, style))
    return Content.assemble(*parts)


def plot_style(owner: int) -> str:
    """The style of what a cell belongs to."""
    if owner >= GREY:
        return _GREYS[owner - GREY]
    return shade("learn", owner - HEAT) if owner >= HEAT else _STYLES[owner]
