"""The cards that wait in a review: tens of thousands of them, of which it is always known how many are new.

Most of them are numbers, and are looked up when it is their turn, or when something is done to their notes.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator

from studyapp.core.vault.line import CardLine
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.table import some_of


class Waiting:
    """Cards in their order. What a card is, is asked when it joins: it changes only while it is in front."""

    def __init__(self, rows: Iterable[CardRow], is_new: Callable[[CardRow], bool]) -> None:
        """Take the cards in their order."""
        self._is_new = is_new
        self._line = rows if isinstance(rows, CardLine) else None
        """What knows the cards that are numbers."""
        self._numbers = array("q", reversed(self._line.numbers) if self._line is not None else ())
        """Those cards, the last one first; new ones with a minus."""
        self._held: dict[int, CardRow] = {}
        """Those of them that were looked up."""
        self._front: deque[CardRow] = deque()
        self._back: deque[CardRow] = deque(() if self._line is not None else rows)
        self._new = {id(row) for row in self._back if is_new(row)}
        """Objects, not cards: who a card is takes too long to work out for each."""
        self._new_numbers = sum(number < 0 for number in self._numbers)
        """How many of those that were not looked up are new."""

    @property
    def new(self) -> int:
        """How many new cards wait."""
        return len(self._new) + self._new_numbers

    def __len__(self) -> int:
        return len(self._front) + len(self._numbers) + len(self._back)

    def __iter__(self) -> Iterator[CardRow]:
        """Every card, in order; those that are numbers are looked up, and forgotten again."""
        yield from list(self._front)
        if self._line is not None:
            for part in some_of(self._numbers[::-1]):
                for number, row in zip(part, self._line.at(part), strict=True):
                    if (found := self._held.get(number, row)) is not None:
                        yield found
        yield from list(self._back)

    def of(self, paths: Collection[str]) -> list[CardRow]:
        """The cards of some notes, in order."""
        if self._line is not None and len(self._numbers):
            wanted = self._line.of(paths)
            self._hold(number for number in self._numbers if abs(number) in wanted)
        return [row for row in self.looked_up() if row.path in paths]

    def looked_up(self) -> list[CardRow]:
        """The cards that are not mere numbers, or whose notes have been read anew; in order."""
        held: list[CardRow] = []
        if self._line is not None:
            if past := self._line.past():
                self._hold(number for number in self._numbers if abs(number) in past)
            if self._held:
                held = [self._held[number] for number in reversed(self._numbers) if number in self._held]
        return [*self._front, *held, *self._back]

    def numbers(self) -> set[int]:
        """The cards that are numbers."""
        return {abs(number) for number in self._numbers}

    def append(self, row: CardRow) -> None:
        """Put a card at the end."""
        self._back.append(self._joins(row))

    def appendleft(self, row: CardRow) -> None:
        """Put a card in front."""
        self._front.appendleft(self._joins(row))

    def popleft(self) -> CardRow | None:
        """Take the first card out; None if there is none."""
        if self._front:
            return self._leaves(self._front.popleft())
        while self._numbers:
            number = self._numbers[-1]
            self._hold((number,))
            self._numbers.pop()
            if (row := self._held.pop(number, None)) is not None:
                return self._leaves(row)
        return self._leaves(self._back.popleft()) if self._back else None

    def remove(self, row: CardRow) -> None:
        """Take this very card out."""
        number = self._number_of(row)
        if number is not None:
            self._numbers.remove(number)
            del self._held[number]
        else:
            some, place = self._place_of(row)
            del some[place]
        self._leaves(row)

    def replace(self, row: CardRow, by: CardRow) -> None:
        """Put a card in the place of this very one."""
        number = self._number_of(row)
        self._leaves(row)
        if number is not None:
            self._held[number] = self._joins(by)
        else:
            some, place = self._place_of(row)
            some[place] = self._joins(by)

    def _number_of(self, row: CardRow) -> int | None:
        return next((number for number, other in self._held.items() if other is row), None)

    def _place_of(self, row: CardRow) -> tuple[deque[CardRow], int]:
        return next((some, at) for some in (self._front, self._back) for at, one in enumerate(some) if one is row)

    def _hold(self, numbers: Iterable[int]) -> None:
        """Look cards up that are numbers."""
        assert self._line is not None
        fresh = [number for number in numbers if number not in self._held]
        for number, row in zip(fresh, self._line.at(fresh), strict=True):
            self._new_numbers -= number < 0
            if row is not None:
                self._held[number] = self._joins(row)

    def _joins(self, row: CardRow) -> CardRow:
        if self._is_new(row):
            self._new.add(id(row))
        return row

    def _leaves(self, row: CardRow) -> CardRow:
        self._new.discard(id(row))
        return row
