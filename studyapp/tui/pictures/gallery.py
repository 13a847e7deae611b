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
from rich.cells import cell_len

from studyapp.core.visible import visible
from studyapp.study.reader.web import is_web
from studyapp.tui.pictures.decode import PictureError, decode, size_of
from studyapp.tui.pictures.half_blocks import half_blocks
from studyapp.tui.pictures.kitty import placeholders, transmission
from studyapp.tui.pictures.terminals import Graphics
from studyapp.tui.render import COLOUR, Palette, Rendered, Spot
from studyapp.tui.render.lines import Line, pad, width_of
from studyapp.tui.render.looks import NOTHING, Anchor, Look, at
from studyapp.tui.render.looks import drawn as framing
from studyapp.wording.widths import cut

if TYPE_CHECKING:
    from studyapp.tui.pictures.sixel import Slices

_CELL: Final = (8, 16)
"""Pixels of a cell in most fonts: for pictures that give their size in pixels."""
_KEPT: Final = 64
_SIZE: Final = re.compile(r"(\d{1,5})(?:\s*[xX]\s*(\d{1,5}))?\s*$")
_REMARK: Final = Look("$quiet")
_NARROWEST: Final = 12
"""The least width of a box."""

Find = Callable[[str, str], Path | None]
"""From a picture's name and its note: its file, None if the vault has none."""


class _Key(Struct, frozen=True):
    file: Path
    modified: int
    columns: int
    rows: int
    background: tuple[int, int, int]


class _Unshown(Struct, frozen=True):
    """A picture that can't be drawn, but perhaps opened."""

    name: str
    why: str = ""

    def box(self, width: int, palette: Palette, key: str) -> list[Line]:
        """Its name, why it isn't drawn, and the key that opens it, in a box of at most that width."""
        frame, quiet = framing(palette["rule"]), framing(palette["markup"])
        name = visible(self.name, newlines=False)
        said = [("▣ ", quiet), (cut(name, max(1, width - 6)), palette["embed"])]
        if self.why and width_of(said) + 4 + cell_len(self.why) + 2 <= width:
            said.append((f"  {self.why}", quiet))
        inside = [said]
        if key:
            inside.append([(key, framing(palette["key"])), (" Open the picture"[: width - 4 - cell_len(key)], quiet)])
        wide = max(map(width_of, inside))
        rows = [[("│ ", frame), *pad(row, wide), (" │", frame)] for row in inside]
        return [[(f"╭{'─' * (wide + 2)}╮", frame)], *rows, [(f"╰{'─' * (wide + 2)}╯", frame)]]


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
        """Make it for what finds pictures; `background` shows through where they are transparent.

        On another thread, `ready` is called when one has been decoded, and `send` writes kitty's graphics to the
        terminal.
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

    def place(
        self,
        rendered: Rendered,
        path: str,
        width: int,
        height: int,
        *,
        palette: Palette = COLOUR,
        key: str = "",
        sure: bool = True,
    ) -> Rendered:
        """Put pictures, or boxes with their names, in place of lines that hold nothing but a picture's name.

        They are from the note at `path`, and take at most a width and height in cells. A text laid out without
        colours gets no picture. `key` opens a picture that can't be drawn. One that isn't found may be there unless
        it is `sure` that all of the vault's files are known.
        """
        images = _alone(rendered)
        if not images:
            return rendered
        lines: list[Line] = []
        places: list[Spot] = []
        moved: list[int] = []
        """The new position of each line."""
        skip = 0
        for number, line in enumerate(rendered.lines):
            moved.append(len(lines))
            if number < skip:
                continue
            image = images.get(number)
            drawn = self._lines(image.anchor, path, (width, height), palette) if image else None
            if image is None or drawn is None or isinstance(drawn, str):
                places += [
                    Spot(len(lines), place.start, place.end, place.anchor)
                    for place in rendered.places
                    if place.line == number
                ]
                lines.append([*line, (f" ({drawn})", palette["markup"])] if isinstance(drawn, str) and sure else line)
                continue
            indent = line[: next(place for place, run in enumerate(line) if run[1].anchor is not None)]
            start = width_of(indent)
            if isinstance(drawn, _Unshown):
                drawn = drawn.box(max(_NARROWEST, width - start), palette, key)
            skip = number + sum(1 for other in images.values() if other.anchor.number == image.anchor.number)
            for row in drawn:
                places.append(Spot(len(lines), start, start + width_of(row), image.anchor))
                lines.append([*indent, *((text, at(image.anchor, look)) for text, look in row)])
        rows = [(moved[row], source) for row, source in rendered.rows if row < len(moved)]
        return Rendered(lines, places, rows, rendered.footnotes)

    def _lines(
        self, anchor: Anchor, path: str, room: tuple[int, int], palette: Palette
    ) -> list[Line] | _Unshown | str:
        """A picture's lines, or what is known of one that can't be shown, or why nothing can be opened either."""
        target, size = anchor.target, anchor.more
        if is_web(target):
            return _Unshown(target, "on the web")
        file = self._find(target, path)
        if file is None:
            return "not in the vault"
        try:
            modified = file.stat().st_mtime_ns
            pixels = size_of(file)
        except OSError:
            return "not in the vault"
        except PictureError as error:
            return _Unshown(file.name, str(error))
        if self.graphics is Graphics.NONE or not palette.colours:
            return _Unshown(file.name)
        columns, rows = fitting(pixels, size, *room)
        key = _Key(file, modified, columns, rows, self.background)
        with self._lock:
            known = self._drawn.get(key)
            if known is not None:
                self._drawn.move_to_end(key)
                return _Unshown(file.name, known) if isinstance(known, str) else known
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
