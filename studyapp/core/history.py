"""What was done to the cards on every device: the union of the review logs in a vault.

Each device has a log of its own, so no tool that carries files ever has two versions of one to merge; where it still
made a second copy of one (a sync conflict), the copy is read as well, and an action that stands in both counts once.
Whether it was taken back is what the latest line says, whichever file that is in. Undo itself stays with the device's
own `Journal`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from studyapp.core.cards import CardId
from studyapp.core.errors import JournalError, Problem
from studyapp.core.journal import (
    MOVED,
    RENAMED,
    Action,
    ActionKind,
    Journal,
    Move,
    Status,
    action_of,
    move_of,
    read_lines,
)
from studyapp.core.stamp import Stamp
from studyapp.core.state import CardStates, marks_of

_REVIEWS = frozenset({ActionKind.GRADE, ActionKind.RESET})
_KINDS = frozenset(ActionKind)
_MOST_MOVES = 1000
_INSTANT = timedelta(microseconds=1)


class _Log:
    """One file that is not this device's own."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.actions: dict[str, Action] = {}
        self.turns: defaultdict[str, list[tuple[datetime, bool]]] = defaultdict(list)
        """When actions were taken back (False) or done again (True)."""
        self.moves: list[Move] = []
        for line in read_lines(path, problems):
            kind = line["kind"]
            if kind == MOVED:
                self.moves.append(move_of(line))
            elif kind in _KINDS:
                action = action_of(line)
                self.actions[action.id] = action
            elif kind in ("undo", "redo"):
                self.turns[line["of"]].append((datetime.fromisoformat(line["at"]), kind == "redo"))


class History:
    """The actions of all devices; brought up to date with `refresh`."""

    def __init__(self, own: Journal) -> None:
        """Take this device's log, which is always up to date, and read the others beside it."""
        self.own = own
        self.problems: list[Problem] = []
        self._logs: dict[Path, tuple[Stamp, _Log, list[Problem]]] = {}
        self._state: tuple[object, ...] = ()
        self._sorted: list[Action] = []
        self._moves: _Moves = {}
        self.refresh()

    def refresh(self) -> None:
        """Read logs of other devices that are new or have changed."""
        found: dict[Path, tuple[Stamp, _Log, list[Problem]]] = {}
        self.problems = []
        try:
            paths = sorted(path for path in self.own.path.parent.glob("*.jsonl") if path != self.own.path)
        except OSError:
            paths = []
        for path in paths:
            try:
                stamp = Stamp.of(path.stat())
                known = self._logs.get(path)
                if known is None or known[0] != stamp:
                    problems: list[Problem] = []
                    known = (stamp, _Log(path, problems), problems)
                found[path] = known
                self.problems += known[2]
            except (OSError, JournalError) as error:
                self.problems.append(
                    Problem(
                        "review-log",
                        str(path),
                        None,
                        f"this review log of another device cannot be read ({error})",
                        "Mend its permissions; until then its reviews do not count",
                    )
                )
        if found.keys() != self._logs.keys() or any(found[path] is not self._logs[path] for path in found):
            self._state = ()
        self._logs = found

    def actions(self) -> Sequence[Action]:
        """Every action that counts, each once, oldest first."""
        state = self.own.state
        if state != self._state:
            self._sorted, self._moves = self._fold()
            self._state = state
        return self._sorted

    def reviews(self) -> Sequence[Action]:
        """The grades and resets of cards that count, each once, oldest first."""
        return [action for action in self.actions() if action.kind in _REVIEWS]

    def of(self, card: CardId) -> list[Action]:
        """What was done to a card, oldest first, also under the ids that it had before it was edited."""
        return [action for action in self.reviews() if self.current(action.card, action.at) == card]

    def current(self, card: CardId, since: datetime) -> CardId:
        """The id that a card has now, by what the logs say, if it had this one at a time."""
        self.actions()
        return _follow(self._moves, card, since) if self._moves else card

    @property
    def settled(self) -> set[str]:
        """The ids of cards of which somebody has said that they are gone for good."""
        self.actions()
        return {was for (of_note, was), moves in self._moves.items() if not of_note and not moves[-1].now}

    def renamed(self, action: Action) -> Action:
        """An action with the id that its card has now."""
        card = self.current(action.card, action.at)
        return action if card == action.card else replace(action, seen=replace(action.seen, id=card))

    def name(self, action: Action) -> str:
        """The id, as text, that an action's card has now."""
        return str(self.current(action.card, action.at))

    def states(self) -> CardStates:
        """The marks of all cards, by the ids that they have now."""
        return CardStates(
            (self.current(card, action.at), mark, value)
            for action in self.actions()
            if action.marks
            for card, mark, value in marks_of(action)
        )

    def _fold(self) -> tuple[list[Action], _Moves]:
        actions: dict[str, Action] = {}
        turns: defaultdict[str, list[tuple[datetime, bool]]] = defaultdict(list)
        moves = list(self.own.moves)
        for _, log, _ in self._logs.values():
            actions |= log.actions
            moves += log.moves
            for name, times in log.turns.items():
                turns[name] += times
        for name, times in turns.items():
            if name in actions and not max(times)[1]:
                actions[name] = replace(actions[name], status=Status.UNDONE)
        for name, action in self.own.actions.items():
            # A copy of the own log may be older or, after the log was put back from a backup, newer.
            last = max(turns[name]) if turns.get(name) else None
            if last is None or action.status is not Status.UNDONE or not last[1] or _undone(action) > last[0]:
                actions[name] = action
        counted = [action for action in actions.values() if action.status is not Status.UNDONE]
        counted.sort(key=lambda action: (action.at, action.id))
        for action in counted:
            moves += (Move(str(mark.card), mark.value, action.at) for mark in action.marks if mark.name == RENAMED)
        by_name: _Moves = {}
        for move in sorted(moves, key=lambda move: move.at):
            by_name.setdefault((move.of_note, move.was), []).append(move)
        return counted, by_name


_Moves = dict[tuple[bool, str], list[Move]]
"""The moves away from each name of a card, or of a note (True), in order of time."""


def _undone(action: Action) -> datetime:
    return action.undo_at or action.at


def _follow(moves: _Moves, card: CardId, since: datetime) -> CardId:
    """Follow the moves of a card and of its note that came later, each once: a name may be used again."""
    for _ in range(_MOST_MOVES):
        away = [*moves.get((False, str(card)), ()), *moves.get((True, card.path), ())]
        move = min((move for move in away if move.at >= since and move.now), key=lambda move: move.at, default=None)
        if move is None:
            break
        card = replace(card, path=move.now) if move.of_note else CardId.parse(move.now)
        since = move.at + _INSTANT
    return card
