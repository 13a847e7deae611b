"""Sixel graphics: each character of a picture stands for six pixels in a column (DEC, 1983)."""

from __future__ import annotations

import fcntl
import struct
import termios
from itertools import groupby
from typing import Final

from PIL import Image
from rich.segment import ControlType, Segment
from textual.color import Color
from textual.filter import LineFilter

from studyapp.tui.render.lines import Line
from studyapp.tui.render.looks import Look

_COLOURS: Final = 128


def sixel(picture: Image.Image, background: tuple[int, int, int]) -> str:
    """Encode a picture as one device control string; transparent parts show the background."""
    ground = Image.new("RGBA", picture.size, (*background, 255))
    ground.alpha_composite(picture)
    reduced = ground.convert("RGB").quantize(_COLOURS)
    palette = reduced.getpalette() or []
    width, height = reduced.size
    pixels = reduced.tobytes()
    parts = [f'\x1bP0;1;0q"1;1;{width};{height}']
    for colour in sorted(set(pixels)):
        red, green, blue = (round(value * 100 / 255) for value in palette[colour * 3 : colour * 3 + 3])
        parts.append(f"#{colour};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        rows = [pixels[row * width : (row + 1) * width] for row in range(top, min(top + 6, height))]
        for colour in sorted(set(b"".join(rows))):
            signs = (
                chr(63 + sum(1 << bit for bit, row in enumerate(rows) if row[place] == colour))
                for place in range(width)
            )
            parts.append(f"#{colour}{''.join(_run(sign, len(list(same))) for sign, same in groupby(signs))}$")
        parts.append("-")
    parts.append("\x1b\\")
    return "".join(parts)


def _run(sign: str, length: int) -> str:
    return f"!{length}{sign}" if length > 3 else sign * length


MARK: Final = "\U0010fffd"
"""Stands for a cell of a picture until the line is sent."""
_USUAL_CELL: Final = (10, 20)


def cell_size(terminal: int) -> tuple[int, int]:
    """Pixels of a cell according to the system; the usual size where it does not know."""
    try:
        rows, columns, width, height = struct.unpack("HHHH", fcntl.ioctl(terminal, termios.TIOCGWINSZ, b"\0" * 8))
    except OSError:
        return _USUAL_CELL
    return (width // columns, height // rows) if columns and rows and width and height else _USUAL_CELL


class Slices(LineFilter):
    """Sends a slice of a picture with each line that has its marks.

    A painted line is drawn in full, wherever it is by then, and a slice is as high as a line: so scrolling and
    overlapping widgets need no special care.
    """

    def __init__(self) -> None:
        super().__init__()
        self._data: dict[int, str] = {}

    def add(
        self, number: int, picture: Image.Image, size: tuple[int, int], background: tuple[int, int, int]
    ) -> list[Line]:
        """Cut a picture into slices; returns the lines that stand for them in `size`, columns and rows."""
        columns, rows = size
        height = picture.height // rows
        lines: list[Line] = []
        for row in range(rows):
            key = (number << 8 | row) & 0xFFFFFF
            self._data[key] = sixel(picture.crop((0, row * height, picture.width, (row + 1) * height)), background)
            lines.append([(MARK * columns, Look(f"#{key:06x}"))])
        return lines

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Replace the marks with blanks, and add the slice over them."""
        if not self._data or not any(MARK in segment.text for segment in segments):
            return segments
        found: list[Segment] = []
        for segment in segments:
            colour = segment.style.color if segment.style is not None else None
            triplet = colour.triplet if colour is not None else None
            data = self._data.get(triplet[0] << 16 | triplet[1] << 8 | triplet[2]) if triplet is not None else None
            if data is None or not segment.text.startswith(MARK):
                found.append(segment)
                continue
            width = len(segment.text)
            found.append(Segment(" " * width, segment.style))
            found.append(Segment(f"\x1b7\x1b[{width}D{data}\x1b8", None, _CONTROL))
        return found


_CONTROL: Final = [(ControlType.CURSOR_BACKWARD, 0)]
"""Marks a segment that takes no cells."""
