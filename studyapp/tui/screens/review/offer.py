"""The demos of the card in front, offered below its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.widgets.cards.grade_bar import GradeBar
from studyapp.tui.widgets.parts.act import Act

if TYPE_CHECKING:
    from studyapp.core.vault.vault import Handle
    from studyapp.study.reader.demo_links import DemoChoice


class CardOffer:
    """Offers a card's demos on a screen; its line is made for the first card that has one, as few need it."""

    def __init__(self, screen: StudyScreen) -> None:
        self._screen = screen
        self._line: Act | None = None
        self.demos: tuple[DemoChoice, ...] = ()
        self.misnamed: tuple[str, ...] = ()
        """The card's links to demos that don't exist."""

    def take(self, handle: Handle | None, at_the_end: tuple[DemoChoice, ...]) -> None:
        """Find the demos of a card; with no card in front, keep those of the end."""
        known = self._screen.study.demos
        found = known.of(handle) if handle is not None else None
        self.demos, self.misnamed = (found.nearest, found.problems) if found is not None else (at_the_end, ())
        if self.demos:
            known.in_sight(self.demos[0].name)
        if handle is not None and self.demos:
            if self._line is None:
                self._line = Act("demo", id="review-offer")
                self._screen.query_one("#review-column").mount(self._line, before=self._screen.query_one(GradeBar))
            if (words := self.words) != self._line.content:
                self._line.update(words)
        if self._line is not None:
            self._line.display = False

    def appear(self) -> None:
        """Show the offer, now that the card is turned: before, it could give the answer away."""
        if self._line is not None:
            self._line.display = bool(self.demos)

    @property
    def words(self) -> Content:
        """The key, and which demo it runs."""
        one = len({choice.name for choice in self.demos}) == 1
        what = _offered(self.demos[0]) if one else f" Watch one of {len(self.demos)} demos"
        return Content.assemble(("▶ ", "$learn"), (self._screen.key_of("review.demo"), "bold $act"), what)


def _offered(choice: DemoChoice) -> str:
    if choice.walk:
        return f" Walk through {choice.title}"
    return f" {choice.title}" if choice.name == "compare" else f" Watch {choice.title} learn"
