"""Notes embedded in notes: how deep, and how cycles are cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from studyapp.markup.marks import without_marks

DEEPEST: Final = 4
"""How deep embeds are shown; deeper ones become links."""
MOST: Final = 60
"""The most embedded notes in one note, at any depth: a hundred embeds of a hundred embeds are too many."""
LONGEST: Final = 20_000
"""The most characters shown of an embedded note; the rest is a link away."""

Source = Callable[[str, str], tuple[str, str] | None]
"""Takes an embed's target and the path of its note; returns the path of the embedded note, with its part as
`path#part`, and its text. None if there is none.
"""


class _Budget(Struct):
    left: int = MOST


class Embedded:
    """Provides the texts of embedded notes; one object for each note on the way down."""

    def __init__(self, source: Source, path: str) -> None:
        self._source = source
        self._path = path
        self._trail: tuple[str, ...] = (path,)
        self._budget = _Budget()
        self.markdown = ""
        """The text shown; empty for the outermost note."""

    def follow(self, target: str) -> Embedded | None:
        """Enter an embed; None if it leads nowhere or back into itself, or is too much."""
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
