"""Notes that were saved, created, renamed or deleted while the vault is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import NoteError
from studyapp.core.text.note_text import digest_of
from studyapp.core.vault.scan.note_files import read_raw
from studyapp.core.vault.sheet import Sheet
from studyapp.core.vault.vault import Vault

_NONE: Final[Mapping[str, Stamp]] = MappingProxyType({})


class Changes(Struct):
    """The result of reading notes again."""

    came: list[str] = field(default_factory=list)
    changed: dict[str, Sheet] = field(default_factory=dict)
    """Notes whose bytes have changed, with their previous contents."""
    gone: dict[str, Sheet] = field(default_factory=dict)
    """Notes that no longer exist, with their previous contents."""
    emptied: dict[str, Stamp] = field(default_factory=dict)
    """Notes left as they were, because their files are empty and may not stay so."""

    def __bool__(self) -> bool:
        """Whether there were any."""
        return bool(self.came or self.changed or self.gone)

    @property
    def paths(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.came, *self.changed, *self.gone))

    def lost_cards(self, vault: Vault) -> bool:
        """Whether cards with a schedule have moved."""
        return bool(self.gone) or any(
            row.schedule is not None and vault.row(row.id) is None
            for before in self.changed.values()
            for row in before.cards
        )


def read_again(vault: Vault, paths: Iterable[str], emptied: Mapping[str, Stamp] = _NONE) -> Changes:
    """Read the notes again that differ from what the vault knows; its own writes are recognised by their digest.

    An editor that writes in place empties the file first, so a note with cards is not believed to be empty until it
    is found so again: `emptied` are those that an earlier look left out.
    """
    changes = Changes()
    for path in sorted(set(paths)):
        before, news = vault.sheet(path), vault.is_news(path)
        known = vault.sheet_before(path) if news or before is None else before
        try:
            raw, stamp, read_at = read_raw(vault.root, path)
        except (OSError, NoteError):
            vault.forget(path)
            if (was := known or before) is not None:
                changes.gone[path] = was
            continue
        if not raw and before is not None and before.cards and emptied.get(path) != stamp:
            changes.emptied[path] = stamp
            continue
        same = before is not None and before.digest == digest_of(raw)
        if same:
            vault.is_now(path, stamp)
        else:
            vault.take(path, raw, stamp, read_at)
        if not same or news:
            if known is None:
                changes.came.append(path)
            else:
                changes.changed[path] = known
    return changes
