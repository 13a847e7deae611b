"""Statistics as a picture: the charts of the screen on white paper, whatever the theme and the size of the window."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from textual.theme import Theme

from studyapp.charts.cells import Cells, Section, plain, ruled
from studyapp.charts.page import GAP, ChartPage
from studyapp.runs.images.canvas import Canvas, MakeCanvas
from studyapp.tui.widgets.drawings.chart import solid, style_of
from studyapp.tui.widgets.stats.headline import Figure

WIDTH: Final = 112
"""Cells of the page."""
_WIDE, _HIGH = 7.0, 16.0
"""Points of a cell; its eighths are whole pixels, so that no gap shows between the cells of a column."""
_MARGIN: Final = 32.0
_TEXT, _NUMBER, _TITLE = 11.0, 26.0, 16.0
"""Sizes of letters."""
_HEAD: Final = 8
"""Rows above the charts."""
_EIGHTHS: Final = "▁▂▃▄▅▆▇█"
_PHRASE: Final = re.compile(r"\S+(?: \S+)*")
_NUMBERS: Final = re.compile(r"[\d.,]+(?: [%d])?")
_DOTS: Final = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""The column and row of each dot of a braille character, by its bit."""
_LINES: Final = {
    "─": ("lr", 0.8),
    "━": ("lr", 2.4),
    "╸": ("l", 2.4),
    "┈": ("lr", 0.4),
    "│": ("ud", 0.8),
    "┤": ("udl", 0.8),
    "└": ("ur", 0.8),
    "▔": ("lr", 0.8),
}
"""For each sign made of lines, where they go from its middle, and how thick they are."""
_BASE: Final = "└─▔"
"""The line at the bottom of a chart: it is drawn at the top of its cells, so that columns stand on it."""
_ROUND: Final = {"●": 3.0, "·": 0.8}


def statistics_picture(
    heads: tuple[str, str], figures: Sequence[Figure], page: ChartPage, theme: Theme, canvas: MakeCanvas
) -> bytes:
    """The bytes of a picture of a page `WIDTH` cells wide and drawn for colours, on a light ground.

    The heads are what the numbers are about, and the day they were counted.
    """
    whole, left, right = (_height(part) for part in (page.whole, page.left, page.right))
    rows = _HEAD + whole + max(left, right)
    paper = _Paper(canvas(round(WIDTH * _WIDE + 2 * _MARGIN), round(rows * _HIGH + 2 * _MARGIN)), theme)
    paper.words(heads[0], (0, 0), "$strong", _TITLE)
    paper.words(heads[1], (0, WIDTH), "$quiet", end=True)
    for number, figure in enumerate(figures):
        at = number * WIDTH // len(figures)
        paper.words(figure.number, (3.4, at), figure.look, _NUMBER)
        paper.words(figure.name, (4.7, at), "$foreground")
        paper.words(figure.more, (5.7, at), "$quiet")
    paper.sections(page.whole, (_HEAD, 0), WIDTH)
    paper.sections(page.left, (_HEAD + whole, 0), page.beside - GAP)
    paper.sections(page.right, (_HEAD + whole, page.beside), WIDTH - page.beside)
    return paper.canvas.image()


def _height(sections: Sequence[Section]) -> int:
    return sum(len(section.rows) + 2 for section in sections)


