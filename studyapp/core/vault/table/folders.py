"""The notes of one folder as a walk found them, and whether the table's rows are of these very files.

The table keeps a digest of each folder whose rows are up to date, so that a look at an unchanged folder reads no
rows. The first change to one of those rows deletes the digest.
"""

from __future__ import annotations

import marshal
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, Self

from msgspec import Struct

from studyapp.core.disk.cache import blob, text_of
from studyapp.core.disk.stamp import FileState, text_of_state
from studyapp.core.text.digest import blake2b

EVERY: Final = 0
"""Stands for every run of the program, in rows that all may trust."""

_ALIKE: Final = 2
"""The last form of `marshal` that writes equal values always alike."""


class Folder(Struct, frozen=True):
    """The notes directly in a folder; as few objects, because a vault may have very many notes."""

    prefix: str
    """Its path within the vault, with a `/` at the end; empty for the vault itself."""
    count: int
    """How many notes there are."""
    names: bytes
    """In order, with a `/` in between."""
    states: tuple[bytes, ...]
    """Of their files, some together; see `packed`."""

    @classmethod
    def of(cls, prefix: str, names: Sequence[str], states: Iterable[list[FileState]]) -> Self:
        """Notes by their names, and their files' states in any portions."""
        return cls(prefix, len(names), blob("/".join(names)), tuple(map(packed, states)))

    def paths(self) -> list[str]:
        """Those of the notes."""
        return [self.prefix + name for name in text_of(self.names).split("/")] if self.count else []

    def notes(self) -> Iterator[tuple[str, str]]:
        """The notes by their paths, with the texts of their files' stamps."""
        states = chain.from_iterable(map(marshal.loads, self.states))
        return zip(self.paths(), map(text_of_state, states), strict=True)

    def digest(self, settings: bytes) -> bytes:
        """A digest of all that decides whether its rows are up to date."""
        return blake2b(marshal.dumps((settings, self.names, *self.states), _ALIKE), digest_size=16).digest()


def packed(states: list[FileState]) -> bytes:
    """The states of some files."""
    return marshal.dumps(states, _ALIKE)


def compare(
    read: sqlite3.Connection, found: Iterable[Folder], settings: bytes, run: int
) -> tuple[list[Folder], list[str]]:
    """The folders whose rows are up to date but whose digests are not kept, and the notes without a row for `run`."""
    if read.execute("SELECT 1 FROM note LIMIT 1").fetchone() is None:
        return [], [path for one in found for path in one.paths()]
    known: dict[bytes, bytes] = dict(read.execute("SELECT path, digest FROM folder"))
    asked = [one for one in found if known.get(blob(one.prefix)) != one.digest(settings)]
    changed = _stale(read, asked, settings)
    own = _stamps(read, [one for one in asked if one.prefix in changed], settings, run)
    return (
        [one for one in asked if one.prefix not in changed],
        [path for stale in changed.values() for path, stamp in stale if own.get(blob(path)) != stamp],
    )


def keep(write: sqlite3.Connection, found: Sequence[Folder], settings: bytes) -> None:
    """Keep the digests of folders, unless a row has changed since they were compared."""
    changed = _stale(write, found, settings)
    kept = [(blob(one.prefix), one.digest(settings)) for one in found if one.prefix not in changed]
    write.executemany("INSERT OR REPLACE INTO folder VALUES (?, ?)", kept)


def _stale(read: sqlite3.Connection, found: Sequence[Folder], settings: bytes) -> dict[str, list[tuple[str, str]]]:
    """The notes without a row of their file that every run may trust, by the prefixes of their folders."""
    known = _stamps(read, found, settings, EVERY)
    notes = ((one.prefix, [note for note in one.notes() if known.get(blob(note[0])) != note[1]]) for one in found)
    return {prefix: stale for prefix, stale in notes if stale}


def _stamps(read: sqlite3.Connection, found: Sequence[Folder], settings: bytes, run: int) -> dict[bytes, str]:
    """The stamps in the rows of some folders, and perhaps of others, that are trusted by a run."""
    if not found:
        return {}
    asked = "SELECT path, stamp FROM note WHERE settings = ? AND run = ?"
    values: list[bytes | int] = [settings, run]
    if within := os.path.commonpath([one.prefix for one in found]):
        asked += " AND path > ? AND path < ?"
        values += blob(f"{within}/"), blob(f"{within}0")  # which comes after a slash
    return dict(read.execute(asked, values))


def lose(write: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Delete the digests of the folders of notes whose rows change."""
    prefixes = {path[: path.rfind("/") + 1] for path in paths}
    write.executemany("DELETE FROM folder WHERE path = ?", [(blob(one),) for one in prefixes])
