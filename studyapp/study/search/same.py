"""Cards with the same front."""

from __future__ import annotations

from datetime import datetime

from studyapp.core.notes.cards import CardId
from studyapp.core.text.folded import fold
from studyapp.core.vault.vault import Vault
from studyapp.study.search.table import SearchIndex
from studyapp.study.search.tree import Text

_MOST = 500
"""The most cards compared; a front that is part of more says little."""


def with_front(vault: Vault, index: SearchIndex, front: str, now: datetime) -> list[CardId]:
    """The cards with that front, whatever its case, accents and spaces."""
    wanted = fold(front)
    longest = max(map(fold, front.split("\n")), key=len)
    if not longest:
        return []
    hits = index.cards((index.search(Text(longest), now) or ())[:_MOST])
    return [one.id for one in hits if one is not None and fold(vault.find(one.id).card.front) == wanted]
