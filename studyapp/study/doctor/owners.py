"""What the review log remembers of schedules: which card each was written for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studyapp.core.log.ledger_rows import Done
from studyapp.core.notes.cards import CardId


class Memory:
    """The cards that entries were written for, as the log names them."""

    def __init__(self, actions: Iterable[Done] = ()) -> None:
        self._cards: dict[str, set[tuple[str, str]]] = {}
        for action in actions:
            self._cards.setdefault(action.after, set()).add((action.card.path, action.card.hash))

    def owner(self, entries: Sequence[str]) -> CardId | None:
        """The card that these entries were written for; None where the log does not say, or names several.

        Two cards that were graded alike on one day have the same entry, so one entry may not be enough to tell.
        """
        known = [cards for entry in entries if (cards := self._cards.get(entry))]
        common = set.intersection(*known) if known else set()
        if len(common) != 1:
            return None
        path, key = common.pop()
        return CardId(path, key, 1, 1)
