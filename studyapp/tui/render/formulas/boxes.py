"""Rectangles of characters with a baseline, the parts of displayed formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final

from msgspec import Struct
from rich.cells import cell_len

from studyapp.tui.render.formulas.tex import DoubtError

_TALL: Final = {
    "(": "⎛⎜⎝⎜",
    ")": "⎞⎟⎠⎟",
    "[": "⎡⎢⎣⎢",
    "]": "⎤⎥⎦⎥",
    "{": "⎧⎪⎩⎨",
    "}": "⎫⎪⎭⎬",
    "|": "││││",
    "‖": "‖‖‖‖",
    "⌊": "⎢⎢⎣⎢",
    "⌋": "⎥⎥⎦⎥",
    "⌈": "⎡⎢⎢⎢",
    "⌉": "⎤⎥⎥⎥",
    "/": "╱╱╱╱",
}
"""The parts of a delimiter: top, extension, bottom and middle."""


class Box(Struct, frozen=True):
    """Lines of equal width; one is level with the surrounding text."""

    lines: tuple[str, ...]
    baseline: int = 0
    """The index of that line, from 0."""

    @property
    def width(self) -> int:
        """In cells."""
        return cell_len(self.lines[0])

    @property
    def height(self) -> int:
        """In lines."""
        return len(self.lines)

    @property
    def depth(self) -> int:
        """How many lines are below the baseline."""
        return len(self.lines) - self.baseline - 1

    def padded(self, above: int, below: int) -> Box:
        """With blank lines above and below."""
        blank = " " * self.width
        return Box((*[blank] * above, *self.lines, *[blank] * below), self.baseline + above)

    def placed(self, width: int, where: str = "center") -> Box:
        """Padded to a width: at the `left`, the `right` or in the `center`."""
        free = max(0, width - self.width)
        left = {"left": 0, "right": free, "center": free // 2}[where]
        return Box(tuple(f"{' ' * left}{line}{' ' * (free - left)}" for line in self.lines), self.baseline)


def text(content: str) -> Box:
    """One line of text."""
    return Box((content,))


EMPTY: Final = text("")


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes from left to right, with level baselines."""
    if not boxes:
        return EMPTY
    above, below = max(box.baseline for box in boxes), max(box.depth for box in boxes)
    level = [box.padded(above - box.baseline, below - box.depth) for box in boxes]
    return Box(tuple("".join(parts) for parts in zip(*(box.lines for box in level), strict=True)), above)


def stacked(boxes: Sequence[Box], baseline: int, where: str = "center") -> Box:
    """Boxes from top to bottom; `baseline` is a line of the result."""
    width = max(box.width for box in boxes)
    return Box(tuple(line for box in boxes for line in box.placed(width, where).lines), baseline)


def fraction_box(above: Box, below: Box) -> Box:
    """One box over another, with a bar between them as long as the longer one."""
    width = max(above.width, below.width)
    return stacked([above, text("─" * width), below], above.height)


def root(inside: Box, index: str = "") -> Box:
    """A box under a root sign."""
    lines = [f" ┌{'─' * inside.width}", *(f" │{line}" for line in inside.lines)]
    lines[-1] = f"√{lines[-1][1:]}"
    if index:
        lines[0] = f"{index}{lines[0][1:]}"
    return Box(tuple(lines), inside.baseline + 1)


def delimited(opening: str, inside: Box, closing: str) -> Box:
    """A box between delimiters of its height, where it has any."""
    left, right = ([grow(sign, inside)] if sign else [] for sign in (opening, closing))
    return beside([*left, inside, *right])


def grow(sign: str, inside: Box) -> Box:
    """A delimiter of a box's height, if it can grow."""
    if inside.height == 1:
        return text(sign)
    if sign in "⟨⟩":
        return _angle(sign, inside)
    if sign not in _TALL:
        raise DoubtError
    top, rest, bottom, middle = tuple(_TALL[sign])
    lines = [top, *[rest] * (inside.height - 2), bottom]
    if inside.height > 2:
        lines[len(lines) // 2] = middle
    return Box(tuple(lines), inside.baseline)


def _angle(sign: str, inside: Box) -> Box:
    """An angle bracket of two halves, as wide as it needs to be."""
    half = (inside.height + 1) // 2
    rising = [f"{' ' * (half - 1 - row)}╱{' ' * row}" for row in range(half)]
    falling = [f"{' ' * row}╲{' ' * (half - 1 - row)}" for row in range(half)]
    lines = (rising + falling) if sign == "⟨" else (falling + rising)
    if inside.height % 2:
        del lines[half]
    return Box(tuple(lines), inside.baseline)


def scripted(base: Box, below: Box | None, above: Box | None) -> Box:
    """Scripts to the right of a base, lowered and raised."""
    scripts: list[Box] = []
    width = max(box.width for box in (below, above) if box is not None)
    if above is not None:
        scripts.append(above.placed(width, "left"))
    scripts.append(Box((" " * width,) * base.height))
    if below is not None:
        scripts.append(below.placed(width, "left"))
    lines = tuple(line for box in scripts for line in box.lines)
    raised = above.height if above is not None else 0
    return beside([base, Box(lines, base.baseline + raised)])


def with_limits(base: Box, below: Box | None, above: Box | None) -> Box:
    """Scripts centred above and below a base."""
    boxes = [box for box in (above, base, below) if box is not None]
    return stacked(boxes, base.baseline + (above.height if above is not None else 0))


def grid(rows: Sequence[Sequence[Box]], where: Callable[[int], str], gap: Callable[[int], int]) -> Box:
    """Boxes in rows and columns; a short row ends early.

    `where` gives each column's alignment, and `gap` the free cells before each but the first.
    """
    columns = max(len(row) for row in rows)
    widths = [max((row[number].width for row in rows if number < len(row)), default=0) for number in range(columns)]
    lines: list[Box] = []
    for row in rows:
        cells: list[Box] = []
        for number, width in enumerate(widths):
            if number:
                cells.append(text(" " * gap(number)))
            cells.append((row[number] if number < len(row) else EMPTY).placed(width, where(number)))
        lines.append(beside(cells))
    airy = any(line.height > 1 for line in lines)
    spaced: list[Box] = reduce(lambda done, line: [*done, EMPTY, line] if airy and done else [*done, line], lines, [])
    height = sum(box.height for box in spaced)
    if len(lines) == 1:
        return stacked(spaced, lines[0].baseline)
    return stacked(spaced, (height - 1) // 2)
