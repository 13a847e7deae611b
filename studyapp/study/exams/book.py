"""The exams of a vault: their cards, and when a graded card is due for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property

from studyapp.core.errors import StudyError
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import add_days
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Schedule, days_until, is_step
from studyapp.core.schedule.exam import DayLoad, Exam, coming_exams, due_with_exams, moved_to
from studyapp.core.settings.fsrs_values import share_of
from studyapp.core.settings.model import Settings
from studyapp.core.vault.decks import those_in
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Vault
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.limits import DueDays

FindCards = Callable[[str], Iterable[CardId]]
"""The cards that a search finds."""


class ExamBook:
    """The upcoming exams, with how many of their cards are due on each day."""

    def __init__(self, vault: Vault, exams: Iterable[Exam], find: FindCards = lambda _query: ()) -> None:
        """Take the exams, the next one first; `find` is called once for each search."""
        self.vault = vault
        self.exams = tuple(exams)
        self._find = find
        self._due: dict[Exam, DueDays] = {}

    @classmethod
    def of(cls, workspace: Workspace) -> ExamBook:
        """The upcoming ones of a vault."""
        settings = workspace.vault.settings
        coming = coming_exams(settings, day_of(workspace.clock(), settings.start_of_day))
        return cls(workspace.vault, coming, workspace.find)

    @cached_property
    def _found(self) -> Mapping[Exam, frozenset[CardId]]:
        return {exam: _hits(self._find, exam.search) for exam in self.exams if exam.search is not None}

    def for_card(self, card: CardId, decks: tuple[str, ...]) -> list[Exam]:
        """The exams of a card, the next one first."""
        return [exam for exam in self.exams if self._asks(exam, card, decks)]

    def _asks(self, exam: Exam, card: CardId, decks: tuple[str, ...]) -> bool:
        return card in self._found[exam] if exam.deck is None else bool(those_in(decks, exam.deck))

    def rows(self, exam: Exam) -> Iterator[CardRow]:
        """The cards of an exam."""
        if exam.deck is not None:
            return self.vault.rows(exam.deck)
        found = self._found[exam]
        rows = self.vault.rows(paths={card.path for card in found})
        return (row for row in rows if row.id in found)

    def after(
        self,
        given: Schedule,
        card: CardRow,
        now: datetime,
        settings: Settings,
        fresh: Mapping[CardId, Schedule],
        ahead: Mapping[int, int],
    ) -> Schedule:
        """The schedule of a graded card, given by the scheduler alone, with its exams.

        `fresh` are schedules that may not be in the notes yet, `ahead` is how many cards of the vault are due in how
        many days.
        """
        exams = self.for_card(card.id, card.decks)
        seen, days = day_of(now, settings.start_of_day), days_until(given, now)
        if not exams or days is None or days < 1:
            return given
        due = add_days(now.date(), days)
        for exam in exams:
            if exam not in self._due:
                self._due[exam] = DueDays(self.vault.settings)
                for row in self.rows(exam):
                    self._due[exam].add(row.decks, _due_day(fresh.get(row.id, row.schedule), now))
        taken = {_due_day(fresh.get(row.id, row.schedule), now) for row in self._siblings(card)}

        def load(exam: Exam, day: date) -> DayLoad:
            of_all = ahead.get((day - now.date()).days, 0)
            return load_of(self._due[exam], card, settings, day, of_all, day in taken)

        wanted = due_with_exams(due, seen, exams, load)
        if wanted == due or (is_step(given) and wanted > due):
            return given
        return moved_to(given, wanted, now)

    def _siblings(self, card: CardRow) -> Iterator[CardRow]:
        """The other cards of its question."""
        sheet = self.vault.sheet(card.path)
        for row in sheet.cards if sheet is not None else ():
            if question_of(row) == question_of(card) and row.side != card.side:
                yield row

    def follow(self, card: CardId, before: Schedule | None, after: Schedule | None, now: datetime) -> None:
        """Take in that a card has another schedule."""
        if not self._due:
            return
        decks = self.vault.decks_of(card)
        for exam in self.for_card(card, decks):
            if exam in self._due:
                self._due[exam].add(decks, _due_day(before, now), -1)
                self._due[exam].add(decks, _due_day(after, now))

    def count_again(self) -> None:
        """Recount the due days on next use."""
        self._due = {}


def question_of(card: CardRow) -> tuple[str, str, int]:
    """What the cards of one question share."""
    return card.path, card.question.key, card.question.occurrence


def _hits(find: FindCards, search: str) -> frozenset[CardId]:
    try:
        return frozenset(find(search))
    except StudyError:  # invalid, as the settings report
        return frozenset()


def _due_day(schedule: Schedule | None, now: datetime) -> date | None:
    days = None if schedule is None else days_until(schedule, now)
    return None if days is None else add_days(now.date(), days)


def load_of(due: DueDays, card: CardRow, settings: Settings, day: date, of_all: int, has_sibling: bool) -> DayLoad:
    """A day's load, as far as it matters for a card of an exam; `due` are the days of the exam's cards.

    `of_all` is how many cards of the vault are due on it, `has_sibling` whether another card of the question is.
    """
    full = due.is_full(card.decks, day, of_all)
    return DayLoad(due.all[day], of_all, share_of(settings.easy_days, day), full, has_sibling)
