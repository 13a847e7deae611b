"""Pixels → lines of `▀`, each with the colours of two pixels: what every terminal with colours can show."""

from __future__ import annotations

from PIL import Image

from studyapp.tui.render.lines import Line
from studyapp.tui.render.looks import Look


def half_blocks(picture: Image.Image, background: tuple[int, int, int]) -> list[Line]:
    """Draw a picture of an even number of rows; where it is transparent the background shows through."""
    ground = Image.new("RGBA", picture.size, (*background, 255))
    ground.alpha_composite(picture)
    flat = ground.convert("RGB")
    pixels = flat.tobytes()
    width, height = flat.size
    names = [f"#{pixels[place : place + 3].hex()}" for place in range(0, len(pixels), 3)]
    lines: list[Line] = []
    for top in range(0, height - 1, 2):
        above, below = names[top * width : (top + 1) * width], names[(top + 1) * width : (top + 2) * width]
        line: Line = []
        start = 0
        for place in range(1, width + 1):
            if place == width or (above[place], below[place]) != (above[start], below[start]):
                look = Look(above[start], below[start])
                line.append(("▀" * (place - start), look))
                start = place
        lines.append(line)
    return lines