class _Paper:
    """Draws cells where they would stand on a screen."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self.canvas = canvas
        self._colours: Mapping[str, str] = {**theme.variables, "foreground": theme.foreground or ""}

    def words(
        self, text: str, at: tuple[float, float], style: str, size: float = _TEXT, *, end: bool = False
    ) -> None:
        """Write a text that starts, or ends, at a row and a column."""
        place = _MARGIN + at[1] * _WIDE, _MARGIN + (at[0] + 0.78) * _HIGH
        self.canvas.text(place, text, size, self._colour(style), "end" if end else "start")

    def sections(self, sections: Sequence[Section], at: tuple[int, int], width: int) -> None:
        """Draw charts one below the other, each under its title."""
        row, column = at
        for section in sections:
            drawn = any(map(_is_drawn, plain(section.value)))
            self._row(ruled(section.title, section.value, width), row, column, at_end=not drawn)
            for number, cells in enumerate(solid(section.rows), 1):
                self._row(cells, row + number, column)
            row += 2 + len(section.rows)

    def _row(self, cells: Cells, row: int, column: int, *, at_end: bool = False) -> None:
        """Draw a row of cells; `at_end` says that its last words end with it."""
        for cell in cells:
            style = style_of(cell)
            at = column
            for sign, same in groupby(cell.text):
                number = len([*same])
                self._signs(sign, number, (row - 0.5 * (cell.kind == "axis" and sign in _BASE), at), style)
                at += number
            for phrase in _PHRASE.finditer("".join(" " if _is_drawn(sign) else sign for sign in cell.text)):
                end = bool(phrase.start() and _NUMBERS.fullmatch(phrase[0])) or (at_end and cell is cells[-1])
                place = column + (phrase.end() if end else phrase.start())
                self.words(phrase[0], (row, place), style, end=end)
            column = at

    def _signs(self, sign: str, number: int, at: tuple[float, int], style: str) -> None:
        """Draw a sign so many times side by side, if it is not a letter."""
        left, top = _MARGIN + at[1] * _WIDE, _MARGIN + at[0] * _HIGH
        right, middle, colour = left + number * _WIDE, top + _HIGH / 2, self._colour(style)
        if sign in _EIGHTHS:
            high = _HIGH * (_EIGHTHS.index(sign) + 1) / len(_EIGHTHS)
            y = top + _HIGH - high / 2
            self.canvas.line((left, y), (right, y), colour, high)
        elif sign == "■":
            for x in (left + one * _WIDE for one in range(number)):
                self.canvas.line((x, middle), (x + _WIDE, middle), colour, _WIDE)
        elif sign in _LINES:
            wide = right - left if _LINES[sign][0] == "lr" else _WIDE  # a rule is one line
            for one in range(round((right - left) / wide)):
                self._lines(sign, (left + one * wide, left + (one + 1) * wide), (top, middle), colour)
        elif sign in _ROUND:
            self.canvas.circle((left + _WIDE / 2, middle), _ROUND[sign], colour)
        elif _is_braille(sign):
            for one in range(number):
                self._dots(sign, (left + one * _WIDE, top), colour)

    def _lines(self, sign: str, across: tuple[float, float], down: tuple[float, float], colour: str) -> None:
        ways, thick = _LINES[sign]
        (left, right), (top, middle) = across, down
        centre = (left + right) / 2
        ends = {"l": (left, middle), "r": (right, middle), "u": (centre, top), "d": (centre, top + _HIGH)}
        for way in ways:
            # Always rightwards or downwards: Pillow puts a line that goes back one pixel beside it.
            start, end = sorted(((centre, middle), ends[way]))
            self.canvas.line(start, end, colour, thick)

    def _dots(self, sign: str, corner: tuple[float, float], colour: str) -> None:
        for bit, (x, y) in enumerate(_DOTS):
            if ord(sign) >> bit & 1:
                dot = corner[0] + (x + 0.5) * _WIDE / 2, corner[1] + (y + 0.5) * _HIGH / 4
                self.canvas.line((dot[0] - 0.8, dot[1]), (dot[0] + 0.8, dot[1]), colour, 1.6)

    def _colour(self, style: str) -> str:
        """The colour of the letters in a style such as `bold $strong`."""
        name = next((word[1:] for word in style.split() if word.startswith("$")), "foreground")
        return self._colours[name]


def _is_braille(sign: str) -> bool:
    return "\u2800" <= sign <= "\u28ff"


def _is_drawn(sign: str) -> bool:
    return sign in _EIGHTHS or sign in _LINES or sign in _ROUND or sign == "■" or _is_braille(sign)
