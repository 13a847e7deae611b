"""A few drawing operations for two formats: SVG written directly, always the same bytes, and PNG through Pillow.

Sizes are in points; the origin is at the top left. Pillow is imported only for a PNG.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from studyapp.core.disk.whole import whole
from studyapp.core.errors import StudyError

Position = tuple[float, float]
"""Distance from the left and from the top."""

Align = Literal["start", "middle", "end"]

_FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
_SHARP = 2
"""Pixels a point in a PNG."""


class DrawingError(StudyError):
    """A picture cannot be drawn or saved."""


class SvgCanvas:
    """SVG 1.1, one element a line."""

    def __init__(self, width: int, height: int) -> None:
        self._head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family={quoteattr(_FONT)}>'
        )
        self._lines = [f'<rect width="{width}" height="{height}" fill="#ffffff"/>']

    def line(self, start: Position, end: Position, colour: str, width: float = 1.0) -> None:
        """Draw a straight line."""
        self._lines.append(
            f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
            f'stroke="{colour}" stroke-width="{width:g}"/>'
        )

    def circle(self, at: Position, radius: float, colour: str, *, filled: bool = True) -> None:
        """Draw a circle, filled or as a ring on white."""
        fill = colour if filled else "#ffffff"
        self._lines.append(
            f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}" fill="{fill}" '
            f'stroke="{colour}" stroke-width="1.5"/>'
        )

    def text(
        self, at: Position, text: str, size: float = 11, colour: str = "#222222", anchor: Align = "start"
    ) -> None:
        """Write one line with its baseline at that point."""
        where = f'x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"'
        self._lines.append(f"<text {where}>{escape(text)}</text>")

    def image(self) -> bytes:
        """The finished picture as the bytes of a file."""
        return "\n".join((self._head, *self._lines, "</svg>", "")).encode()


class PngCanvas:
    """A PNG, drawn by Pillow."""

    def __init__(self, width: int, height: int) -> None:
        """Start a white picture."""
        from PIL import Image, ImageDraw

        from studyapp.runs.images.letters import Letters

        self._image = Image.new("RGB", (width * _SHARP, height * _SHARP), "white")
        self._draw = ImageDraw.Draw(self._image)
        self._letters = Letters()

    def line(self, start: Position, end: Position, colour: str, width: float = 1.0) -> None:
        """Draw a straight line."""
        self._draw.line([v * _SHARP for v in (*start, *end)], fill=colour, width=max(1, round(width * _SHARP)))

    def circle(self, at: Position, radius: float, colour: str, *, filled: bool = True) -> None:
        """Draw a circle, filled or as a ring on white."""
        x, y = at
        box = [v * _SHARP for v in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.ellipse(box, fill=colour if filled else "white", outline=colour, width=round(1.5 * _SHARP))

    def text(
        self, at: Position, text: str, size: float = 11, colour: str = "#222222", anchor: Align = "start"
    ) -> None:
        """Write one line with its baseline at that point."""
        parts = [(part, font, font.getlength(part)) for part, font in self._letters.parts(text, size * _SHARP)]
        wide = sum(length for _, _, length in parts)
        x = at[0] * _SHARP - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        for part, font, length in parts:
            self._draw.text((x, at[1] * _SHARP), part, fill=colour, font=font, anchor="ls")
            x += length

    def image(self) -> bytes:
        """The finished picture as the bytes of a file."""
        file = io.BytesIO()
        self._image.save(file, format="PNG", optimize=True)
        return file.getvalue()


Canvas = SvgCanvas | PngCanvas
MakeCanvas = Callable[[int, int], Canvas]
"""Makes a canvas of a width and a height."""

ENDINGS: Mapping[str, MakeCanvas] = {".svg": SvgCanvas, ".png": PngCanvas}
"""What draws a file with each ending."""


def save(path: Path, draw: Callable[[MakeCanvas], bytes]) -> None:
    """Save a picture as SVG or PNG, by the file's name; DrawingError if that is impossible."""
    make = ENDINGS.get(path.suffix.lower())
    if make is None:
        raise DrawingError(f"the picture's name must end in {' or '.join(ENDINGS)}, not {path.name!r}")
    image = draw(make)
    try:
        with whole(path) as file:  # which replaces a link, where a vault may have put one
            file.write(image)
    except OSError as error:
        raise DrawingError(f"can't save the picture: {path}: {error.strerror}") from None
