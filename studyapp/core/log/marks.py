"""What is known about cards besides their notes: suspended, buried, flagged, leeches.

It is the sum of all such actions in the review logs of all devices; of two that contradict each other the later one
counts. So it survives edits of the notes, merges whatever carries the logs between devices, and each step can be
undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from studyapp.core.log.actions import Action, ActionKind, Marking
from studyapp.core.log.journal import new_id
from studyapp.core.log.ledger_rows import Done
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Fsrs, Schedule
from studyapp.core.settings.model import Settings

if TYPE_CHECKING:
    from studyapp.core.edits.identity import Seen


class Mark(StrEnum):
    """The marks of a card."""

    SUSPENDED = "suspended"
    """It is not shown until it is resumed."""
    BURIED = "buried"
    """It is not shown until a day, which is its value."""
    FLAG = "flag"
    """Flagged by the user, to find it again."""
    LEECH = "leech"
    """It was forgotten again and again; its value is how often."""


FLAGS: Final = tuple("1234567")
"""The available flags, as values of `Mark.FLAG`."""


class CardState(Struct, frozen=True):
    """The marks of one card."""

    suspended: bool = False
    buried_until: date | None = None
    flag: int = 0
    """The number of its flag; 0 for none."""
    leech: bool = False

    @property
    def flagged(self) -> bool:
        """Whether it has a flag."""
        return self.flag > 0

    def is_buried(self, today: date) -> bool:
        """Whether it is hidden today."""
        return self.buried_until is not None and today < self.buried_until

    def is_hidden(self, today: date) -> bool:
        """Whether no review shows it today."""
        return self.suspended or self.is_buried(today)


NOTHING = CardState()


class CardStates:
    """The marks of all cards, by present ids."""

    def __init__(self, marked: Iterable[tuple[CardId, Mark, str]] = ()) -> None:
        """Take marks in chronological order; a later one replaces an earlier one of the same name."""
        self._values: dict[CardId, dict[Mark, str]] = {}
        for card, mark, value in marked:
            self.set(card, mark, value)

    def set(self, card: CardId, mark: Mark, value: str) -> None:
        """Set a mark; an empty value removes it."""
        values = self._values.setdefault(card, {})
        if value:
            values[mark] = value
        else:
            values.pop(mark, None)
        if not values:
            del self._values[card]

    def of(self, card: CardId) -> CardState:
        """The marks of a card."""
        values = self._values.get(card)
        return _state(values) if values else NOTHING

    @property
    def suspended(self) -> frozenset[CardId]:
        """The suspended cards."""
        return frozenset(card for card, values in self._values.items() if Mark.SUSPENDED in values)

    def __iter__(self) -> Iterator[tuple[CardId, CardState]]:
        """Every card that has a mark."""
        return ((card, _state(values)) for card, values in self._values.items())

    def __len__(self) -> int:
        return len(self._values)


def _state(values: dict[Mark, str]) -> CardState:
    until, flag = _day(values.get(Mark.BURIED, "")), _flag(values.get(Mark.FLAG))
    return CardState(Mark.SUSPENDED in values, until, flag, Mark.LEECH in values)


def _flag(text: str | None) -> int:
    """The number of a flag; one written differently by a later version is still a flag."""
    if text is None:
        return 0
    return int(text) if text in FLAGS else 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def marks_of(action: Done) -> Iterator[tuple[CardId, Mark, str]]:
    """The marks that an action sets; unknown ones, from a later version, are left out."""
    for marking in action.marks:
        if marking.name in set(Mark):
            yield marking.card, Mark(marking.name), marking.value


def marking(seen: Seen, at: datetime, cards: Iterable[CardId], mark: Mark, value: str) -> Action:
    """The action that sets one mark of some cards, one of which the user saw.

    The value is `1`, a flag's number, or for a buried card the day on which it comes back; empty removes the mark.
    """
    return mark_action(seen, at, (Marking(card, mark, value) for card in cards))


def mark_action(seen: Seen, at: datetime, marks: Iterable[Marking], group: str | None = None) -> Action:
    """The action that sets marks of cards, one of which the user saw."""
    return Action(new_id(), ActionKind.MARK, at, seen, None, None, None, "", marks=tuple(marks), group=group)


def is_leech(lapses: int, settings: Settings) -> bool:
    """Whether a card just forgotten for that time becomes a leech.

    As in Anki: at the threshold, and from then on at each half of it more (8, 12, 16 …).
    """
    threshold = settings.leech_lapses
    return threshold > 0 and lapses >= threshold and (lapses - threshold) % max(1, threshold // 2) == 0


def lapses_of(after: Schedule, forgotten: int) -> int:
    """How often a card was forgotten: from its FSRS schedule, else from the log."""
    return max(after.lapses, 0) if isinstance(after, Fsrs) else forgotten


def leech_marks(card: CardId, times: int, settings: Settings) -> tuple[Marking, ...]:
    """The marks of a leech: also suspended, if the settings say so."""
    marks = [Marking(card, Mark.LEECH, str(times))]
    if settings.leech_action == "suspend":
        marks.append(Marking(card, Mark.SUSPENDED, "leech"))
    return tuple(marks)
