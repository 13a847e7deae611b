"""The cards that wait in a review: tens of thousands of them, of which it is always known how many are new."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from studyapp.core.vault import Handle


class Line(deque[Handle]):
    """A deque that counts. What a card is, is asked when it joins: its schedule changes only while it is in front."""

    def __init__(self, handles: Iterable[Handle], is_new: Callable[[Handle], bool]) -> None:
        """Take the cards in their order."""
        super().__init__(handles)
        self._is_new = is_new
        self._new = {id(handle) for handle in self if is_new(handle)}
        """Objects, not cards: who a card is takes too long to work out for each."""

    @property
    def new(self) -> int:
        """How many new cards wait."""
        return len(self._new)

    def only(self, stay: Callable[[Handle], bool]) -> None:
        """Let only some stay."""
        for handle in [handle for handle in self if not stay(handle)]:
            self.remove(handle)

    def append(self, handle: Handle) -> None:
        """Put a card at the end."""
        super().append(self._joins(handle))

    def appendleft(self, handle: Handle) -> None:
        """Put a card in front."""
        super().appendleft(self._joins(handle))

    def popleft(self) -> Handle:
        """Take the first card out."""
        return self._leaves(super().popleft())

    def remove(self, handle: Handle) -> None:
        """Take this very card out."""
        place = next(place for place, other in enumerate(self) if other is handle)
        del self[place]
        self._leaves(handle)

    def replace(self, place: int, handle: Handle) -> None:
        """Put a card in the place of another."""
        self._leaves(self[place])
        self[place] = self._joins(handle)

    def _joins(self, handle: Handle) -> Handle:
        if self._is_new(handle):
            self._new.add(id(handle))
        return handle

    def _leaves(self, handle: Handle) -> Handle:
        self._new.discard(id(handle))
        return handle
