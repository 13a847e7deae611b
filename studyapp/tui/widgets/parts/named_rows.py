"""Names on the left, their values on the right; a long text continues below its beginning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from studyapp.tui.widgets.parts.act import acting

_GAP = 2
"""Cells between a name and its text."""
_LEAST = 8
"""Cells of a text; with less room for it, what sticks out is cut."""


class NamedRows(Widget):
    """As high as its texts need in the width at hand."""

    DEFAULT_CSS = "NamedRows { width: 100%; height: auto; text-wrap: nowrap; text-overflow: clip; }"

    def __init__(self, rows: Sequence[tuple[str, str]], look: str, wide: int, acts: Sequence[str] = ()) -> None:
        """Make them of names and texts, safe for a terminal; a click on a row runs its action, if it has one."""
        super().__init__()
        self.auto_links = False
        self._acts = acts
        self._rows, self._look, self._wide = rows, look, wide + _GAP

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return sum(1 for _ in self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> Iterator[Content]:
        for number, (name, text) in enumerate(self._rows):
            head = Content.styled(name + " " * (self._wide - cell_len(name)), self._look)
            for line in Content(text).wrap(max(_LEAST, width - self._wide)):
                yield acting(head + line, self._acts[number]) if self._acts else head + line
                head = Content(" " * self._wide)
