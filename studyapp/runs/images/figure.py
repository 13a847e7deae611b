"""The trade-off as a picture: accuracy against trained parameters and against seconds, a row for each job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from studyapp.core.plural import fraction
from studyapp.runs.drawn.axes import Axis, numbers_axis, seconds_axis
from studyapp.runs.drawn.legend import NamedMark
from studyapp.runs.drawn.scatter import place_marks
from studyapp.runs.images.canvas import Canvas, DrawingError, MakeCanvas, SvgCanvas
from studyapp.runs.results.families import short_title
from studyapp.runs.results.results import Point

_OWN, _SHIPPED = "#b57800", "#595e68"
"""Gold for runs made here, grey for shipped ones; dots and rings say the same."""
_INK, _QUIET, _LINE, _GRID = "#222222", "#666666", "#b0b0b0", "#e4e4e4"

_PANEL = (414, 260)  # width and height of the axes
_CELLS = (66, 17)
"""The grid, in columns and rows, for placing names: cells as wide and high as the letters."""
_LEFT, _GAP, _TOP, _BETWEEN = 56, 48, 82, 66
_LEGEND = 420
_COLUMNS = (250, 315, 365, 400)  # right ends of the legend's numbers


def trade_off(jobs: Mapping[str, Sequence[Point]], canvas: MakeCanvas = SvgCanvas) -> bytes:
    """The bytes of a picture that compares jobs, in the order of the legend; DrawingError if that is impossible."""
    every = [point for points in jobs.values() for point in points]
    if not every:
        raise DrawingError("nothing to draw: there are no finished runs of these jobs")
    width, height = _PANEL
    tall = sum(max(height, len(points) * 15) + _BETWEEN for points in jobs.values())
    paper = canvas(_LEFT + 2 * (width + _GAP) + _LEGEND, _TOP + tall)
    paper.text((_LEFT, 24), "What each method reaches, and what it costs", 16)
    note = (
        "toy model; median over seeds, whiskers from worst to best; dots were run here, rings come with the program"
    )
    paper.text((_LEFT, 42), note, 11, _QUIET)
    axes = (numbers_axis(p.trainable for p in every), seconds_axis(p.seconds for p in every))
    top = float(_TOP)
    for job, points in jobs.items():
        numbered: set[int] = set()
        for column, axis in enumerate(axes):
            x0 = _LEFT + column * (width + _GAP)
            _frame(paper, x0, top, axis, job if column == 0 else "")
            places = [axis.place(point.trainable if column == 0 else point.seconds) for point in points]
            numbered |= _marks(paper, (x0, top), points, places)
        _legend(paper, _LEFT + 2 * (width + _GAP), top, points, numbered)
        top += max(height, len(points) * 15) + _BETWEEN
    return paper.image()


def _height(accuracy: float) -> float:
    return _PANEL[1] * (0.97 - 0.94 * min(max(accuracy, 0.0), 1.0))


def _frame(paper: Canvas, x0: float, top: float, axis: Axis, title: str) -> None:
    width, height = _PANEL
    for tenth in range(0, 11, 2):
        y = top + _height(tenth / 10)
        paper.line((x0, y), (x0 + width, y), _GRID)
        paper.text((x0 - 6, y + 4), f"{tenth / 10:.1f}", 10, _QUIET, "end")
    for place, text in axis.ticks:
        x = x0 + width * place
        paper.line((x, top + height), (x, top + height + 4), _QUIET)
        paper.text((x, top + height + 16), text, 10, _QUIET, "middle")
    paper.line((x0, top), (x0, top + height), _QUIET)
    paper.line((x0, top + height), (x0 + width, top + height), _QUIET)
    paper.text((x0 + width / 2, top + height + 31), axis.label, 11, "#222222", "middle")
    if title:
        paper.text((x0, top - 6), f"{title}: accuracy on unseen sentences", 12)


def _marks(paper: Canvas, corner: tuple[float, float], points: Sequence[Point], places: Sequence[float]) -> set[int]:
    """Draw points with their names, each where it covers nothing; a line leads to one further away.

    A point whose name does not fit gets a number in the legend; those points are returned.
    """
    (x0, top), (columns, rows), width = corner, _CELLS, _PANEL[0]
    marks = [
        NamedMark(place, point.accuracy, point_name(point), point.own)
        for place, point in zip(places, points, strict=True)
    ]
    found = place_marks(marks, _CELLS)
    for number, (point, spot, name) in enumerate(zip(points, found.marks, found.names, strict=True)):
        # Marks that would coincide are placed side by side.
        x, y = x0 + (spot[1] + 0.5) * width / columns, top + _height(point.accuracy)
        colour = _OWN if point.own else _SHIPPED
        if point.runs > 1:
            paper.line((x, top + _height(point.highest)), (x, top + _height(point.lowest)), colour)
        if name is not None:
            text = x0 + name.column * width / columns, top + _height(1 - name.row / (rows - 1))
            if name.line:
                paper.line((x, y), (x, text[1]), _LINE, 0.7)
            paper.text((text[0], text[1] + 4), point_name(point), 10, _INK if point.own else _QUIET)
        _mark(paper, (x, y), point, None if name is not None else number)
    return {number for number, name in enumerate(found.names) if name is None}


def _mark(paper: Canvas, at: tuple[float, float], point: Point, number: int | None) -> None:
    """Draw a point, large enough for its number if it has one."""
    paper.circle(at, 4 if number is None else 6, _OWN if point.own else _SHIPPED, filled=point.own)
    if number is not None:
        paper.text((at[0], at[1] + 2.7), f"{number + 1}", 7.5, "#ffffff" if point.own else _INK, "middle")


def point_name(point: Point) -> str:
    """A point's name beside its mark."""
    return f"{short_title(point.title)} {point.turned}".strip()


def _legend(paper: Canvas, x: float, top: float, points: Sequence[Point], numbered: AbstractSet[int]) -> None:
    columns = tuple(x + right for right in _COLUMNS)
    for right, head in zip(columns, ("accuracy", "trained", "seconds", "seeds"), strict=True):
        paper.text((right, top - 6), head, 9, _QUIET, "end")
    for row, point in enumerate(points):
        y = top + 10 + row * 15
        _mark(paper, (x + 4, y - 4), point, row if row in numbered else None)
        title = f"{point.title} {point.turned}".strip()
        paper.text((x + 14, y), title if len(title) <= 37 else title[:36] + "…", 10)
        numbers = (fraction(point.accuracy), f"{point.trainable:,}", f"{point.seconds:.1f}", f"{point.runs}")
        for right, number in zip(columns, numbers, strict=True):
            paper.text((right, y), number, 10, "#444444", "end")
