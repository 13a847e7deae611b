"""The grades of one review, and what its end says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from studyapp.core.schedule.entries import Grade
from studyapp.wording.numbers import when_text

if TYPE_CHECKING:
    from studyapp.core.notes.cards import CardId
    from studyapp.core.vault.vault import Handle
    from studyapp.study.reader.demo_links import DemoChoice
    from studyapp.study.review.session import Session
    from studyapp.tui.study import Study
    from studyapp.tui.widgets.cards.review_end import Ended

_MOST_DEMOS: Final = 2
"""The most demos offered at the end."""


class Graded:
    """Counts the grades of a review, and remembers the cards that were hard."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self.grades: Counter[Grade] = Counter()
        self._hard: list[tuple[Grade, Handle]] = []
        """Cards graded Again or Hard, in order."""
        self.streak = 0
        """Days in a row with reviews, today's included."""

    def add(self, grade: Grade, handle: Handle | None) -> None:
        """Count a grade."""
        self.grades[grade] += 1
        if grade in (Grade.AGAIN, Grade.HARD) and handle is not None:
            self._hard.append((grade, handle))

    def remove(self, grade: Grade | None, card: CardId) -> None:
        """Uncount a grade of this review."""
        if grade is not None and self.grades[grade]:
            self.grades[grade] -= 1
        for one in reversed(self._hard):
            if one[0] is grade and one[1].id == card:
                self._hard.remove(one)
                break

    def demos(self) -> list[tuple[DemoChoice, Handle]]:
        """The demos of the hardest cards, each once, with its card."""
        found: dict[str, tuple[DemoChoice, Handle]] = {}
        for handle in (*self._cards(Grade.AGAIN), *self._cards(Grade.HARD)):
            offer = self._study.demos.of(handle)
            for choice in offer.nearest[:1] if offer is not None else ():
                found.setdefault(choice.name, (choice, handle))
        return list(found.values())[:_MOST_DEMOS]

    def ended(self, session: Session, deck: str | None, began: datetime, now: datetime, demo_key: str) -> Ended:
        """What the end of a session of a deck, or of all, shows; the key opens the first demo."""
        from studyapp.study.review.coming import coming_after
        from studyapp.tui.widgets.cards.review_end import Ended, Forgotten

        workspace = self._study.workspace
        with self._study.writer.quiet():
            coming = coming_after(workspace, session)
            lapses = workspace.forgotten() if self._hard else {}
        forgotten: list[Forgotten] = []
        for handle in self._cards(Grade.AGAIN):
            schedule = session.fresh.get(handle.id)
            due = when_text(schedule, now) if schedule is not None else ""
            forgotten.append(Forgotten(self._front_of(handle), lapses.get(handle.id, 0), due))
        demos = [(choice.title, self._front_of(handle)) for choice, handle in self.demos()]
        seconds = (now - began).total_seconds()
        return Ended(deck, self.grades, seconds, forgotten, demos, demo_key, coming, now.date(), self.streak)

    def _cards(self, grade: Grade) -> Iterable[Handle]:
        """The cards with a grade, each once."""
        return {handle.id: handle for given, handle in self._hard if given is grade}.values()

    def _front_of(self, handle: Handle) -> str:
        from studyapp.tui.render.front import shown_front
        from studyapp.wording.cards import LISTED

        return shown_front(handle, LISTED)
