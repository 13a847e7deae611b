"""Cards in an order, kept only as numbers: there may be tens of thousands, and a review shows one at a time."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import overload

from studyapp.core.disk.cache import some_of
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.table.contents import Contents


class CardLine(Sequence[CardRow]):
    """Some cards as they were when they joined the line, even if their notes have been reread since."""

    def __init__(self, contents: Contents, numbers: Iterable[int] = ()) -> None:
        """Take the numbers of cards in order, those of new ones negated; see `Vault.line`. An array is not copied."""
        self._contents = contents
        self.numbers = numbers if isinstance(numbers, array) else array("q", numbers)
        self._begun = contents.last_past()
        self._generation = contents.table.generation

    @property
    def is_lost(self) -> bool:
        """Whether the table has lost everything since, so that the numbers mean nothing now."""
        return self._generation != self._contents.table.generation

    def at(self, numbers: Sequence[int]) -> list[CardRow | None]:
        """Cards by their numbers; None for one that is lost."""
        if self.is_lost:
            return [None] * len(numbers)
        return self._contents.at([abs(number) for number in numbers])

    def of(self, paths: Collection[str]) -> set[int]:
        """The numbers of the cards of some notes, whether they are in line or not."""
        return self._contents.numbers_of(paths)

    def past(self) -> set[int]:
        """The numbers of the cards whose notes have been reread since they joined the line, or are gone."""
        return self._contents.past_since(self._begun)

    def put_first(self, number: int | None) -> None:
        """Make a card the first, if it is in line."""
        for signed in (number, -number) if number is not None else ():
            if signed in self.numbers:
                self.numbers.remove(signed)
                self.numbers.insert(0, signed)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[CardRow]:
        for part in some_of(self.numbers):
            yield from (row for row in self.at(part) if row is not None)

    @overload
    def __getitem__(self, index: int) -> CardRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[CardRow]: ...
    def __getitem__(self, index: int | slice) -> CardRow | list[CardRow]:
        if isinstance(index, slice):
            return [row for row in self.at(self.numbers[index]) if row is not None]
        (row,) = self.at([self.numbers[index]])
        if row is None:
            raise LookupError("this card is not known any more")
        return row
