"""Names beside the marks of a plot, each where it covers nothing, if it can, and belongs to its own mark only."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

SIZE = 8.8  # points
CLEAR = 13.0  # pixels that a name keeps from the middle of a mark
DISTANCES = (0, 6, 14, 24, 36, 50, 66, 84, 104)  # pixels, beyond that
DIRECTIONS = [math.tau * step / 16 for step in range(16)]


class Named(NamedTuple):
    """Something to be named."""

    label: str
    x: float
    y: tuple[float, float, float]
    """Lower end of its bar, the mark itself, upper end."""
    colour: str


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    low: float
    right: float
    high: float

    def overlap(self, other: Box) -> float:
        """Area that two rectangles share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.high, other.high) - max(self.low, other.low)
        return width * height if width > 0 and height > 0 else 0.0

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Give the point of the rectangle that is closest to a place."""
        return min(max(x, self.left), self.right), min(max(y, self.low), self.high)

    def gap(self, x: float, y: float) -> float:
        """Distance from a place to the rectangle."""
        return math.dist(self.nearest(x, y), (x, y))


def around(x: float, y: float, width: float, height: float) -> Iterator[tuple[float, Box]]:
    """List where a name could stand: on rings around its mark, with the distance."""
    for distance, turn in itertools.product(DISTANCES, DIRECTIONS):
        dx, dy = math.cos(turn), math.sin(turn)
        # The ring is as far out as the name's own half width and height ask for in that direction.
        middle = x + dx * (CLEAR + distance + width / 2), y + dy * (CLEAR * 0.8 + distance + height / 2)
        yield (
            distance,
            Box(middle[0] - width / 2, middle[1] - height / 2, middle[0] + width / 2, middle[1] + height / 2),
        )


def along(points: Sequence[tuple[float, float]], size: float = 3.0) -> Iterator[Box]:
    """Cover a line of straight strokes with small boxes, so that names keep off it."""
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        count = max(1, int(math.dist((x0, y0), (x1, y1)) / 8))
        for step in range(count + 1):
            x, y = x0 + (x1 - x0) * step / count, y0 + (y1 - y0) * step / count
            yield Box(x - size, y - size, x + size, y + size)


def place(axes: Any, marks: Sequence[Named], line: Sequence[tuple[float, float]] = ()) -> None:
    """Write the names of marks into axes whose limits are set; a thin stroke leads to a mark that is not near.

    The names of crowded marks are placed first, since they have the fewest places to go to.
    """
    renderer = axes.figure.canvas.get_renderer()
    pixels = axes.transData.transform
    spots = [tuple(pixels((mark.x, mark.y[1]))) for mark in marks]
    drawn = [Box(x - 9, y - 9, x + 9, y + 9) for x, y in spots]
    drawn += [Box(*(pixels((m.x, m.y[0])) - 8), *(pixels((m.x, m.y[2])) + 8)) for m in marks]
    drawn += along([tuple(pixels(point)) for point in line])
    inside = axes.get_window_extent(renderer)
    named: list[Box] = []
    room = Box(inside.x0 + 4, inside.y0 + 2, inside.x1 + 4, inside.y1 + 4)

    def crowded(index: int) -> float:
        return sum(1 / (20 + math.dist(spots[index], other)) for other in spots)

    for index in sorted(range(len(marks)), key=crowded, reverse=True):
        mark, (x, y) = marks[index], spots[index]
        text = axes.text(0, 0, mark.label, fontsize=SIZE, color=mark.colour, zorder=6, va="bottom")
        extent = text.get_window_extent(renderer)
        others = [spot for number, spot in enumerate(spots) if number != index]
        tries = []
        for distance, here in around(x, y, extent.width, extent.height):
            size = extent.width * extent.height
            covered = sum(here.overlap(box) for box in (*drawn, *named)) + size - here.overlap(room)
            stroke = along([(x, y), here.nearest(x, y)], 4) if here.gap(x, y) > CLEAR + 8 else ()
            covered += sum(part.overlap(name) for part in stroke for name in named)
            closer = [max(0.0, here.gap(x, y) + 16 - here.gap(*other)) for other in others]
            tries.append((covered > 0, 20 * covered + 25 * sum(closer) + 12 * distance, here))
        *_, here = min(tries)
        named.append(Box(here.left - 4, here.low - 1, here.right + 4, here.high + 1))
        text.set_position(axes.transData.inverted().transform((here.left, here.low)))
        end = here.nearest(x, y)
        if here.gap(x, y) > CLEAR + 8:
            ends = axes.transData.inverted().transform([(x, y), end])
            axes.plot(ends[:, 0], ends[:, 1], color=mark.colour, linewidth=0.7, zorder=2.5)
            drawn.extend(along([(x, y), end], 6))
