"""A transformer block as it is, and the same block with a prefix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from demos.figures.style import (
    LINE,
    QUIET,
    TEXT,
    TRAINED_EDGE,
    Point,
    arrow,
    box,
    canvas,
    cells,
    frame,
    plotting,
    plus,
    save,
)

NAME = "understanding-parameter-efficient-finetuning-of-large-language-models-20231009115629948.png"
TITLE = "A transformer block without and with a prefix"
DESCRIPTION = (
    "Left: a transformer block. The input h, T by d, goes through a norm and three linear layers to queries Q, "
    "keys K and values V, through attention and a linear layer, and is added to h; a norm and a feed-forward "
    "layer follow, added as well. Right: the same block with a prefix. A soft prompt P', P by k, goes through "
    "fully connected layers that bring it to the block's dimension d and give P keys and P values, which are "
    "concatenated in front of the block's own K and V. Only the soft prompt and the fully connected layers are "
    "trained; the block is frozen."
)

WIDTH, HEIGHT = 9.3, 6.9  # inches
BLOCK = 34.5  # width of a block, in tenths of an inch
CELL = 0.95  # side of a cell of a matrix
T, P, ROWS = 6, 3, 2  # cells drawn for the text, for the prefix, and for the d numbers of each


def matrix(axes: Any, centre: Point, *, prefixed: bool = False) -> None:
    """Draw the vectors of the text as cells, with those of the prefix in front of them."""
    count = T + P * prefixed
    left, low = centre[0] - count * CELL / 2, centre[1] - ROWS * CELL / 2
    if prefixed:
        cells(axes, (left, low), (ROWS, P), CELL, trained=True)
    cells(axes, (left + P * CELL * prefixed, low), (ROWS, T), CELL)


def block(axes: Any, x: float, *, prefixed: bool) -> None:
    """Draw one block around a middle line: from the input at the bottom to the output at the top."""
    left, right = x - BLOCK / 2, x + BLOCK / 2
    frame(axes, (left, 10.4), (BLOCK, 49.2))
    matrix(axes, (x, 5.6))
    axes.text(x, 2.6, r"input $h$,  $T \times d$", ha="center", va="center", color=TEXT)
    arrow(axes, (x, 7.0), (x, 13.4))
    box(axes, (x, 14.9), (10, 3.0), "norm")
    for place, name in ((x - 10.8, "K"), (x, "V"), (x + 10.8, "Q")):
        arrow(axes, (x, 16.4), (x, 18.0), (place, 18.0), (place, 19.8))
        box(axes, (place, 21.3), (6.6, 3.0), rf"$W_{name}$")
        arrow(axes, (place, 22.8), (place, 27.4))
        with_prefix = prefixed and name != "Q"
        matrix(axes, (place, 28.6), prefixed=with_prefix)
        rows = "P + T" if with_prefix else "T"
        axes.text(place + 0.8, 25.0, f"${name}$", color=TEXT, va="center")
        axes.text(
            place + (4.9 if with_prefix else 3.3), 30.9, f"${rows}$", color=QUIET, fontsize=9, ha="right", va="center"
        )
        arrow(axes, (place, 29.8), (place, 35.4))
    box(axes, (x, 37.2), (29, 3.6), "attention")
    arrow(axes, (x, 39.0), (x, 40.3))
    box(axes, (x, 41.8), (6.6, 3.0), "$W_O$")
    arrow(axes, (x, 43.3), (x, 44.7))
    plus(axes, (x, 45.9))
    arrow(axes, (x, 11.6), (right - 1.5, 11.6), (right - 1.5, 45.9), (x + 1.2, 45.9), colour=LINE)
    arrow(axes, (x, 47.1), (x, 50.0))
    box(axes, (x, 51.6), (19, 3.2), "norm, feed-forward")
    arrow(axes, (x, 53.2), (x, 54.4))
    plus(axes, (x, 55.6))
    arrow(axes, (x, 48.3), (right - 4.6, 48.3), (right - 4.6, 55.6), (x + 1.2, 55.6), colour=LINE)
    arrow(axes, (x, 56.8), (x, 61.6))
    matrix(axes, (x, 62.9))
    axes.text(x + 3.6, 62.9, r"output,  $T \times d$", va="center", color=TEXT)


def prefix(axes: Any, x: float, keys: float, values: float) -> None:
    """Draw where the prefix comes from, and how it gets in front of keys and values."""
    cells(axes, (x - P * CELL / 2, 4.65), (1, P), CELL * 1.0, trained=True)
    axes.text(x, 2.6, r"soft prompt $P'$,  $P \times k$", ha="center", va="center", color=TRAINED_EDGE)
    arrow(axes, (x, 7.0), (x, 13.4), colour=TRAINED_EDGE)
    box(axes, (x, 16.6), (14.5, 6.4), "fully connected\nlayers", trained=True)
    arrow(axes, (x - 4.6, 19.8), (x - 4.6, 33.0), (values, 33.0), (values, 29.8), colour=TRAINED_EDGE)
    arrow(axes, (x + 0.6, 19.8), (x + 0.6, 28.6), (keys, 28.6), colour=TRAINED_EDGE)
    axes.text(x - 3.8, 34.5, r"$P_V$,  $P \times d$", color=TRAINED_EDGE, va="center")
    axes.text(x + 1.5, 26.8, r"$P_K$,  $P \times d$", color=TRAINED_EDGE, va="center")


def legend(axes: Any, x: float, y: float) -> None:
    """Say what the colours mean."""
    box(axes, (x, y), (2.6, 1.9), "")
    axes.text(x + 2.3, y, "frozen", va="center")
    box(axes, (x, y - 3.4), (2.6, 1.9), "", trained=True)
    axes.text(x + 2.3, y - 3.4, "trained", va="center")
    cells(axes, (x - 0.95, y - 6.8 - CELL), (2, 2), CELL)
    axes.text(x + 2.3, y - 6.8, "vectors of the text", va="center")


def draw(path: Path) -> None:
    """Draw the figure into a file."""
    plot = plotting()
    figure, axes = canvas(plot, WIDTH, HEIGHT)
    plain, other, branch = 18.0, 75.0, 46.5
    block(axes, plain, prefixed=False)
    block(axes, other, prefixed=True)
    place = other - (T + P) / 2 * CELL
    prefix(axes, branch, place - 10.8, place + P * CELL / 2)
    legend(axes, branch - 6.4, 54.5)
    axes.text(plain, 67.0, "regular transformer block", ha="center", va="center", fontsize=13, fontweight="bold")
    axes.text(other, 67.0, "block with a prefix", ha="center", va="center", fontsize=13, fontweight="bold")
    save(plot, figure, path, TITLE, DESCRIPTION)
