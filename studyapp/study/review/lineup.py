"""The cards of a review: the current one, those to come, those that come back, and those put away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from studyapp.core.edits.identity import GONE, Uncertain, by_id, locate, successor
from studyapp.core.log.actions import Action
from studyapp.core.log.marks import CardStates, Mark, marks_of
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.note import Note
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Fsrs, Schedule, is_due
from studyapp.core.vault.sheet import CardRow, seen_of
from studyapp.core.vault.vault import Handle, Vault
from studyapp.study.review.queue import due_moment
from studyapp.study.review.waiting import Waiting

REVIEWED_ELSEWHERE: Final = "it has since been reviewed elsewhere"

ReadNote: TypeAlias = Callable[[str], Note | None]
"""Reads a note by its path; many cards of one note need it read only once."""


class LeftOut(NamedTuple):
    """A card that was in line but will not be reviewed."""

    card: CardId
    why: str


class Lineup:
    """The cards of a review, each checked in its note before it becomes current."""

    def __init__(
        self, vault: Vault, queue: Iterable[CardRow], clock: Callable[[], datetime], states: CardStates
    ) -> None:
        """Start with the first card of the queue; see `Session`."""
        self.vault = vault
        self.clock = clock
        self.states = states
        self.again: dict[CardId, Schedule] = {}
        """Graded cards that come back in this review."""
        self.current: Handle | None = None
        self.revealed = False
        self.fresh: dict[CardId, Schedule] = {}
        """Schedules given in this review, as they are in memory: a comment cannot hold a fraction of a day."""
        self.waiting = Waiting(queue, lambda row: self._schedule(row) is None)
        """The cards to come."""
        self.left_out: list[LeftOut] = []
        """Cards that were in line but will not be reviewed."""
        self._hidden: dict[str, list[CardRow]] = {}
        """Cards hidden by actions of this review, by the actions' ids."""
        self._ours: defaultdict[CardId, list[Schedule | None]] = defaultdict(list)
        """The entries of cards before and after actions of this review, as a comment holds them."""
        self._deleted: dict[str, frozenset[CardId]] = {}
        """The cards deleted in this review, by the ids of those actions."""
        self._shown_at = clock()
        self.advance()

    # The current card

    @property
    def in_front(self) -> list[CardRow]:
        """The current card, if there is one."""
        return [] if self.current is None else [self.current.row]

    def advance(self) -> None:
        """Go to the next card; its note is read again if the file has changed."""
        self.revealed = False
        self.current = None
        while self.current is None and (row := self._next()) is not None:
            found = self.look_again(row)
            if isinstance(found, Handle):
                self.current = found
            elif found.why != REVIEWED_ELSEWHERE:  # nothing is lost, as it was not asked here
                self.left_out.append(found)
        self._shown_at = self.clock()

    def _next(self) -> CardRow | None:
        now = self.clock()
        while (card_id := self._back_again(now, ahead=not self.waiting)) is not None:
            del self.again[card_id]
            if (row := self.vault.row(card_id)) is not None:
                return row
        return self.waiting.popleft()

    def _back_again(self, now: datetime, *, ahead: bool) -> CardId | None:
        """The card of this review that is due again by now, or `ahead` of time; cards due today come last."""
        until = now + (self._learn_ahead if ahead else timedelta())
        soon = [
            (due_moment(schedule, now), card_id)
            for card_id, schedule in self.again.items()
            if due_moment(schedule, now) <= until and (ahead or isinstance(schedule, Fsrs))
        ]
        return min(soon, key=lambda pair: pair[0])[1] if soon else None

    @property
    def _learn_ahead(self) -> timedelta:
        return timedelta(minutes=self.vault.settings.learn_ahead_minutes)

    def look_ahead(self) -> None:
        """Parse the note of the card that most likely comes next, so that it need not be done when its turn comes.

        Nothing is decided yet: `advance` looks whether the file is still the one that was read.
        """
        if (row := self.waiting.first()) is not None:
            self.vault.note(row.path)

    def take(self, row: CardRow) -> LeftOut | None:
        """Make a card current that is not in line; returns the reason if that is impossible."""
        found = self.look_again(row)
        if isinstance(found, LeftOut):
            return found
        self.current, self.revealed, self._shown_at = found, False, self.clock()
        return None

    def reveal(self) -> None:
        """Show the answer."""
        self.revealed = self.current is not None

    def skip(self) -> None:
        """Move the current card to the end."""
        if self.current is not None:
            self.waiting.append(self.current.row)
            self.advance()

    def reload(self) -> None:
        """Read the current card again, after its note was edited; a deleted card is left out."""
        if self.current is not None:
            self.waiting.appendleft(self.current.row)
            self._follow_edit(self.current)
            self.advance()

    def _follow_edit(self, edited: Handle) -> None:
        """Recognise the cards of a question whose text the user has just changed."""
        note = self.vault.refresh_if_changed(edited.note.path)
        question = None if note is None else successor(edited.question, edited.note, note)
        if note is None or question is None:
            return

        def followed(row: CardRow) -> CardRow:
            same = (row.question.key, row.question.occurrence) == by_id(edited.question)
            if same and row.side < len(question.cards):
                return Handle(note, question, question.cards[row.side]).row
            return row

        self.waiting.revise(followed, {note.path})

    # Counts

    @property
    def remaining(self) -> int:
        """How many cards are left, including the current one."""
        return len(self.waiting) + len(self.again) + (self.current is not None)

    def counts(self) -> tuple[int, int, int]:
        """How many cards are left: due, new, and back again after a grade; including the current one."""
        here = self.current is not None
        new = self.waiting.new + (self.current is not None and self._schedule(self.current) is None)
        return len(self.waiting) + here - new, new, len(self.again)

    def had(self, paths: Collection[str]) -> set[CardId]:
        """The cards of those notes that must not join this review: it has them already, or they left it.

        A card that it has graded may join once it is due again, and a buried one once its day has come.
        """
        hidden = (row for rows in self._hidden.values() for row in rows if self._is_put_away(row.id))
        known = {row.id for row in (*self.waiting.of(paths), *hidden) if row.path in paths}
        return known | self.put_off | {*self.again, *(row.id for row in self.in_front)}

    @property
    def put_off(self) -> set[CardId]:
        """The cards graded in this review that are not due yet."""
        now = self.clock()
        return {card for card, schedule in self.fresh.items() if not is_due(schedule, now)}

    def _is_put_away(self, card: CardId) -> bool:
        day = today(self.clock(), self.vault.settings.start_of_day)
        return self.states.of(card).is_hidden(day) or any(card in cards for cards in self._deleted.values())

    # The card in its note

    def up_to_date(self, row: CardRow, read: ReadNote | None = None) -> Handle | None:
        """The card in its note as that is on disk now; None if it is gone."""
        found = self._found(row, read)
        return None if isinstance(found, Uncertain) else found

    def _found(self, row: CardRow, read: ReadNote | None = None) -> Handle | Uncertain:
        note = (read or self.vault.refresh_if_changed)(row.path)
        if note is None:
            return Uncertain("the note no longer exists, or cannot be read")
        found = locate(note, seen_of(row))
        return found if isinstance(found, Uncertain) else Handle(note, *found)

    def look_again(self, row: CardRow, read: ReadNote | None = None) -> Handle | LeftOut:
        """A card in line as it is in its note now, or why it is no longer reviewed; `read` may know the note."""
        found = self._found(row, read)
        if isinstance(found, Uncertain):
            gone = f"the question is no longer in {row.path}"
            return LeftOut(row.id, gone if found.why == GONE else f"{found.why} ({row.path})")
        return LeftOut(row.id, REVIEWED_ELSEWHERE) if self._was_graded_elsewhere(row, found) else found

    def _was_graded_elsewhere(self, before: CardRow, now: Handle) -> bool:
        """Whether another program, or another copy of this one, has reviewed a card since it joined the line."""
        schedule = now.schedule
        if now.id in self.fresh:
            if schedule in self._ours[now.id]:
                return False  # the note has this review's schedule, or is about to get it
            self._forget(now.id)
        elif schedule == before.schedule:
            return False
        return schedule is not None and not is_due(schedule, self.clock())

    def _forget(self, card_id: CardId) -> None:
        """Use the schedule of a card's note instead of the one from this review."""
        self.again.pop(card_id, None)
        self.fresh.pop(card_id, None)

    def _know_again(self, path: str) -> None:
        """Find a note's upcoming cards in its current text: equal questions may have new ids."""
        read = cache(self.vault.refresh_if_changed)

        def now(row: CardRow) -> CardRow:
            found = self.up_to_date(row, read)
            return row if found is None else found.row

        self.waiting.revise(now, {path})
        if self.current is not None and self.current.note.path == path:
            self.current = self.up_to_date(self.current.row) or self.current

    def _cards_of(self, path: str) -> dict[CardId, CardRow]:
        """The cards of a note that could be reviewed now."""
        sheet, now = self.vault.sheet(path), self.clock()
        return {
            row.id: row
            for row in (sheet.cards if sheet is not None else ())
            if (schedule := self._schedule(row)) is None or is_due(schedule, now)
        }

    def _schedule(self, card: Handle | CardRow) -> Schedule | None:
        return self.fresh.get(card.id, card.schedule) if self.fresh else card.schedule

    # Hiding and restoring

    def _hide(self, action: Action) -> Action:
        """Hide the cards that an action marks; undo restores them."""
        return self._put_away(action, {marked.card for marked in action.marks if marked.value})

    def _put_away(self, action: Action, cards: Collection[CardId]) -> Action:
        gone = [row for row in self.waiting.of({action.card.path}) if row.id in cards]
        here = self.current is not None and self.current.id in cards
        self._hidden[action.id] = [*(self.in_front if here else []), *gone]
        for row in gone:
            self.waiting.remove(row)
        for card in cards:
            self.again.pop(card, None)
        if here:
            self.advance()
        return action

    def _show_again(self, action: Action, came: Iterable[CardRow] = ()) -> None:
        """Restore what an action hid, with the card that was current then."""
        back = self._hidden.pop(action.id, None) or list(came)
        if not back and any(mark in (Mark.BURIED, Mark.SUSPENDED) for _, mark, _ in marks_of(action)):
            row = self.vault.row(action.card)  # from an earlier review
            back = [row] if row is not None else []
        if not back:
            return
        if self.current is not None:
            self.waiting.appendleft(self.current.row)
        for row in reversed(back):
            self._leave_out(row.id)
            self.waiting.appendleft(row)
        self.advance()

    def _bury_siblings(self, handle: Handle) -> None:
        """Leave out the other cards of a question until tomorrow (a setting of the plugin)."""
        for row in self.waiting.of({handle.note.path}):
            if (row.question.key, row.question.occurrence) == by_id(handle.question):
                self.waiting.remove(row)

    def _leave_out(self, card_id: CardId) -> None:
        """Remove a card from those to come."""
        for row in self.waiting.of({card_id.path}):
            if row.id == card_id:
                self.waiting.remove(row)
