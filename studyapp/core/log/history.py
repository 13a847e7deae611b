"""What was done to the cards on every device: the union of the review logs in a vault.

Each device has a log of its own, so no sync tool ever has to merge two versions of one; if it still made a second
copy (a sync conflict), that is read as well, and an action in both counts once. Whether an action was undone is what
the latest line says, in whichever file. Undo itself stays with the device's own `Journal`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from studyapp.core.disk.cache import EPOCH, microseconds
from studyapp.core.errors import Problem
from studyapp.core.log.actions import Action, Move
from studyapp.core.log.journal import Journal
from studyapp.core.log.ledger_rows import Done, Record, is_lapse
from studyapp.core.log.marks import CardStates, marks_of
from studyapp.core.notes.cards import CardId

_MOST_MOVES = 1000
_INSTANT = timedelta(microseconds=1)
_NOTHING = (-(1 << 62), "")
"""Before every action."""


class History:
    """The actions of all devices, as far as their logs have arrived here."""

    def __init__(self, own: Journal) -> None:
        """Take this device's log and those beside it."""
        self.own = own
        self._ledger = own.ledger
        self._version = -1
        self._moves: _Moves = {}
        self._into: dict[tuple[bool, str], set[str]] = {}
        """For each name, the names that moved to it."""
        self.refresh()

    def refresh(self) -> None:
        """Read what was added to the logs."""
        self._ledger.update()
        if self._version == self._ledger.version:
            return
        moves: _Moves = {}
        into: dict[tuple[bool, str], set[str]] = {}
        for move in sorted(self._ledger.moves(), key=lambda move: move.at):
            moves.setdefault((move.of_note, move.was), []).append(move)
            into.setdefault((move.of_note, move.now), set()).add(move.was)
        self._moves, self._into = moves, into  # at once, as another thread may be asking
        self._version = self._ledger.version

    @property
    def problems(self) -> list[Problem]:
        """The lines of other devices' logs that do not count."""
        return self._ledger.problems_elsewhere

    def reviews(self) -> Iterator[Record]:
        """The grades and resets of cards that count, each once, oldest first."""
        self.refresh()
        return self._ledger.reviews()

    def grades_by_minute(self) -> list[tuple[int, str, int]]:
        """How many grades of cards each minute had, oldest first.

        A minute is given as minutes since 1970, and in local time: `2024-06-15T23:30`.
        """
        self.refresh()
        return self._ledger.grades_by_minute()

    def since(self, moment: datetime) -> Iterator[Record]:
        """The actions since a moment, oldest first, with the present ids of their cards."""
        self.refresh()
        return map(self.renamed, self._ledger.since(moment))

    def forgotten(self) -> Counter[CardId]:
        """How often each learned card was forgotten, by present ids."""
        self.refresh()
        found: Counter[CardId] = Counter()
        for name, times in self._ledger.lapses():
            card = CardId.parse(name)
            if self._has_moved(card):
                found.update(self.current(card, one.at) for one in self._ledger.named(name) if is_lapse(one))
            else:
                found[card] += times
        return found

    def of(self, card: CardId) -> list[Record]:
        """What was done to a card, oldest first, including under ids that it had before edits."""
        self.refresh()
        found = self._ledger.reviews_of(self._names(card))
        return [record for record in found if self.current(record.card, record.at) == card]

    def last(self) -> dict[CardId, str]:
        """The id of the last action on each card in the logs, by present ids."""
        return {card: action for card, (_, action) in self._last().items()}

    def dated(self, moves: Sequence[Move]) -> list[Move]:
        """Moves at a time from which they hold for all that was done under the old names.

        That is later than their own time where a clock was ahead, or has been set back: a move that does not hold is
        found, and logged, again and again.
        """
        if not moves:
            return []
        earliest: defaultdict[tuple[bool, str], datetime] = defaultdict(lambda: EPOCH)
        of_whole_notes: defaultdict[str, datetime] = defaultdict(lambda: EPOCH)

        def used(name: CardId, at: datetime) -> None:
            for key in ((False, str(name)), (True, name.path)):
                earliest[key] = max(earliest[key], at)

        for card, (moment, _) in self._last().items():
            used(card, EPOCH + timedelta(microseconds=moment))
        for move in self._ledger.moves():
            if move.now and move.of_note:
                of_whole_notes[move.now] = max(of_whole_notes[move.now], move.at + _INSTANT)
            elif move.now:
                used(CardId.parse(move.now), move.at + _INSTANT)
        return [
            replace(move, at=max(move.at, earliest[move.of_note, move.was], of_whole_notes[path]))
            for move in moves
            for path in (move.was if move.of_note else CardId.parse(move.was).path,)
        ]

    def _last(self) -> dict[CardId, tuple[int, str]]:
        """The moment and the id of the last action on each card in the logs, by present ids."""
        self.refresh()
        found: dict[CardId, tuple[int, str]] = {}
        for name, moment, action in self._ledger.last_of_cards():
            card = CardId.parse(name)
            if self._has_moved(card):
                for one in self._ledger.named(name):
                    now = self.current(card, one.at)
                    found[now] = max(found.get(now, _NOTHING), (microseconds(one.at), one.id))
            else:
                found[card] = max(found.get(card, _NOTHING), (moment, action))
        return found

    def _has_moved(self, card: CardId) -> bool:
        return bool(self._moves) and ((False, str(card)) in self._moves or (True, card.path) in self._moves)

    def action(self, name: str) -> Action | None:
        """An action by its id; None if it no longer counts."""
        return self._ledger.action(name)

    def _names(self, card: CardId) -> set[str]:
        """The ids that moves may lead from to this one."""
        names = {str(card)}
        fresh = [card]
        while fresh:
            one = fresh.pop()
            came = [*self._into.get((False, str(one)), ())]
            came += (str(replace(one, path=was)) for was in self._into.get((True, one.path), ()))
            for name in came:
                if name not in names and len(names) < _MOST_MOVES:
                    names.add(name)
                    fresh.append(CardId.parse(name))
        return names

    def current(self, card: CardId, since: datetime) -> CardId:
        """The present id of a card that had this one at a given time."""
        return _follow(self._moves, card, since) if self._moves else card

    @property
    def settled(self) -> set[str]:
        """The ids of cards that the user has declared gone for good."""
        self.refresh()
        return {was for (of_note, was), moves in self._moves.items() if not of_note and not moves[-1].now}

    def renamed(self, record: Record) -> Record:
        """An action with the present id of its card."""
        return replace(record, name=self.name(record)) if self._moves else record

    def name(self, record: Done) -> str:
        """The present id, as text, of an action's card."""
        if self._moves:
            return str(self.current(record.card, record.at))
        return record.name if isinstance(record, Record) else str(record.card)

    def marked(self) -> Iterator[Record]:
        """The actions that set marks, or anything but grades, with the cards' names at the time."""
        self.refresh()
        return self._ledger.marked()

    def states(self) -> CardStates:
        """The marks of all cards, by present ids."""
        self.refresh()
        return CardStates(
            (self.current(card, record.at), mark, value)
            for record in self._ledger.marked()
            for card, mark, value in marks_of(record)
        )


_Moves = dict[tuple[bool, str], list[Move]]
"""The moves away from each name of a card, or of a note (True), in order of time."""


def _follow(moves: _Moves, card: CardId, since: datetime) -> CardId:
    """Follow the later moves of a card and of its note, each once: a name may be used again."""
    for _ in range(_MOST_MOVES):
        away = [*moves.get((False, str(card)), ()), *moves.get((True, card.path), ())]
        move = min((move for move in away if move.at >= since and move.now), key=lambda move: move.at, default=None)
        if move is None:
            break
        card = replace(card, path=move.now) if move.of_note else CardId.parse(move.now)
        since = move.at + _INSTANT
    return card
