"""A picture's file → pixels, within bounds of size, time and memory whatever the file says."""

from __future__ import annotations

import io
import re
import subprocess
import warnings
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

from studyapp.core.disk.files import read_file
from studyapp.core.disk.programs import run_own

LARGEST_FILE: Final = 40_000_000
"""Bytes."""
LARGEST_SVG: Final = 4_000_000
MOST_PIXELS: Final = 60_000_000
"""Pixels of a stored picture; each takes four bytes while decoding."""
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_PATIENCE: Final = 8.0
"""Seconds allowed for drawing an SVG."""
_SVG_SIDE: Final = 1200
_LENGTH: Final = re.compile(rb"\b(width|height)\s*=\s*[\"']\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*[\"']")
_BOX: Final = re.compile(rb"\bviewBox\s*=\s*[\"'][\s,]*\S+[\s,]+\S+[\s,]+([\d.]+)[\s,]+([\d.]+)")


class PictureError(Exception):
    """There is no picture to show; the message gives a brief reason."""


def size_of(file: Path) -> tuple[int, int]:
    """The width and height of a picture in pixels, from the beginning of its file.

    Raises:
        PictureError: if it is none that can be shown.
    """
    if file.suffix.lower() == ".svg":
        return _svg_size(_read_svg(file))
    with _opened(file) as picture:
        return picture.size


def decode(file: Path, width: int, height: int) -> Image.Image:
    """The first frame of a picture, with transparency, not much larger than `width` × `height` pixels.

    Raises:
        PictureError: if it is none that can be shown.
    """
    if file.suffix.lower() == ".svg":
        return _fitted(_draw_svg(_read_svg(file), width), width, height)
    with _opened(file) as picture:
        try:
            picture.draft("RGB", (width, height))  # a large JPEG is decoded smaller
            return _fitted(picture.convert("RGBA"), width, height)
        except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:
            raise PictureError("it is damaged") from error


def _fitted(picture: Image.Image, width: int, height: int) -> Image.Image:
    return picture.resize((max(1, width), max(1, height)), Image.Resampling.LANCZOS)


def _opened(file: Path) -> Image.Image:
    try:
        source = io.BytesIO(_read(file, LARGEST_FILE))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its size, which is checked below
            picture = Image.open(source, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PictureError("it is too large") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PictureError("not a picture that can be shown") from error
    if picture.width * picture.height > MOST_PIXELS:
        picture.close()
        raise PictureError("it is too large")
    return picture


def _read(file: Path, most: int) -> bytes:
    try:
        if file.stat().st_size > most:
            raise PictureError("it is too large")
        return read_file(file, most)
    except FileNotFoundError as error:
        raise PictureError("it is not there") from error
    except OSError as error:
        raise PictureError("not a picture that can be shown") from error


def _read_svg(file: Path) -> bytes:
    source = _read(file, LARGEST_SVG)
    if b"<svg" not in source or b"<!ENTITY" in source or b"<!entity" in source:
        raise PictureError("not a picture that can be shown")
    return source


def _svg_size(source: bytes) -> tuple[int, int]:
    head = source[source.find(b"<svg") :].partition(b">")[0]
    given = {name: float(value) for name, value in _LENGTH.findall(head)}
    width, height = given.get(b"width", 0.0), given.get(b"height", 0.0)
    if found := _BOX.search(head):
        try:
            box = float(found[1]), float(found[2])
        except ValueError:
            box = (0.0, 0.0)
        if box[0] and box[1]:
            width = width or (height * box[0] / box[1] if height else box[0])
            height = height or width * box[1] / box[0]
    sides = (width or 300.0, height or 150.0)
    if not all(1 <= side <= 100_000 for side in sides):
        raise PictureError("it is too large")
    return round(sides[0]), round(sides[1])


def _draw_svg(source: bytes, width: int) -> Image.Image:
    """Draw in a separate process: a few lines of SVG can ask for more work than there is time."""
    side = str(min(max(width, 1), _SVG_SIDE))
    try:
        done = run_own(
            "studyapp.tui.pictures.svg", side, input=source, capture_output=True, check=True, timeout=_PATIENCE
        )
        return Image.open(io.BytesIO(done.stdout), formats=("PNG",)).convert("RGBA")
    except subprocess.TimeoutExpired as error:
        raise PictureError("it takes too long to draw") from error
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise PictureError("not a picture that can be shown") from error
