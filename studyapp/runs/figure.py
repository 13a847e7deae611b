"""The trade-off as a picture: accuracy against trained parameters and against seconds, a row for each job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from studyapp.runs.axes import Axis, linear_axis, numbers_axis
from studyapp.runs.canvas import Canvas, DrawingError, PngCanvas, SvgCanvas
from studyapp.runs.results import Point

# Okabe and Ito's colours, told apart also with colour-blind eyes; the letter beside each mark needs no colour at all.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#7f7f7f")
LETTERS = "abcdefghijklmnopqrstuvwxyz"

_PANEL = (330, 210)  # width and height of the axes
_LEFT, _GAP, _TOP, _BETWEEN = 56, 48, 82, 66
_LEGEND = 420
_COLUMNS = (250, 315, 365, 400)  # right ends of the legend's numbers


def letters(points: Iterable[Point]) -> dict[str, str]:
    """Give each demo a letter, in the order in which the points come."""
    names = dict.fromkeys(point.demo for point in points)
    return {name: LETTERS[index % len(LETTERS)] for index, name in enumerate(names)}


def trade_off(jobs: Mapping[str, Sequence[Point]], canvas: Callable[[int, int], Canvas] = SvgCanvas) -> bytes:
    """Draw the comparison of some jobs and give the bytes of the picture.

    Args:
        jobs: the points of each job, in the order of the legend.
        canvas: what it is drawn on.

    Raises:
        PictureError: if there is no point at all, or the canvas cannot be had.
    """
    every = [point for points in jobs.values() for point in points]
    if not every:
        raise DrawingError("there is nothing to draw: no run of these jobs is kept")
    names = letters(every)
    width, height = _PANEL
    tall = sum(max(height, len(points) * 15) + _BETWEEN for points in jobs.values())
    paper = canvas(_LEFT + 2 * (width + _GAP) + _LEGEND, _TOP + tall)
    paper.text((_LEFT, 24), "What each method reaches, and at what price", 16)
    note = (
        "toy model; median over seeds, whiskers from worst to best; dots were run here, rings came with the program"
    )
    paper.text((_LEFT, 42), note, 11, "#666666")
    axes = (numbers_axis(p.trainable for p in every), linear_axis(p.seconds for p in every))
    top = float(_TOP)
    for job, points in jobs.items():
        for column, axis in enumerate(axes):
            x0 = _LEFT + column * (width + _GAP)
            _frame(paper, x0, top, axis, job if column == 0 else "")
            for point in points:
                _mark(
                    paper,
                    x0 + width * axis.place(point.trainable if column == 0 else point.seconds),
                    top,
                    point,
                    names,
                )
        _legend(paper, _LEFT + 2 * (width + _GAP), top, points, names)
        top += max(height, len(points) * 15) + _BETWEEN
    return paper.image()


def save(path: Path, jobs: Mapping[str, Sequence[Point]]) -> None:
    """Write the comparison as SVG or PNG, as the file's name says.

    Raises:
        PictureError: for another ending, without Pillow for a PNG, or if the file cannot be written.
    """
    kinds: dict[str, Callable[[int, int], Canvas]] = {".svg": SvgCanvas, ".png": PngCanvas}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise DrawingError(f"a picture is saved as .svg or .png, not as {path.name!r}")
    image = trade_off(jobs, kind)
    try:
        path.write_bytes(image)
    except OSError as error:
        raise DrawingError(f"the picture is not saved: {path}: {error.strerror}") from None


def colour_of(name: str, names: Mapping[str, str]) -> str:
    """Give a demo's colour, by its place among the letters."""
    return COLOURS[LETTERS.index(names[name]) % len(COLOURS)]


def _height(accuracy: float) -> float:
    return _PANEL[1] * (0.97 - 0.94 * min(max(accuracy, 0.0), 1.0))


def _frame(paper: Canvas, x0: float, top: float, axis: Axis, title: str) -> None:
    width, height = _PANEL
    for tenth in range(0, 11, 2):
        y = top + _height(tenth / 10)
        paper.line((x0, y), (x0 + width, y), "#e4e4e4")
        paper.text((x0 - 6, y + 4), f"{tenth / 10:.1f}", 10, "#666666", "end")
    for place, text in axis.ticks:
        x = x0 + width * place
        paper.line((x, top + height), (x, top + height + 4), "#666666")
        paper.text((x, top + height + 16), text, 10, "#666666", "middle")
    paper.line((x0, top), (x0, top + height), "#666666")
    paper.line((x0, top + height), (x0 + width, top + height), "#666666")
    paper.text((x0 + width / 2, top + height + 31), axis.label, 11, "#222222", "middle")
    if title:
        paper.text((x0, top - 6), f"{title}: accuracy on unseen strings", 12)


def _mark(paper: Canvas, x: float, top: float, point: Point, names: Mapping[str, str]) -> None:
    colour = colour_of(point.demo, names)
    y = top + _height(point.accuracy)
    if point.runs > 1:
        paper.line((x, top + _height(point.highest)), (x, top + _height(point.lowest)), colour)
    paper.circle((x, y), 4, colour, filled=point.own)
    paper.text((x + 6, y - 5), names[point.demo], 10, colour)


def _legend(paper: Canvas, x: float, top: float, points: Sequence[Point], names: Mapping[str, str]) -> None:
    columns = tuple(x + right for right in _COLUMNS)
    for right, head in zip(columns, ("accuracy", "trained", "seconds", "seeds"), strict=True):
        paper.text((right, top - 6), head, 9, "#666666", "end")
    for row, point in enumerate(points):
        y = top + 10 + row * 15
        paper.circle((x + 4, y - 4), 4, colour_of(point.demo, names), filled=point.own)
        title = f"{point.title} {point.turned}".strip()
        paper.text((x + 14, y), f"{names[point.demo]}  {title if len(title) <= 34 else title[:33] + '…'}", 10)
        numbers = (f"{point.accuracy:.2f}", f"{point.trainable:,}", f"{point.seconds:.1f}", f"{point.runs}")
        for right, number in zip(columns, numbers, strict=True):
            paper.text((right, y), number, 10, "#444444", "end")
