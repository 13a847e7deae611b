"""Reads the files of notes; those of a large vault in separate processes, as parsing keeps one core busy for each.

A process (`python -m studyapp.core.vault.scan.note_files`) is given notes by their paths and answers with rows.
"""

from __future__ import annotations

import gc
import marshal
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from studyapp.core.disk.files import read_note_with_status
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import NoteError
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import digest_of
from studyapp.core.vault.scan.precheck import may_matter
from studyapp.core.vault.table.rows import NoteRows, rows_of

TOGETHER = 128
"""Notes read by a process before it answers."""
MANY = 1000
"""The fewest notes at which processes pay off; they take a tenth of a second to start."""


class Read(Struct, frozen=True):
    """The result of reading a note."""

    path: str
    stamp: Stamp | None
    """By what the file is known that was read."""
    read_at: int
    """When it was read, in nanoseconds by the clock that stamps files, whatever time it is for the user."""
    rows: NoteRows | None
    error: str = ""
    """Why there are no rows; empty if the file is gone."""


def read_raw(root: Path, path: str) -> tuple[bytes, Stamp, int]:
    """A note's bytes, its file's stamp, and when it was read.

    Raises:
        NoteError, OSError: if it cannot be read.
    """
    read_at = time.time_ns()
    try:
        raw, status = read_note_with_status(os.path.join(root, path))  # noqa: PTH118 - a fifth of the time of a `Path`
    except NoteError as error:
        raise (cause if (cause := error.__cause__) is not None and means_gone(cause) else error) from None
    return raw, Stamp.of(status), read_at


def read_rows(root: Path, files: Sequence[tuple[str, Settings]]) -> list[Read]:
    """Read notes; most of those without cards are recognised by their bytes."""
    found: list[Read] = []
    for path, settings in files:
        try:
            raw, stamp, read_at = read_raw(root, path)
        except (OSError, NoteError) as error:
            found.append(Read(path, None, 0, None, reason_unless_gone(error)))
            continue
        matters = may_matter(raw, settings)
        rows = rows_of(path, raw, settings) if matters else NoteRows(digest_of(raw))
        found.append(Read(path, stamp, read_at, rows))
    return found


def reason_of(error: Exception) -> str:
    """Why a file cannot be read, in a few words."""
    return getattr(error, "strerror", None) or str(error)


def reason_unless_gone(error: Exception) -> str:
    """The reason; empty if the file no longer exists."""
    return "" if means_gone(error) else reason_of(error)


def means_gone(error: BaseException) -> bool:
    """Whether a file cannot be read because it, or its folder, no longer exists."""
    return isinstance(error, FileNotFoundError | NotADirectoryError)


def read_all(root: Path, paths: Sequence[str], settings_of: Callable[[str], Settings]) -> Iterator[list[Read]]:
    """Read notes of a vault, a part at a time, in the order in which the parts are done."""
    parts = [
        _by_settings([(path, settings_of(path)) for path in paths[start : start + TOGETHER]])
        for start in range(0, len(paths), TOGETHER)
    ]
    if len(paths) >= MANY:
        from studyapp.core.disk import pool

        if pool.cores() > 1:
            for _, packed in pool.shared(
                "studyapp.core.vault.scan.note_files", root.absolute(), parts, _answering(root)
            ):
                yield _unpacked(packed)
            return
    yield from (_answer(root, part) for part in parts)


_Question = list[tuple[dict[str, Any], list[str]]]
"""Paths, with their settings."""


def _by_settings(files: Sequence[tuple[str, Settings]]) -> _Question:
    """Name the notes by their settings."""
    paths: dict[Settings, list[str]] = {}
    for path, settings in files:
        paths.setdefault(settings, []).append(path)
    return [(of.as_told, theirs) for of, theirs in paths.items()]


def _answer(root: Path, question: _Question) -> list[Read]:
    files = [(path, of) for values, paths in question for of in (_known(Settings(**values)),) for path in paths]
    return read_rows(root, files)


@lru_cache(maxsize=64)
def _known(settings: Settings) -> Settings:
    """The first of all equal settings: results cached for settings are found faster for the same object."""
    return settings


def _answering(root: Path) -> Callable[[_Question], bytes]:
    """What answers questions about a vault as one process answers another."""
    return lambda question: _packed(_answer(root, question))


def _packed(found: Sequence[Read]) -> bytes:
    plain = [
        (one.path, one.stamp and tuple(one.stamp), one.read_at, one.rows and tuple(one.rows), one.error)
        for one in found
    ]
    return marshal.dumps(plain)  # twice as fast as pickle, and of this very program


def _unpacked(answer: bytes) -> list[Read]:
    return [
        Read(path, stamp and Stamp(*stamp), read_at, rows and NoteRows(*rows), error)
        for path, stamp, read_at, rows, error in marshal.loads(answer)  # noqa: S302 - of our process
    ]


if __name__ == "__main__":
    from studyapp.core.disk import pool

    gc.disable()  # notes hold no cycles
    pool.serve(_answering)
