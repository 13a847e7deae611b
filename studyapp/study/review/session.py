"""One review: the current card, whether its answer is shown, grades and their undoing.

The session is the only mutable object of a review. It changes at once when a card is graded; the note is written by
the store, on whatever thread the caller chooses, and the outcome comes back through `saved` and `taken_back`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind, Marking
from studyapp.core.log.journal import new_id
from studyapp.core.log.ledger_rows import is_lapse
from studyapp.core.log.marks import (
    NOTHING,
    CardState,
    CardStates,
    Mark,
    is_leech,
    lapses_of,
    leech_marks,
    marking,
    marks_of,
)
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Grade, Schedule, days_until, entry_text, read_entry
from studyapp.core.schedule.grading import Grading
from studyapp.core.settings.model import Settings
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Handle, Vault
from studyapp.study.review.lineup import Lineup
from studyapp.study.review.queue import due_moment

if TYPE_CHECKING:
    from studyapp.core.workspace.store import Saved
    from studyapp.study.exams.book import ExamBook

_OF_CARDS = frozenset({ActionKind.GRADE, ActionKind.RESET})
"""Actions that change the schedule of a card."""
_STEPS = timedelta(minutes=30)
"""A card due within this time comes back in the same review, if that lasts long enough."""


class Session(Lineup):
    """A review of a queue of cards."""

    changes_nothing: ClassVar[bool] = False
    """Whether grades are only answers; see `CramSession`."""

    def __init__(
        self,
        vault: Vault,
        queue: Iterable[CardRow],
        clock: Callable[[], datetime],
        forgotten: Mapping[CardId, int] | None = None,
        states: CardStates | None = None,
        exams: ExamBook | None = None,
    ) -> None:
        """Start with the first card of the queue.

        Args:
            vault: brought up to date as cards are graded.
            queue: the cards, in order.
            clock: gives the present time, aware, in local time.
            forgotten: how often each card was forgotten before; None where leeches are not looked for.
            states: what is suspended and flagged; kept up to date with what is done here.
            exams: what cards are to be known for.
        """
        self.graded = 0
        self._histogram: Counter[int] | None = None
        self._forgotten = None if forgotten is None else Counter(forgotten)
        self.exams = exams
        super().__init__(vault, queue, clock, CardStates() if states is None else states)

    # Schedules

    def previews(self) -> dict[Grade, Schedule]:
        """The schedule that each grade would give the current card; StudyError if its own cannot be continued."""
        return {} if self.current is None else {grade: self._after(self.current, grade) for grade in Grade}

    def _after(self, handle: Handle, grade: Grade) -> Schedule:
        grading = self._grading(handle)
        now = self.clock()
        if self._histogram is None:
            self._histogram = self._count_due_days(now)
        given = grading.after(
            self._schedule(handle),
            grade,
            now=now,
            histogram=self._histogram,
            initial_ease=grading.initial_ease(handle.note.front_matter.values, handle.note.schedules),
            from_comment=handle.id not in self.fresh,
            siblings=self._siblings_days(handle, now),
        )
        return self._for_exams(given, handle.row, grading.settings, now, self._histogram)

    def _for_exams(
        self, given: Schedule, card: CardRow | None, settings: Settings, now: datetime, ahead: Mapping[int, int]
    ) -> Schedule:
        """The schedule adjusted to a card's exams."""
        if self.exams is None or card is None:
            return given
        return self.exams.after(given, card, now, settings, self.fresh, ahead)

    def _siblings_days(self, handle: Handle, now: datetime) -> set[int]:
        """In how many days the other cards of a question are due."""
        cards = handle.question.cards
        if len(cards) == 1 or not self._settings(handle).fsrs_load_balance:
            return set()
        others = (Handle(handle.note, handle.question, card) for card in cards if card.side != handle.card.side)
        days = (days_until(schedule, now) for one in others if (schedule := self._schedule(one)) is not None)
        return {day for day in days if day is not None}

    def _grading(self, handle: Handle) -> Grading:
        return Grading(self._settings(handle))

    def _settings(self, handle: Handle) -> Settings:
        return self.vault.settings_for(handle.note.path, handle.question.decks)

    def _current(self) -> Handle:
        if self.current is None:
            raise LookupError("there is no card to grade")
        return self.current

    def _follow(self, card_id: CardId, before: Schedule | None, after: Schedule | None) -> None:
        """Apply a card's new schedule before it is in its note."""
        now = self.clock()
        if self._histogram is not None:
            for schedule, one in ((before, -1), (after, 1)):
                if schedule is not None and (days := days_until(schedule, now)) is not None:
                    self._histogram[days] += one
        if self.exams is not None:
            self.exams.follow(card_id, before, after, now)
        self._ours[card_id] += [before, None if after is None else read_entry(entry_text(after, 0)).schedule]
        self.again.pop(card_id, None)
        if after is None:
            self.fresh.pop(card_id, None)
            return
        self.fresh[card_id] = after
        if due_moment(after, now) <= now + max(self._learn_ahead, _STEPS):
            self.again[card_id] = after

    def count_again(self) -> None:
        """Recount the vault's due dates on next use: its notes have changed."""
        self._histogram = None
        if self.exams is not None:
            self.exams.count_again()

    def _count_due_days(self, now: datetime) -> Counter[int]:
        """The vault's due dates, with the grades that are not in their notes yet."""
        counts = self.vault.histogram(now)
        for card_id, after in self.fresh.items():
            row = self.vault.row(card_id)
            before = row.schedule if row is not None else None
            for schedule, one in ((before, -1), (after, 1)):
                if schedule is not None and (days := days_until(schedule, now)) is not None:
                    counts[days] += one
        return counts

    def _forget(self, card_id: CardId) -> None:
        super()._forget(card_id)
        self.count_again()

    # Actions on the current card

    def grade(self, grade: Grade) -> Action:
        """Grade the current card and go to the next; the action is to be saved.

        Raises:
            StudyError: if its schedule cannot be continued; nothing has happened then.
        """
        handle = self._current()
        after = self._after(handle, grade)
        return self._act(handle, ActionKind.GRADE, grade, after, self._leech_marks(handle, grade, after))

    def _leech_marks(self, handle: Handle, grade: Grade, after: Schedule) -> tuple[Marking, ...]:
        """The mark of a card that is forgotten again and again; it is undone together with the grade."""
        if grade is not Grade.AGAIN or self._forgotten is None or self._schedule(handle) is None:
            return ()
        self._forgotten[handle.id] += 1
        times, settings = lapses_of(after, self._forgotten[handle.id]), self._settings(handle)
        return leech_marks(handle.id, times, settings) if is_leech(times, settings) else ()

    def reset(self) -> Action | None:
        """Reset the current card and go to the next; a new card needs no reset."""
        handle = self._current()
        if self._schedule(handle) is None:
            return None
        return self._act(handle, ActionKind.RESET, None, self._grading(handle).reset(now=self.clock()))

    def _act(
        self, handle: Handle, kind: ActionKind, grade: Grade | None, after: Schedule, marks: tuple[Marking, ...] = ()
    ) -> Action:
        now = self.clock()
        base_ease = self._settings(handle).base_ease
        entries = handle.question.entries
        before = entries[handle.card.side].raw if handle.card.side < len(entries) else None
        if handle.id in self.fresh:  # the previous grade may still be on its way to the note
            before = entry_text(self.fresh[handle.id], base_ease)
        action = Action(
            id=new_id(),
            kind=kind,
            at=now,
            seen=Seen.of(handle.note, handle.question, handle.card),
            grade=grade,
            seconds=(now - self._shown_at).total_seconds(),
            before=before,
            after=entry_text(after, base_ease),
            marks=marks,
        )
        self._set_marks(action)
        self._follow(handle.id, self._schedule(handle), after)
        if any(mark.name == Mark.SUSPENDED for mark in marks):
            self.again.pop(handle.id, None)
        self.graded += 1
        if self._settings(handle).bury_sibling_cards:
            self._bury_siblings(handle)
        self.advance()
        return action

    def bury(self) -> Action:
        """Bury the current card until tomorrow, with the others of its question, and go to the next."""
        handle = self._current()
        day = today(self.clock(), self._settings(handle).start_of_day) + timedelta(days=1)
        cards = [handle.question.id_of(handle.note.path, card) for card in handle.question.cards]
        return self._hide(self._marking(cards, Mark.BURIED, day.isoformat()))

    def suspend(self) -> Action:
        """Suspend the current card, and go to the next."""
        return self._hide(self._marking([self._current().id], Mark.SUSPENDED, "1"))

    def mark(self, mark: Mark, value: str) -> Action:
        """Set a mark of the current card, or with an empty value remove it; the card stays."""
        return self._marking([self._current().id], mark, value)

    def _marking(self, cards: Iterable[CardId], mark: Mark, value: str) -> Action:
        handle = self._current()
        action = marking(Seen.of(handle.note, handle.question, handle.card), self.clock(), cards, mark, value)
        self._set_marks(action)
        return action

    @property
    def state(self) -> CardState:
        """The current card's marks."""
        return NOTHING if self.current is None else self.states.of(self.current.id)

    def _set_marks(self, action: Action, *, back: bool = False) -> None:
        for card, mark, value in marks_of(action):
            self.states.set(card, mark, ("" if value else "1") if back else value)

    # Outcomes

    def saved(self, outcome: Saved) -> None:
        """Take in how the store saved an action."""
        if outcome.raw is not None:
            self.vault.take(outcome.action.card.path, outcome.raw)

    def deleted(self, outcome: Saved, question: Handle) -> None:
        """Take in that a question, given by one of its cards, was deleted from its note."""
        self.saved(outcome)
        cards = frozenset(question.question.id_of(question.note.path, card) for card in question.question.cards)
        self._deleted[outcome.action.id] = cards
        self._put_away(outcome.action, cards)
        self._know_again(question.note.path)

    def on_newer(self, action: Action, newer: str) -> Action:
        """A grade or a reset redone on the newer schedule found in the note; to be saved instead.

        Raises:
            StudyError: if that schedule cannot be continued; nothing has happened then.
        """
        row = self.vault.row(action.card)
        settings = self.vault.settings_for(action.card.path, () if row is None else row.decks)
        now, grading = self.clock(), Grading(settings)
        before, base_ease = read_entry(newer).schedule, grading.settings.base_ease
        if action.grade is None:
            after: Schedule = grading.reset(now=now)
        else:
            ahead = self._count_due_days(now)
            after = grading.after(before, action.grade, now=now, histogram=ahead, initial_ease=base_ease)
            after = self._for_exams(after, row, settings, now, ahead)
        self._follow(action.card, before, after)
        self.count_again()
        return replace(action, id=new_id(), at=now, before=newer, after=entry_text(after, base_ease))

    def withdrawn(self, action: Action) -> None:
        """Take in that an action does not count: its card keeps the schedule of its note."""
        self._set_marks(action, back=True)
        if self._forgotten is not None and is_lapse(action):
            self._forgotten[action.card] -= 1
        self._forget(action.card)
        self.graded = max(0, self.graded - 1)
        self.vault.refresh(action.card.path)

    def taken_back(self, outcome: Saved) -> None:
        """Take in that an action was undone: its card is the current one again."""
        self._set_marks(outcome.action, back=True)
        if outcome.action.kind is ActionKind.EDIT:
            before = set(self._cards_of(outcome.action.card.path))
            self.saved(outcome)
            self._know_again(outcome.action.card.path)
            after = self._cards_of(outcome.action.card.path)
            self._show_again(outcome.action, [card for card_id, card in after.items() if card_id not in before])
            return
        self.saved(outcome)
        if outcome.action.kind is ActionKind.MARK:
            self._show_again(outcome.action)
            return
        card_id = outcome.action.card
        row = self.vault.row(card_id)
        if row is None or outcome.action.kind not in _OF_CARDS:
            return
        if self._forgotten is not None and is_lapse(outcome.action):
            self._forgotten[card_id] -= 1
        self._follow(card_id, self.fresh.get(card_id), None)
        self.count_again()
        self.graded = max(0, self.graded - 1)
        if self.current is not None:
            self.waiting.appendleft(self.current.row)
        self._leave_out(card_id)
        self.waiting.appendleft(row)
        self.advance()

    def done_again(self, outcome: Saved) -> None:
        """Take in that an action was redone: its card has its grade again."""
        self._set_marks(outcome.action)
        self.saved(outcome)
        if outcome.action.kind is ActionKind.MARK:
            if any(mark in (Mark.BURIED, Mark.SUSPENDED) for _, mark, _ in marks_of(outcome.action)):
                self._hide(outcome.action)
            return
        if outcome.action.kind is ActionKind.EDIT:
            path = outcome.action.card.path
            line = [*self.in_front, *self.waiting.of({path})]
            gone = {one.id for one in line if one.path == path and not self.vault.row(one.id)}
            self._put_away(outcome.action, self._deleted.get(outcome.action.id, gone))
            return
        if outcome.action.kind not in _OF_CARDS:
            return
        card_id = outcome.action.card
        self._follow(card_id, None, read_entry(outcome.action.after).schedule)
        self.count_again()
        if self._forgotten is not None and is_lapse(outcome.action):
            self._forgotten[card_id] += 1
        self.graded += 1
        self._leave_out(card_id)
        if self.current is None or self.current.id == card_id:
            self.advance()
