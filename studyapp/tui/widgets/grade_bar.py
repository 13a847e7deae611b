"""The line below the card: how to turn it, then the four grades with the interval that each would give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from studyapp.core.schedule import Grade
from studyapp.core.visible import visible

STYLES: Final = {
    Grade.AGAIN: "$text-error",
    Grade.HARD: "$text-warning",
    Grade.GOOD: "$text-success",
    Grade.EASY: "$text-primary",
}


class GradeBar(Widget):
    """Four fields of equal width; a click on one chooses it."""

    DEFAULT_CSS = """
    GradeBar { height: 1; width: 100%; padding: 0 2; background: $surface; text-wrap: nowrap; text-overflow: clip; }
    """

    @dataclass
    class Chosen(Message):
        """A grade was clicked on; None where the click turns the card."""

        grade: Grade | None

    def __init__(self) -> None:
        super().__init__()
        self._fields: tuple[tuple[Grade, str, str], ...] = ()
        self._words = Content("")

    def ask(self, key: str) -> None:
        """Say which key shows the answer."""
        self._fields = ()
        self._words = Content.assemble((key, "bold $text-accent"), " show the answer")
        self.refresh()

    def offer(self, keys: Mapping[Grade, str], intervals: Mapping[Grade, str]) -> None:
        """Show the four grades with their keys and intervals."""
        self._fields = tuple((grade, keys.get(grade, ""), intervals.get(grade, "")) for grade in Grade)
        self.refresh()

    def say(self, text: str) -> None:
        """Show a text in place of grades."""
        self._fields = ()
        self._words = Content.styled(visible(text, newlines=False), "$text-muted")
        self.refresh()

    def render(self) -> Content:
        """Lay the fields out in the width at hand."""
        width = self.size.width
        if not self._fields:
            return self._words.truncate(width, ellipsis=True)
        parts: list[Content] = []
        for number, (grade, key, interval) in enumerate(self._fields):
            start, end = (width * place // len(self._fields) for place in (number, number + 1))
            part = Content.assemble(
                (key, f"bold {STYLES[grade]}"),
                " ",
                (grade.capitalize(), STYLES[grade]),
                " ",
                (interval, "$text-muted"),
            )
            parts.append(part.truncate(end - start - 1).pad_right(max(0, end - start - part.cell_length)))
        return Content("").join(parts)

    def on_click(self, event: Click) -> None:
        """Choose the field that was clicked on."""
        place = event.get_content_offset(self)
        if place is None:
            return
        if not self._fields:
            self.post_message(self.Chosen(None))
            return
        number = min(len(self._fields) - 1, place.x * len(self._fields) // max(1, self.size.width))
        self.post_message(self.Chosen(self._fields[number][0]))
