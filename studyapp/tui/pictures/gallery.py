"""The pictures of a screen: found in the vault, decoded on a thread, cached, and put in place of their names."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from studyapp.tui.pictures.decode import PictureError, decode, size_of
from studyapp.tui.pictures.half_blocks import half_blocks
from studyapp.tui.pictures.kitty import placeholders, transmission
from studyapp.tui.pictures.terminals import Graphics
from studyapp.tui.render import Rendered, Spot
from studyapp.tui.render.lines import Line, width_of
from studyapp.tui.render.looks import NOTHING, Look, at

if TYPE_CHECKING:
    from studyapp.tui.pictures.sixel import Slices

_CELL: Final = (8, 16)
"""Pixels of a cell in most fonts: for pictures that give their size in pixels."""
_KEPT: Final = 64
_SIZE: Final = re.compile(r"(\d{1,5})(?:\s*[xX]\s*(\d{1,5}))?\s*$")
_REMARK: Final = Look("$quiet")

Find = Callable[[str, str], Path | None]
"""From a picture's name and its note: its file, None if the vault has none."""


class _Key(Struct, frozen=True):
    file: Path
    modified: int
    columns: int
    rows: int
    background: tuple[int, int, int]


class Gallery:
    """Draws pictures for widgets that show rendered text."""

    def __init__(
        self,
        find: Find,
        graphics: Graphics,
        background: tuple[int, int, int],
        ready: Callable[[], None],
        send: Callable[[str], None],
    ) -> None:
        """Make it.

        Args:
            find: see `Find`.
            graphics: how pictures are drawn.
            background: what shows through where they are transparent.
            ready: is called, on another thread, when a picture has been decoded.
            send: writes to the terminal, for kitty's graphics; also from another thread.
        """
        self._find = find
        self.graphics = graphics
        self.background = background
        self._ready = ready
        self._send = send
        self.slices: Slices | None = None
        """Draws sixel graphics, where the terminal has them."""
        self.cell = _CELL
        """Pixels of one of its cells."""
        self._drawn: OrderedDict[_Key, list[Line] | str] = OrderedDict()
        """The lines of a picture, or why there are none."""
        self._asked: set[_Key] = set()
        self._numbers = 0
        self._lock = threading.Lock()
        self._workers: ThreadPoolExecutor | None = None

    def close(self) -> None:
        """Start no more pictures."""
        if self._workers is not None:
            self._workers.shutdown(wait=False, cancel_futures=True)

    def place(self, rendered: Rendered, path: str, width: int, height: int) -> Rendered:
        """Put pictures in place of lines that hold nothing but a picture's name.

        Args:
            rendered: a text that was laid out.
            path: the note that it is from.
            width: cells that a picture may take.
            height: lines that it may take.
        """
        images = _alone(rendered)
        if not images or self.graphics is Graphics.NONE:
            return rendered
        lines: list[Line] = []
        moved: list[int] = []
        """The new position of each line."""
        skip = 0
        for number, line in enumerate(rendered.lines):
            moved.append(len(lines))
            if number < skip:
                continue
            image = images.get(number)
            drawn = self._lines(image.anchor.target, image.anchor.more, path, width, height) if image else None
            if image is None or drawn is None:
                lines.append(line)
                continue
            if isinstance(drawn, str):
                lines.append([*line, (f" ({drawn})", _REMARK)])
                continue
            indent = line[: next(place for place, run in enumerate(line) if run[1].anchor is not None)]
            lines += [[*indent, *((text, at(image.anchor, look)) for text, look in row)] for row in drawn]
            skip = number + sum(1 for other in images.values() if other.anchor.number == image.anchor.number)
        places = [Spot(moved[place.line], place.start, place.end, place.anchor) for place in rendered.places]
        rows = [(moved[row], source) for row, source in rendered.rows if row < len(moved)]
        return Rendered(lines, places, rows, rendered.footnotes)

    def _lines(self, target: str, size: str, path: str, width: int, height: int) -> list[Line] | str | None:
        file = self._find(target, path)
        if file is None:
            return "not in the vault"
        try:
            modified = file.stat().st_mtime_ns
            pixels = size_of(file)
        except OSError:
            return "not in the vault"
        except PictureError as error:
            return str(error)
        columns, rows = fitting(pixels, size, width, height)
        key = _Key(file, modified, columns, rows, self.background)
        with self._lock:
            known = self._drawn.get(key)
            if known is not None:
                self._drawn.move_to_end(key)
                return known
            if key not in self._asked:
                self._asked.add(key)
                if self._workers is None:
                    self._workers = ThreadPoolExecutor(1, "pictures")
                self._workers.submit(self._draw, key)
        waiting: list[Line] = [[(" " * columns, NOTHING)] for _ in range(rows)]
        waiting[0] = [(f"▣ {file.name} …"[:columns].ljust(columns), _REMARK)]
        return waiting

    def _draw(self, key: _Key) -> None:
        drawn: list[Line] | str
        try:
            if self.graphics is Graphics.KITTY:
                picture = decode(key.file, key.columns * _CELL[0] * 2, key.rows * _CELL[1] * 2)
                self._numbers += 1
                self._send(transmission(picture, self._numbers, key.columns, key.rows))
                drawn = placeholders(self._numbers, key.columns, key.rows)
            elif self.graphics is Graphics.SIXEL and self.slices is not None:
                wide, high = self.cell
                picture = decode(key.file, key.columns * wide, key.rows * high)
                self._numbers += 1
                drawn = self.slices.add(self._numbers, picture, (key.columns, key.rows), key.background)
            else:
                drawn = half_blocks(decode(key.file, key.columns, key.rows * 2), key.background)
        except PictureError as error:
            drawn = str(error)
        except Exception as error:  # noqa: BLE001 - a picture must not end a review, whatever is wrong with it
            drawn = f"can't show it: {type(error).__name__}"
        with self._lock:
            self._drawn[key] = drawn
            self._asked.discard(key)
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        self._ready()


def fitting(pixels: tuple[int, int], size: str, width: int, height: int) -> tuple[int, int]:
    """How many columns and rows a picture takes.

    As many as its embed says, or as its size needs, but no more than fit, and in proportion.
    """
    wide, high = pixels
    if found := _SIZE.search(size):
        given = int(found[1])
        high = int(found[2]) if found[2] else max(1, round(high * given / max(1, wide)))
        wide = given
    columns, rows = max(1.0, wide / _CELL[0]), max(1.0, high / _CELL[1])
    scale = min(1.0, max(1, width) / columns, max(1, height) / rows)
    return max(1, int(columns * scale)), max(1, round(rows * scale))


def _alone(rendered: Rendered) -> dict[int, Spot]:
    """The lines that hold nothing but (a piece of) a picture's name."""
    found: dict[int, Spot] = {}
    for place in rendered.places:
        if place.anchor.kind != "image":
            continue
        line = rendered.lines[place.line]
        others = [text for text, look in line if look.anchor != place.anchor and text.strip(" ▎▏│>|")]
        if not others and width_of(line):
            found[place.line] = place
    return found
