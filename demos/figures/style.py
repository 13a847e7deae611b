"""How the figures look: one palette, one font, one way to draw a box, an arrow and a label.

matplotlib is an extra of its own (`pip install 'studyapp[figures]'`), because only those who redraw the figures
needs it. It brings its font along, so the pictures look the same on every machine.
"""

from __future__ import annotations

import importlib
import io
import itertools
from pathlib import Path
from typing import Any

INK = "#22262b"
QUIET = "#6b7280"
LINE = "#9aa3ad"
PALE = "#e5e9ee"
FROZEN, FROZEN_EDGE = "#eef1f5", "#8792a0"
TRAINED, TRAINED_EDGE = "#fde3cf", "#b34700"
TEXT = "#0b5c94"
"""The text's own vectors, as against the trained ones."""

PIXELS = 200
"""Pixels an inch."""
COLOURS = 128
"""Enough for the edges of letters; a third of the bytes."""

Point = tuple[float, float]


class FigureError(Exception):
    """The figures cannot be drawn; the message says what to do."""


def plotting() -> Any:
    """Give matplotlib's pyplot, set up for drawing into files.

    Raises:
        FigureError: if matplotlib is not installed.
    """
    try:
        matplotlib: Any = importlib.import_module("matplotlib")
    except ImportError:
        raise FigureError("drawing the figures needs matplotlib: pip install 'studyapp[figures]'") from None
    matplotlib.use("Agg")
    matplotlib.rcParams.update(
        {
            "font.family": "DejaVu Sans",
            "font.size": 11,
            "text.hinting": "none",
            "mathtext.fontset": "dejavusans",
            "text.color": INK,
            "axes.edgecolor": LINE,
            "axes.labelcolor": INK,
            "xtick.color": QUIET,
            "ytick.color": QUIET,
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
    return importlib.import_module("matplotlib.pyplot")


def canvas(plot: Any, width: float, height: float) -> tuple[Any, Any]:
    """Start an empty drawing of some inches, whose coordinates are tenths of an inch from the lower left."""
    figure = plot.figure(figsize=(width, height), dpi=PIXELS, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width * 10)
    axes.set_ylim(0, height * 10)
    axes.axis("off")
    return figure, axes


def box(axes: Any, centre: Point, size: Point, label: str, *, trained: bool = False) -> None:
    """Draw a rounded box with a label: grey for what is frozen, orange for what is trained."""
    patches = importlib.import_module("matplotlib.patches")
    (x, y), (width, height) = centre, size
    axes.add_patch(
        patches.FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.7",
            facecolor=TRAINED if trained else FROZEN,
            edgecolor=TRAINED_EDGE if trained else FROZEN_EDGE,
            linewidth=1.6 if trained else 1.1,
            zorder=3,
        )
    )
    axes.text(x, y, label, ha="center", va="center", zorder=4, fontsize=11)


def arrow(axes: Any, *points: Point, colour: str = QUIET) -> None:
    """Draw straight strokes from point to point, the last with a head."""
    for start, end in itertools.pairwise(points[:-1]):
        axes.plot(*zip(start, end, strict=True), color=colour, linewidth=1.3, solid_capstyle="round", zorder=2)
    look = {
        "arrowstyle": "-|>,head_width=0.22,head_length=0.45",
        "color": colour,
        "linewidth": 1.3,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axes.annotate("", xy=points[-1], xytext=points[-2], arrowprops=look, zorder=2)


def plus(axes: Any, centre: Point) -> None:
    """Draw the sign of an addition."""
    patches = importlib.import_module("matplotlib.patches")
    axes.add_patch(patches.Circle(centre, 1.15, facecolor="white", edgecolor=INK, linewidth=1.2, zorder=3))
    for dx, dy in ((0.6, 0), (0, 0.6)):
        xs, ys = (centre[0] - dx, centre[0] + dx), (centre[1] - dy, centre[1] + dy)
        axes.plot(xs, ys, color=INK, linewidth=1.2, zorder=4)


def cells(axes: Any, corner: Point, shape: tuple[int, int], side: float, *, trained: bool = False) -> None:
    """Draw a matrix as cells, rows by columns, from its lower left corner: blue for the text, orange for trained."""
    patches = importlib.import_module("matplotlib.patches")
    face, edge = (TRAINED, TRAINED_EDGE) if trained else ("#d5e6f3", TEXT)
    for row in range(shape[0]):
        for column in range(shape[1]):
            place = (corner[0] + column * side, corner[1] + row * side)
            look = {"facecolor": face, "edgecolor": edge, "linewidth": 0.8, "zorder": 4}
            axes.add_patch(patches.Rectangle(place, side, side, **look))


def frame(axes: Any, corner: Point, size: Point) -> None:
    """Draw a dashed frame around what belongs together."""
    patches = importlib.import_module("matplotlib.patches")
    look = {"facecolor": "#fafbfc", "edgecolor": LINE, "linewidth": 1.0, "linestyle": (0, (4, 3)), "zorder": 1}
    axes.add_patch(patches.FancyBboxPatch(corner, *size, boxstyle="round,pad=0,rounding_size=1.2", **look))


def save(plot: Any, figure: Any, path: Path, title: str, description: str, source: str = "") -> None:
    """Write a PNG of few colours that says in words what it shows; equal drawings give equal bytes."""
    images, chunks = importlib.import_module("PIL.Image"), importlib.import_module("PIL.PngImagePlugin")
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=PIXELS)
    plot.close(figure)
    about = chunks.PngInfo()
    about.add_itxt("Title", title)
    about.add_itxt("Description", description)
    if source:
        about.add_itxt("Source", source)
    path.parent.mkdir(parents=True, exist_ok=True)
    few = images.open(drawn).convert("RGB").quantize(COLOURS, dither=images.Dither.NONE)
    few.save(path, optimize=True, dpi=(PIXELS, PIXELS), pnginfo=about)
