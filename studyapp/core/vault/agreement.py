"""Whether a cache agrees with the notes of its vault."""

from __future__ import annotations

from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Vault


def differing(one: Vault, other: Vault) -> list[str]:
    """The notes whose cards differ between two readings of a vault, in order."""
    first, second = _cards(one), _cards(other)
    return sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))


def _cards(vault: Vault) -> dict[str, int]:
    """A checksum of the cards of each note."""
    found: dict[str, int] = dict.fromkeys(vault.paths(), 0)
    for row in vault.rows():
        found[row.path] = hash((found[row.path], _said(row)))
    return found


def _said(row: CardRow) -> tuple[object, ...]:
    one = row.question
    return row.id, one.hash, str(one.kind), row.decks, row.line, one.block_id, one.entries, str(row.schedule)
