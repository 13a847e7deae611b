"""Today's work: how much is due and new, how long that takes, and the key that starts it.

It has the same height before and after the rest is known, so that nothing below it moves.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.widget import Widget

from studyapp.core.visible import visible
from studyapp.tui.messages import FieldMessage
from studyapp.wording.widths import cut, joined

_ROOMY: Final = (100, 30)
"""The fewest columns and rows of the terminal at which the numbers are big."""
_GAP: Final = 4
_LATE: Final = "of them late"
_DIGITS: Final = {
    "0": ("█▀█", "█ █", "▀▀▀"),
    "1": ("▀█ ", " █ ", "▀▀▀"),
    "2": ("▀▀█", "█▀▀", "▀▀▀"),
    "3": ("▀▀█", " ▀█", "▀▀▀"),
    "4": ("█ █", "▀▀█", "  ▀"),
    "5": ("█▀▀", "▀▀█", "▀▀▀"),
    "6": ("█▀▀", "█▀█", "▀▀▀"),
    "7": ("▀▀█", "  █", "  ▀"),
    "8": ("█▀█", "█▀█", "▀▀▀"),
    "9": ("█▀█", "▀▀█", "▀▀▀"),
    ",": (" ", " ", "▄"),
    ".": (" ", " ", "▀"),
    "–": ("  ", "▄▄", "  "),
}


def big(number: str) -> tuple[str, ...]:
    """A number in three rows."""
    return tuple(" ".join(_DIGITS[digit][row] for digit in number) for row in range(3))


class Work(Struct, frozen=True):
    """Today's work."""

    due: int
    new: int
    time: str
    late: int | None = None
    """How many of the due cards were due before today; None until that is known."""
    limit: int = 0
    """New cards a day; 0 where there is no limit."""
    done: int | None = None
    """The reviews of today, likewise."""
    key: str = ""
    deck: str = ""


class Today(Widget):
    """Shows the day's work, or a sentence in its place, with further sentences below."""

    DEFAULT_CSS = """
    Today { height: auto; width: 100%; margin-top: 1; text-wrap: nowrap; text-overflow: clip; }
    """

    class Begun(FieldMessage):
        """A click asked for the review."""

    def __init__(self) -> None:
        super().__init__(classes="page")
        self._said: Work | Content = Content("")
        self._more: tuple[str, ...] = ()

    def show(self, said: Work | Content, more: tuple[str, ...] = ()) -> None:
        """Show the work, or a sentence in its place, with further sentences below."""
        if (said, more) != (self._said, self._more):
            before = self._lines(self.size.width)
            self._said, self._more = said, more
            lines = self._lines(self.size.width)
            if len(lines) != self.size.height or not all(map(Content.is_same, lines, before)):
                self.refresh(layout=len(lines) != self.size.height)

    def of_deck(self, deck: str) -> None:
        """Name the deck that a review would cover."""
        if isinstance(self._said, Work):
            self.show(replace(self._said, deck=deck), self._more)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))

    def on_click(self, event: Click) -> None:
        place = event.get_content_offset(self)
        if isinstance(self._said, Work) and self._said.key and place is not None and place.x > self.size.width // 2:
            self.post_message(self.Begun())

    def _lines(self, width: int) -> list[Content]:
        more = Content.styled(joined(self._more, width), "$quiet")
        if isinstance(self._said, Content):
            return [self._said, more]
        if roomy(self.app.size):
            return _large(self._said, width, more)
        return [_small(self._said, width), more]


def roomy(size: Size) -> bool:
    """Whether there is room for big numbers."""
    return size.width >= _ROOMY[0] and size.height >= _ROOMY[1]


def _small(work: Work, width: int) -> Content:
    left = Content("  ·  ").join(
        [
            Content.styled(f"{work.due:,} due", "bold $good" if work.due else "$quiet"),
            Content.styled(f"{work.new:,} new", "bold $act" if work.new else "$quiet"),
            Content.styled(work.time, "$quiet"),
        ]
    )
    right = Content.assemble((work.key, "bold $act"), (" Start review", "$quiet")) if work.key else Content("")
    return _ends(left, right, width)


def _large(work: Work, width: int, more: Content) -> list[Content]:
    late = "" if not work.due else "none late" if work.late == 0 else _told(work.late, _LATE)
    done = _told(work.done, "done today")
    limit = f"of {work.limit:,} a day" if work.limit else ""
    widest = len(_told(work.due, _LATE)) if work.due else 0
    lines = [Content("")] * 3
    for number, name, below, least, look in (
        (work.due, "due", late, widest, "$good" if work.due else "$quiet"),
        (work.new, "new", limit, 0, "$act" if work.new else "$quiet"),
    ):
        digits = big(f"{number:,}")
        words = (Content.styled(name, f"bold {look}"), Content.styled(below, "$quiet"), Content(""))
        wide = max(least, *(word.cell_length for word in words)) + _GAP
        lines = [
            Content.assemble(line, (row, look), "  ", word, " " * (wide - word.cell_length))
            for line, row, word in zip(lines, digits, words, strict=True)
        ]
    lines[0] = Content.assemble(lines[0], (work.time, "bold $strong"))
    lines[1] = Content.assemble(lines[1], (done, "$quiet"))
    beside = lines[2].cell_length + more.cell_length <= width
    if beside:
        lines[2] = Content.assemble(lines[2], more)
    if work.key:
        start = Content.assemble((work.key, "bold $act"), " Start review")
        deck = cut(visible(work.deck, newlines=False), 24)
        indent = " " * (len(work.key) + 1)
        lines[0] = _ends(lines[0], start, width)
        lines[1] = _ends(lines[1], Content.styled(f"{indent}{deck}".ljust(start.cell_length), "$quiet"), width)
    return [*lines, Content("") if beside else more]


def _told(number: int | None, what: str) -> str:
    """How many there are; nothing until that is known."""
    return "" if number is None else f"{number:,} {what}" if number else f"none {what}"


def _ends(left: Content, right: Content, width: int) -> Content:
    gap = width - left.cell_length - right.cell_length
    return Content.assemble(left, " " * gap, right) if gap > 1 else left.truncate(width, ellipsis=True)
