"""What follows the card: how to turn it, then the four grades with the interval that each would give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.widget import Widget

from studyapp.core.schedule.entries import Grade
from studyapp.core.visible import visible
from studyapp.tui.messages import FieldMessage

HUES: Final = {Grade.AGAIN: "bad", Grade.HARD: "care", Grade.GOOD: "good", Grade.EASY: "act"}
_TALL: Final = 30
"""The fewest rows of a terminal at which the grades are boxes."""
_FIELD: Final = 20
"""Width that a box needs."""
_GAP: Final = 2
_Box = tuple[Grade, str, str]
"""A grade with its key and its interval."""


class GradeBar(Widget):
    """Four boxes of equal width, or two lines where it is too narrow for one; a click chooses one."""

    DEFAULT_CSS = """
    GradeBar { height: auto; width: 100%; padding: 0 2; text-wrap: nowrap; text-overflow: clip; }
    """

    class Chosen(FieldMessage):
        """A grade was clicked; None if the click turns the card."""

        grade: Grade | None

    def __init__(self) -> None:
        super().__init__()
        self._fields: tuple[_Box, ...] = ()
        self._words = Content("")

    def ask(self, key: str) -> None:
        """Say which key shows the answer."""
        self._fields = ()
        self._words = Content.assemble((key, "bold $act"), (" show the answer", "$quiet"))
        self.refresh(layout=True)

    def offer(self, keys: Mapping[Grade, str], intervals: Mapping[Grade, str]) -> None:
        """Show the grades with an interval, and their keys."""
        self._fields = tuple((grade, keys.get(grade, ""), intervals[grade]) for grade in Grade if grade in intervals)
        self.refresh(layout=True)

    def say(self, text: str) -> None:
        """Show a text in place of grades."""
        self._fields = ()
        self._words = Content.styled(visible(text, newlines=False), "$quiet")
        self.refresh(layout=True)

    @property
    def lines(self) -> int:
        """How many lines it takes at the current width."""
        return self.get_content_height(self.size, self.size, self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Three lines of boxes; else one line, or two where grades and intervals do not fit side by side."""
        if self._has_fields(width):
            return 3
        return len(_lines(self._fields, width)) if self._fields else 1

    def render(self) -> Content:
        width = self.size.width
        if not self._fields:
            return self._words.truncate(width, ellipsis=True)
        if self._has_fields(width):
            return self._drawn(width)
        ends = [width * place // len(self._fields) for place in range(len(self._fields) + 1)]
        rooms = [end - start for start, end in pairwise(ends)]
        lines = [
            # Only names are cut: half a number would be a different number.
            [
                part.truncate(room - 1).pad_right(max(0, room - part.cell_length))
                for part, room in zip(line, rooms, strict=True)
            ]
            for line in _lines(self._fields, width)
        ]
        return Content("\n").join(Content("").join(line) for line in lines)

    def _has_fields(self, width: int) -> bool:
        """Whether there is room to draw each grade as a box."""
        return bool(self._fields) and self.app.size.height >= _TALL and width >= len(self._fields) * _FIELD

    def _drawn(self, width: int) -> Content:
        """Boxes in the colours of their grades, from edge to edge; the one that Space gives is bold."""
        ends = [(width + _GAP) * place // len(self._fields) for place in range(len(self._fields) + 1)]
        rows: list[list[Content]] = [[], [], []]
        for (grade, key, interval), (start, end) in zip(self._fields, pairwise(ends), strict=True):
            wide = end - start - _GAP
            hue, good = HUES[grade], grade is Grade.GOOD
            ground = f"on ${hue}-field"
            name = Content.assemble(
                " ", (key, f"bold ${hue}"), " ", (grade.capitalize(), "bold $strong" if good else ""), " ⏎" * good
            )
            gap = max(1, wide - name.cell_length - cell_len(interval) - 1)
            line = Content.assemble(name, " " * gap, interval, " ").truncate(wide)
            rows[0].append(Content.styled("▔" * wide, f"${hue}-area {ground}"))
            rows[1].append(line.stylize(ground))
            rows[2].append(Content.styled(" " * wide, ground))
        return Content("\n").join(Content(" " * _GAP).join(row) for row in rows)

    def on_click(self, event: Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        if not self._fields:
            self.post_message(self.Chosen(None))
            return
        number = min(len(self._fields) - 1, place.x * len(self._fields) // max(1, self.size.width))
        self.post_message(self.Chosen(self._fields[number][0]))


def _fit(parts: Iterable[Content], room: int) -> bool:
    return all(part.cell_length <= room for part in parts)


@lru_cache(maxsize=8)
def _lines(fields: tuple[_Box, ...], width: int) -> list[list[Content]]:
    """The text of each box, line by line."""
    room = width // max(1, len(fields)) - 1
    names = [
        Content.assemble((key, f"bold ${HUES[grade]}"), " ", (grade.capitalize(), f"${HUES[grade]}"))
        for grade, key, _ in fields
    ]
    intervals = [Content.styled(interval, "$quiet") for _, _, interval in fields]
    whole = [Content(" ").join(pair) for pair in zip(names, intervals, strict=True)]
    if _fit(whole, room):
        return [whole]
    indents = [" " * (cell_len(key) + 1) for _, key, _ in fields]
    below = [Content(indent) + interval for indent, interval in zip(indents, intervals, strict=True)]
    if _fit(below, room):
        return [names, below]
    return [names, intervals] if _fit(intervals, room) else [names]
