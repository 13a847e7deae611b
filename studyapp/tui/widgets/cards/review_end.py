"""The end of a review: the grades, what to see again, what comes next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar, Final

from msgspec import Struct
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.widget import Widget

from studyapp.charts.outlook import day_columns
from studyapp.core.plural import count, percent
from studyapp.core.schedule.entries import Grade
from studyapp.core.visible import visible
from studyapp.study.review.coming import Coming
from studyapp.tui import keys
from studyapp.tui.widgets.cards.grade_bar import HUES
from studyapp.tui.widgets.drawings.chart import coloured
from studyapp.tui.widgets.parts.pane import title_rule
from studyapp.tui.widgets.parts.stack import stack
from studyapp.wording.numbers import clock_text, ordinal
from studyapp.wording.reviews import coming_text
from studyapp.wording.widths import cut

_DAYS: Final = 14
_MOST: Final = 6
"""The most cards named."""
_FEW: Final = 3
"""The most cards named where there is little room."""
_TALL: Final = 30
"""The fewest lines at which there is room for more."""


class Forgotten(Struct, frozen=True):
    """A card that was graded Again."""

    front: str
    lapses: int
    due: str
    """When it comes up again."""


class Ended(Struct, frozen=True):
    """A finished review."""

    deck: str | None
    """The deck that was reviewed; None for all."""
    grades: Mapping[Grade, int]
    seconds: float
    forgotten: Sequence[Forgotten]
    demos: Sequence[tuple[str, str]]
    """The demos of the hardest cards: each title, with its card's front."""
    demo_key: str
    coming: Coming
    today: date
    streak: int = 0
    """Days in a row with reviews; 0 until known."""


class ReviewEnd(Widget, can_focus=True):
    """Shows what was done, and what comes next, with keys for it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "screen.dismiss", "Decks", id="end.done"),
        Binding(keys.STUDY, "screen.more", "Study more", id="end.more", tooltip="ahead, new only, cram, by words"),
        Binding(keys.STATISTICS, "screen.statistics", "Statistics", id="end.statistics"),
    ]

    DEFAULT_CSS = """
    ReviewEnd { height: 1fr; width: 100%; padding: 1 2 0 2; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__(id="review-done")
        self.ended: Ended | None = None
        self._offers = range(0)
        """The lines that offer demos."""

    def show(self, ended: Ended) -> None:
        """Show this review's end."""
        self.ended = ended
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as there is room."""
        return container.height

    def render(self) -> Content:
        """What fits; what matters less goes first."""
        if self.ended is None:
            return Content("")
        size, colours = self.size, not self.app.no_color
        lines = list(_done(self.ended, size.width, colours=colours))
        shown = _MOST if size.height >= _TALL else _FEW
        parts = [
            list(_again(self.ended, size.width, shown)),
            list(_demos(self.ended, size.width)),
            list(_weeks(self.ended, size.width)),
            list(_next(self.ended, size.width)),
        ]
        self._offers = range(0)
        for number, part in enumerate(parts):
            if part and len(lines) + 1 + len(part) <= size.height:
                lines += [Content(""), *part]
                if number == 1:
                    self._offers = range(len(lines) - len(part) + 1, len(lines))
        return Content("\n").join(lines)

    async def on_click(self, event: Click) -> None:
        """Open a demo that is offered."""
        place = event.get_content_offset(self)
        if place is not None and place.y in self._offers:
            await self.run_action("screen.demo")


def _done(ended: Ended, width: int, *, colours: bool) -> Iterator[Content]:
    where = f" in {visible(ended.deck, newlines=False)}" if ended.deck else ""
    given = {grade: number for grade in Grade if (number := ended.grades.get(grade, 0))}
    number = sum(given.values())
    took = f"  {count(number, 'card')} in {clock_text(ended.seconds)}" if number else ""
    each = f", {ended.seconds / number:.0f} s a card" if number else ""
    told = [
        Content.assemble((f"Nothing left to review{place}.", "bold $strong"), more)
        for place, more in ((where, took + each), (where, took), ("", took))
    ]
    fits = (one for one in told if one.cell_length <= width)
    yield next(fits, told[-1].truncate(width, ellipsis=True))
    if not given:
        return
    yield Content("")
    yield stack([(HUES[grade], number) for grade, number in given.items()], width, colours=colours)
    parts = [
        Content.assemble((f"{number:,}", f"bold ${HUES[grade]}"), (f" {grade.capitalize()}", "$quiet"))
        for grade, number in given.items()
    ]
    left = Content("     ").join(parts)
    right = Content.styled(f"{percent(1 - given.get(Grade.AGAIN, 0) / number)} remembered", "$quiet")
    gap = width - left.cell_length - right.cell_length
    yield Content.assemble(left, " " * gap, right) if gap > 1 else left.truncate(width)


def _again(ended: Ended, width: int, most: int) -> Iterator[Content]:
    if not ended.forgotten:
        return
    yield title_rule("To see again", "", width)
    for one in ended.forgotten[:most]:
        lapse = f"{ordinal(one.lapses)} lapse" if one.lapses > 1 else ""
        right = Content.assemble((lapse, "$care"), (one.due.rjust(10), "$quiet"))
        front = cut(visible(one.front, newlines=False), max(8, width - right.cell_length - 4))
        gap = max(1, width - 2 - Content(front).cell_length - right.cell_length)
        yield Content.assemble(("1 ", "$bad"), front, " " * gap, right).truncate(width)
    if len(ended.forgotten) > most:
        yield Content.styled(f"  and {len(ended.forgotten) - most:,} more", "$quiet")


def _demos(ended: Ended, width: int) -> Iterator[Content]:
    if not ended.demos:
        return
    several = len(ended.demos) > 1
    yield title_rule("Your hardest today have a demo" if several else "Your hardest today has a demo", "", width)
    for number, (title, front) in enumerate(ended.demos):
        key = ended.demo_key if not number else " " * len(ended.demo_key)
        what = Content.assemble(("▶ ", "$learn"), (key, "bold $act"), f" {visible(title, newlines=False)}")
        of = (f" · {visible(front, newlines=False)}", "$quiet")
        yield Content.assemble(what, of).truncate(width, ellipsis=True)


def _weeks(ended: Ended, width: int) -> Iterator[Content]:
    coming = ended.coming
    if not (coming.now or coming.days):
        return
    due = [coming.now + coming.days[0], *(coming.days[day] for day in range(1, _DAYS))]
    streak = f" · {ended.streak:,}-day streak" if ended.streak > 1 else ""
    yield title_rule("Next two weeks", f"{due[1]:,} tomorrow{streak}", width)
    yield from coloured(day_columns(due, ended.today, width)).split("\n")


def _next(ended: Ended, width: int) -> Iterator[Content]:
    for line in textwrap.wrap(coming_text(ended.coming), max(1, width)):
        yield Content.styled(line, "$quiet")
