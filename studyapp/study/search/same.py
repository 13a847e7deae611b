"""Cards that ask the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from studyapp.core.notes.cards import CardId
from studyapp.core.text.folded import fold
from studyapp.study.search.table import SearchIndex
from studyapp.study.search.tree import Text

_MOST = 500
"""Cards that are compared; a front that is a part of more says little."""


def with_front(index: SearchIndex, front: str, front_of: Callable[[CardId], str], now: datetime) -> list[CardId]:
    """The cards with that front, whatever its case, accents and spaces.

    Args:
        index: the cards of the vault.
        front: what is asked.
        front_of: gives the whole front of a card.
        now: aware, in the person's zone.
    """
    wanted = fold(front)
    longest = max(map(fold, front.split("\n")), key=len)
    if not longest:
        return []
    hits = index.cards((index.search(Text(longest), now) or ())[:_MOST])
    return [one.id for one in hits if one is not None and fold(front_of(one.id)) == wanted]
