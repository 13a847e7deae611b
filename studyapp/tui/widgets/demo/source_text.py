"""Python source with syntax colours: dim line numbers, and long lines wrapped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, get_character_cell_size
from textual.content import Content
from textual.geometry import Size
from textual.highlight import highlight
from textual.widget import Widget

from studyapp.core.visible import visible

_AFTER: Final = 2
"""Space between a number and its line."""
_INDENT: Final = 4
"""Extra indent of a wrapped line."""


class SourceText(Widget):
    """Shows the source of a file."""

    DEFAULT_CSS = """
    SourceText { width: 100%; height: auto; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Content] = []
        self._folded: tuple[int, Content] = (0, Content(""))

    def show(self, source: bytes) -> None:
        """Show a file."""
        text = visible(source.decode("utf-8", "replace"))
        self._lines = highlight(text.rstrip("\n"), language="python").split("\n")
        self._folded = (0, Content(""))
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._at(width).split("\n"))

    def render(self) -> Content:
        return self._at(self.size.width)

    def _at(self, width: int) -> Content:
        if self._folded[0] != width:
            self._folded = width, Content("\n").join(self._fold(width))
        return self._folded[1]

    def _fold(self, width: int) -> Iterator[Content]:
        wide = len(str(len(self._lines)))
        room = max(width - wide - _AFTER, _INDENT + 1)
        for number, line in enumerate(self._lines, 1):
            first, *more = line.divide(_breaks(line.plain, room))
            yield Content.assemble((f"{number:>{wide}}{' ' * _AFTER}", "$quiet"), first)
            yield from (Content.assemble(" " * (wide + _AFTER + _INDENT), part) for part in more)


def _breaks(text: str, room: int) -> list[int]:
    """Where to wrap a line: after a space, if there is one in the second half of a row."""
    breaks: list[int] = []
    start, space, taken, wide = 0, 0, 0, room
    for at, character in enumerate(text):
        cells = get_character_cell_size(character)
        if taken + cells > wide and at > start:
            start = space if space > (start + at) // 2 else at
            breaks.append(start)
            taken, wide = cell_len(text[start:at]), room - _INDENT
        taken += cells
        if character == " ":
            space = at + 1
    return breaks
