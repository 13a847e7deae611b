"""The few numbers that matter most, each with a name and a second line."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from studyapp.tui.widgets.decks.today import big, roomy

_GAP = 2
"""Least space between two numbers."""


class Figure(Struct, frozen=True):
    """One number."""

    number: str
    name: str
    more: str
    """The line below the name."""
    look: str = "$strong"


class Headline(Widget):
    """Shows numbers side by side, big where there is room."""

    DEFAULT_CSS = """
    Headline { height: auto; width: 100%; margin-bottom: 1; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._figures: tuple[Figure, ...] = ()

    def show(self, figures: Sequence[Figure]) -> None:
        """Show these."""
        self._figures = tuple(figures)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Three lines where they are big, else two."""
        return 3 if roomy(self.app.size) else 2

    def render(self) -> Content:
        """Spread out as far as the width allows; the last ones go where there is no room."""
        width, height = self.size.width, self.get_content_height(self.size, self.size, self.size.width)
        drawn = [_large(figure) if height > 2 else _small(figure) for figure in self._figures]
        sizes = [max(line.cell_length for line in lines) for lines in drawn]
        while len(sizes) > 1 and sum(sizes) + _GAP * (len(sizes) - 1) > width:
            sizes.pop()
        gap = max(_GAP, (width - sum(sizes)) // max(1, len(sizes) - 1))
        rows = [Content("")] * height
        for lines, size in zip(drawn, sizes, strict=False):
            space = " " * gap if rows[0].cell_length else ""
            rows = [
                Content.assemble(row, space, line, " " * (size - line.cell_length))
                for row, line in zip(rows, lines, strict=True)
            ]
        return Content("\n").join([row.truncate(width, ellipsis=True) for row in rows])


def _large(figure: Figure) -> list[Content]:
    words = (Content(figure.name), Content.styled(figure.more, "$quiet"), Content(""))
    return [
        Content.assemble((row, figure.look), "  ", word) for row, word in zip(big(figure.number), words, strict=True)
    ]


def _small(figure: Figure) -> list[Content]:
    head = Content.assemble((figure.number, f"bold {figure.look}"), f" {figure.name}")
    return [head, Content.styled(figure.more, "$quiet")]
