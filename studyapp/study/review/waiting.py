"""The cards waiting in a review: tens of thousands, with a running count of the new ones.

Most of them are numbers, looked up when it is their turn, or when something is done to their notes.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator

from studyapp.core.disk.cache import some_of
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.table.line import CardLine


class Waiting:
    """Cards in order. A card is classified when it joins: that changes only while it is current."""

    def __init__(self, rows: Iterable[CardRow], is_new: Callable[[CardRow], bool]) -> None:
        """Take the cards in their order."""
        self._is_new = is_new
        self._line = rows if isinstance(rows, CardLine) else None
        """Looks up numbered cards."""
        self._numbers: array[int] = array("q") if self._line is None else self._line.numbers[::-1]
        """The numbered cards, the last one first; new ones negated."""
        self._held: dict[int, CardRow] = {}
        """Those of them that were looked up."""
        self._front: deque[CardRow] = deque()
        self._back: deque[CardRow] = deque(() if self._line is not None else rows)
        self._new = {id(row) for row in self._back if is_new(row)}
        """Objects, not cards: identifying each card takes too long."""
        self._new_numbers = sum(number < 0 for number in self._numbers)
        """How many of the others are new."""

    @property
    def new(self) -> int:
        """How many new cards wait."""
        return len(self._new) + self._new_numbers

    def __len__(self) -> int:
        return len(self._front) + len(self._numbers) + len(self._back)

    def __iter__(self) -> Iterator[CardRow]:
        """Every card, in order; numbered ones are looked up, and forgotten again."""
        yield from list(self._front)
        if self._line is not None:
            for part in some_of(self._numbers[::-1]):
                for number, row in zip(part, self._line.at(part), strict=True):
                    if (found := self._held.get(number, row)) is not None:
                        yield found
        yield from list(self._back)

    def of(self, paths: Collection[str]) -> list[CardRow]:
        """The cards of some notes, in order."""
        self._drop_lost()
        if self._line is not None and len(self._numbers):
            wanted = self._line.of(paths)
            self._hold(number for number in self._numbers if abs(number) in wanted)
        return [row for row in self.looked_up() if row.path in paths]

    def looked_up(self) -> list[CardRow]:
        """The cards that are not just numbers, or whose notes have been reread; in order."""
        self._drop_lost()
        held: list[CardRow] = []
        if self._line is not None:
            if past := self._line.past():
                self._hold(number for number in self._numbers if abs(number) in past)
            if self._held:
                held = [self._held[number] for number in reversed(self._numbers) if number in self._held]
        return [*self._front, *held, *self._back]

    def numbers(self) -> set[int]:
        """The numbered cards that can still be looked up."""
        self._drop_lost()
        return {abs(number) for number in self._numbers}

    def append(self, row: CardRow) -> None:
        """Add a card at the end."""
        self._back.append(self._joins(row))

    def appendleft(self, row: CardRow) -> None:
        """Add a card at the front."""
        self._front.appendleft(self._joins(row))

    def first(self) -> CardRow | None:
        """The first card, which stays; None if there is none."""
        if self._front:
            return self._front[0]
        self._drop_lost()  # all at once: one after another each would cost as much
        while self._numbers:
            number = self._numbers[-1]
            self._hold((number,))
            if (row := self._held.get(number)) is not None:
                return row
        return self._back[0] if self._back else None

    def popleft(self) -> CardRow | None:
        """Remove the first card; None if there is none."""
        if (row := self.first()) is None:
            return None
        if self._front:
            self._front.popleft()
        elif self._numbers:
            del self._held[self._numbers.pop()]
        else:
            self._back.popleft()
        return self._leaves(row)

    def remove(self, row: CardRow) -> None:
        """Remove this very card."""
        number = self._number_of(row)
        if number is not None:
            self._numbers.remove(number)
            del self._held[number]
        else:
            some, place = self._place_of(row)
            del some[place]
        self._leaves(row)

    def revise(self, change: Callable[[CardRow], CardRow | None], paths: Collection[str] | None = None) -> None:
        """Change each card that is looked up, or every card of some notes; None removes it."""
        if paths is None:
            self.looked_up()
        else:
            self.of(paths)

        def changed(row: CardRow) -> CardRow | None:
            if paths is not None and row.path not in paths:
                return row
            now = change(row)
            if now is not row:
                self._leaves(row)
                if now is not None:
                    self._joins(now)
            return now

        gone: set[int] = set()
        for number, row in list(self._held.items()):
            if (now := changed(row)) is not None:
                self._held[number] = now
            else:
                del self._held[number]
                gone.add(number)
        if gone:
            self._numbers = array("q", (number for number in self._numbers if number not in gone))
        for some in (self._front, self._back):
            kept = [now for row in some if (now := changed(row)) is not None]
            some.clear()
            some.extend(kept)

    def _number_of(self, row: CardRow) -> int | None:
        return next((number for number, other in self._held.items() if other is row), None)

    def _place_of(self, row: CardRow) -> tuple[deque[CardRow], int]:
        return next((some, at) for some in (self._front, self._back) for at, one in enumerate(some) if one is row)

    def _hold(self, numbers: Iterable[int]) -> None:
        """Look up numbered cards; those that are lost leave the line."""
        assert self._line is not None
        fresh = [number for number in numbers if number not in self._held]
        lost: set[int] = set()
        for number, row in zip(fresh, self._line.at(fresh), strict=True):
            self._new_numbers -= number < 0
            if row is not None:
                self._held[number] = self._joins(row)
            else:
                lost.add(number)
        if lost:
            self._numbers = array("q", (number for number in self._numbers if number not in lost))

    def _drop_lost(self) -> None:
        """Let go of all numbers that mean nothing any more."""
        if self._line is not None and self._line.is_lost and len(self._held) < len(self._numbers):
            self._numbers = array("q", (number for number in self._numbers if number in self._held))
            self._new_numbers = 0

    def _joins(self, row: CardRow) -> CardRow:
        if self._is_new(row):
            self._new.add(id(row))
        return row

    def _leaves(self, row: CardRow) -> CardRow:
        self._new.discard(id(row))
        return row
