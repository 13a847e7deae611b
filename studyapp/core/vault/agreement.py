"""Whether what a cache says of a vault is what its notes say."""

from __future__ import annotations

from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Vault


def differing(one: Vault, other: Vault) -> list[str]:
    """The notes whose cards are not the same in two readings of a vault, in their order."""
    first, second = _cards(one), _cards(other)
    return sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))


def _cards(vault: Vault) -> dict[str, int]:
    """What the cards of each note are, as one number."""
    found: dict[str, int] = dict.fromkeys(vault.paths(), 0)
    for row in vault.rows():
        found[row.path] = hash((found[row.path], _said(row)))
    return found


def _said(row: CardRow) -> tuple[object, ...]:
    one = row.question
    return row.id, one.hash, str(one.kind), row.decks, row.line, one.block_id, one.entries, str(row.schedule)
