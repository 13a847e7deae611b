"""Prefix tuning as pseudo-code: a block, and the same block with a prefix, the new lines marked."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from typing import Any

from demos.figures.style import INK, QUIET, TEXT, TRAINED, TRAINED_EDGE, canvas, frame, plotting, save

NAME = "understanding-parameter-efficient-finetuning-of-large-language-models-20231009115755230.png"
TITLE = "Prefix tuning as pseudo-code"
DESCRIPTION = (
    "Two functions. The regular block computes queries, keys and values of the normalised input, adds what "
    "attention finds, and adds a feed-forward layer. In the block with a prefix four lines are marked: fully "
    "connected layers turn the soft prompt, P by k, into keys and values, P by d each, and both are concatenated "
    "in front of the keys and values of the text."
)

PLAIN = """\
def block(x):
    h = norm_1(x)                          # (T, d)
    Q = h @ W_Q                            # (T, d)
    K = h @ W_K                            # (T, d)
    V = h @ W_V                            # (T, d)
    x = x + attention(Q, K, V) @ W_O       # (T, d)
    return x + feed_forward(norm_2(x))     # (T, d)
"""
PREFIXED = """\
def block_with_prefix(x, soft_prompt):
    prefix = fully_connected(soft_prompt)  #+ (P, k) → (P, 2d)
    P_K, P_V = prefix.chunk(2, dim=-1)     #+ (P, d) each
    h = norm_1(x)                          # (T, d)
    Q = h @ W_Q                            # (T, d)
    K = concat([P_K, h @ W_K])             #+ (P + T, d)
    V = concat([P_V, h @ W_V])             #+ (P + T, d)
    x = x + attention(Q, K, V) @ W_O       # (T, d)
    return x + feed_forward(norm_2(x))     # (T, d)
"""

WIDTH, HEIGHT = 6.7, 5.4  # inches
SIZE = 10.5  # points
LETTER = SIZE / 72 * 10 * 0.602  # width of a letter of the fixed font, in tenths of an inch
LINE_HEIGHT = 2.3
TOKEN = re.compile(r"#.*|\w+|\s+|[^\w\s]")
NEW = ("prefix", "P_K", "P_V", "fully_connected", "soft_prompt")
"""Names that only the prefix brings."""


def colour_of(token: str) -> str:
    """Choose the colour of a token of the code."""
    if token.startswith("#"):
        return QUIET
    if token in NEW:
        return TRAINED_EDGE
    return TEXT if keyword.iskeyword(token) else INK


def write(axes: Any, corner: tuple[float, float], code: str) -> None:
    """Write lines of code below a corner; lines whose comment is marked + get a coloured ground."""
    for number, line in enumerate(code.splitlines()):
        fresh = "#+" in line
        y = corner[1] - number * LINE_HEIGHT
        if fresh:
            ground(axes, (corner[0], y), WIDTH * 10 - 2 * corner[0])
        column = 0
        for token in TOKEN.findall(line.replace("#+", "#")):
            look = {"family": "DejaVu Sans Mono", "fontsize": SIZE, "va": "center", "zorder": 5}
            weight = "bold" if keyword.iskeyword(token) else "normal"
            axes.text(corner[0] + column * LETTER, y, token, color=colour_of(token), weight=weight, **look)
            column += len(token)


def ground(axes: Any, place: tuple[float, float], width: float) -> None:
    """Colour the ground of a line."""
    x, y = place
    xs, low, high = (x - 0.8, x + width + 0.8), y - LINE_HEIGHT / 2, y + LINE_HEIGHT / 2
    axes.fill_between(xs, low, high, color=TRAINED, linewidth=0, zorder=2)
    axes.plot((xs[0], xs[0]), (low, high), color=TRAINED_EDGE, linewidth=2.2, solid_capstyle="butt", zorder=3)


def draw(path: Path) -> None:
    """Draw the figure into a file."""
    plot = plotting()
    figure, axes = canvas(plot, WIDTH, HEIGHT)
    for title, code, top in (("regular transformer block", PLAIN, 52.0), ("block with a prefix", PREFIXED, 29.4)):
        lines = code.count("\n") * LINE_HEIGHT
        axes.text(1.6, top, title, fontsize=12, fontweight="bold", va="center")
        frame(axes, (1.2, top - 2.6 - lines - 0.6), (WIDTH * 10 - 2.4, lines + 1.2))
        write(axes, (3.0, top - 2.6 - LINE_HEIGHT / 2), code)
    words = "marked: what prefix tuning adds; trained are the soft prompt and the fully connected layers"
    axes.text(WIDTH * 5, 2.1, words, ha="center", va="center", fontsize=8.8, color=QUIET)
    save(plot, figure, path, TITLE, DESCRIPTION)
