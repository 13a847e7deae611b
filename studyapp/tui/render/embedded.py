"""Notes that are shown within a note: how deep that goes, and that it never goes round in a circle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from studyapp.tui.render.marks import without_marks

DEEPEST: Final = 4
"""Notes within notes; what lies deeper is shown as a link."""
MOST: Final = 60
"""Notes that are shown within one, however deep: a hundred embeds of a hundred embeds are too many to lay out."""
LONGEST: Final = 20_000
"""Characters of a note that is shown within another; the rest is a link away."""

Source = Callable[[str, str], tuple[str, str] | None]
"""Given what an embed names and the path of the note that it stands in: the path of the note that it means, with the
part of it as `path#part`, and its text. None where there is none."""


class _Budget(Struct):
    left: int = MOST


class Embedded:
    """Gives the text of embedded notes; one for each note on the way down."""

    def __init__(self, source: Source, path: str) -> None:
        """Begin with the note at `path`, whose embeds `source` knows."""
        self._source = source
        self._path = path
        self._trail: tuple[str, ...] = (path,)
        self._budget = _Budget()
        self.markdown = ""
        """The text that is shown; empty for the note that it begins with."""

    def follow(self, target: str) -> Embedded | None:
        """Go down into an embed; None where it names nothing, or leads back to where it stands, or is too much."""
        if len(self._trail) > DEEPEST or self._budget.left <= 0:
            return None
        found = self._source(without_marks(target), self._path)
        if found is None:
            return None
        name, markdown = found
        path = name.partition("#")[0]
        if name in self._trail:
            return None  # a note within itself, or a part of it within that part
        self._budget.left -= 1
        below = Embedded(self._source, path)
        below._trail = (*self._trail, name)
        below._budget = self._budget
        below.markdown = markdown if len(markdown) <= LONGEST else f"{markdown[:LONGEST]}\n\n…"
        return below
