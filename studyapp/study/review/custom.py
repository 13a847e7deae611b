"""Custom study: ahead of time, again, by words, or without any schedule being changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from studyapp.core.log.ledger_rows import Done
from studyapp.core.log.marks import CardStates
from studyapp.core.notes.cards import CardId
from studyapp.core.plural import count
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Grade, Schedule, is_due
from studyapp.core.text.names import as_compared
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.table.line import CardLine
from studyapp.core.vault.vault import Vault
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.queue import due_moment
from studyapp.study.review.session import Session
from studyapp.study.review.today import begin_with

if TYPE_CHECKING:
    from array import array


class Mode(StrEnum):
    """What is studied, and whether grades count."""

    AHEAD = "ahead"
    """Cards that become due within some days; grades count."""
    ALL_DUE = "all due"
    """Everything due or new, whatever the day's limits; grades count."""
    NEW = "new"
    """New cards only; grades count."""
    CRAM = "cram"
    """Every card; nothing is written."""
    FORGOTTEN = "forgotten"
    """What was forgotten today; nothing is written."""

    @property
    def counts(self) -> bool:
        """Whether grades change schedules."""
        return self not in (Mode.CRAM, Mode.FORGOTTEN)


class CustomStudy(Struct, frozen=True):
    """What the user chose to study."""

    mode: Mode
    deck: str | None = None
    """Only this deck and its subdecks."""
    note: str | None = None
    """Only this note."""
    words: str = ""
    """Only cards that contain all of these, in their text or in their note's path."""
    days: int = 0
    """How far ahead."""
    cards: frozenset[CardId] | None = None
    """Only these, such as those found by a search."""

    @property
    def title(self) -> str:
        """A short description."""
        days = f"{count(self.days, 'day')} ahead"
        return days if self.mode is Mode.AHEAD else str(self.mode)


def cards_of(
    vault: Vault, study: CustomStudy, now: datetime, *, graded: Sequence[Done] = (), seed: int = 0
) -> Sequence[CardRow]:
    """The cards of a custom study, in order; the seed decides that of a cram."""
    if (numbers := _numbers(vault, study, now)) is not None:
        return vault.line(numbers)
    again = {action.card for action in graded if action.grade is Grade.AGAIN}
    found = list(_within(vault, study, again if study.mode is Mode.FORGOTTEN else study.cards))
    match study.mode:
        case Mode.AHEAD:
            until = now + timedelta(days=study.days)
            found = _by_due([row for row in found if _is_due(row.schedule, until)], now)
        case Mode.ALL_DUE:
            due = _by_due([row for row in found if _is_due(row.schedule, now)], now)
            found = [*due, *(row for row in found if row.schedule is None)]
        case Mode.NEW:
            found = [row for row in found if row.schedule is None]
        case Mode.CRAM:
            random.Random(seed).shuffle(found)
        case Mode.FORGOTTEN:
            found = [row for row in found if row.id in again]
    return found


def _numbers(vault: Vault, study: CustomStudy, now: datetime) -> array[int] | None:
    """The numbers of the cards, new ones negated; None if each card must be examined."""
    if study.note is not None or study.cards is not None or study.words.split():
        return None
    match study.mode:
        case Mode.AHEAD:
            return vault.due_numbers(now + timedelta(days=study.days), study.deck, overdue=True)
        case Mode.ALL_DUE:
            return vault.due_numbers(now, study.deck, overdue=True) + vault.new_numbers(study.deck)
        case Mode.NEW:
            return vault.new_numbers(study.deck)
    return None


def _within(vault: Vault, study: CustomStudy, cards: Collection[CardId] | None) -> Iterator[CardRow]:
    """The chosen cards, among some if given."""
    words = as_compared(study.words).split()
    paths = None if cards is None else {card.path for card in cards}
    if study.note is not None:
        note = vault.known_path(study.note)
        paths = {note} if paths is None else paths & {note}
    for row in vault.rows(study.deck, paths):
        if study.cards is not None and row.id not in study.cards:
            continue
        if not words or _has(vault, row, words):
            yield row


def _has(vault: Vault, row: CardRow, words: Sequence[str]) -> bool:
    """Whether a card, or its note's path, contains all of these words."""
    path = as_compared(row.path)
    missing = [word for word in words if word not in path]
    if not missing:
        return True
    handle = vault.handle(row.id)
    text = as_compared(f"{row.path}\n{handle.question.text}") if handle is not None else path
    return all(word in text for word in missing)


def _is_due(schedule: Schedule | None, moment: datetime) -> bool:
    return schedule is not None and is_due(schedule, moment)


def _by_due(rows: list[CardRow], now: datetime) -> list[CardRow]:
    def moment(row: CardRow) -> float:
        return due_moment(row.schedule, now).timestamp() if row.schedule else 0.0

    return sorted(rows, key=moment)


class CramSession(Session):
    """A review that changes nothing: a card graded Again comes back at the end, any other is done."""

    changes_nothing: ClassVar[bool] = True

    def __init__(
        self, vault: Vault, queue: Iterable[CardRow], clock: Callable[[], datetime], states: CardStates | None = None
    ) -> None:
        """Start with the first card; see `Session`."""
        super().__init__(vault, queue, clock, states=states)
        self._past: list[tuple[CardRow, Grade]] = []
        """The answered cards, with their grades."""

    def answer(self, grade: Grade) -> None:
        """Go on to the next card; one graded Again is asked again."""
        if self.current is None:
            return
        row = self.current.row
        self._past.append((row, grade))
        if grade is Grade.AGAIN:
            self.waiting.append(row)
        else:
            self.graded += 1
        self.advance()

    def back(self) -> Grade | None:
        """Go back to the last answered card; returns its grade, None if there is none."""
        if not self._past:
            return None
        row, grade = self._past.pop()
        if self.current is not None:
            self.waiting.appendleft(self.current.row)
        if grade is not Grade.AGAIN:
            self.graded -= 1
        elif (again := next((other for other in self.waiting if other.id == row.id), None)) is not None:
            self.waiting.remove(again)
        self.waiting.appendleft(row)
        self.advance()
        return grade


def custom_session(workspace: Workspace, study: CustomStudy) -> Session:
    """Begin a custom review; the log must not be written during the call."""
    now, vault = workspace.clock(), workspace.vault
    seed = int(now.timestamp())
    cards = cards_of(vault, study, now, graded=workspace.graded_today(), seed=seed)
    if study.mode.counts:  # a cram shows suspended cards too, so that they can be resumed there
        states, day = workspace.states, today(now, vault.settings.start_of_day)
        if isinstance(cards, CardLine):
            hidden = {card for card, state in states if state.is_hidden(day)}
            rows = vault.numbered(paths={card.path for card in hidden})
            out = {number for number, row in rows if row.id in hidden}
            return begin_with(workspace, vault.line(number for number in cards.numbers if abs(number) not in out))
        return begin_with(workspace, [row for row in cards if not states.of(row.id).is_hidden(day)])
    return CramSession(vault, cards, workspace.clock, workspace.states)
