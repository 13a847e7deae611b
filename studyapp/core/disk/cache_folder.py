"""The folder of caches: the size and age of each, whether it is intact; and their deletion.

Only what this program made is touched: a regular file of the user's own, that nobody else can write, with a cache's
name. If the folder is a link, nothing in it is touched.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from studyapp.core.disk.files import is_only_ours

_NAME: Final = re.compile(r"([0-9a-f]{16})((?:\.[a-z]+)?\.sqlite)(-(?:journal|wal|shm|seal|turn))?")
_SQLITE: Final = b"SQLite format 3\0"
_SHARED: Final = (510, 0x40000002)
"""The bytes of which SQLite locks some while a database is open: how many, and the first."""
_PATIENCE: Final = 1.0
"""Seconds to wait for another program."""
HELD: Final = "another program has it open"


class Stored(Struct):
    """A cache on the disk."""

    name: str
    kind: str
    """The end of its name."""
    size: int = 0
    """Bytes, with the files beside it."""
    written: float = 0
    """When it was last written, in seconds since 1970."""
    parts: list[str] = field(default_factory=list)
    """The names of its files; the database itself is the last one, if it is there."""


class CacheFolder:
    """A look at the folder of caches."""

    def __init__(self, path: Path, kinds: Collection[str]) -> None:
        """List the files whose names end with one of `kinds`."""
        self.path = path
        self.stored: list[Stored] = []
        self.others: list[str] = []
        """The names of files that are not caches of this program."""
        self.refused = ""
        """Why nothing in the folder is touched, as a continuation of its path."""
        found: dict[str, Stored] = {}
        with self._open() as folder:
            names = os.listdir(folder) if folder >= 0 else ()  # noqa: PTH208 - of the very folder that is open
            for name in sorted(names):
                match = _NAME.fullmatch(name)
                status = _own(folder, name) if match and match[2] in kinds else None
                if match is None or status is None:
                    self.others.append(name)
                    continue
                one = found.setdefault(match[1] + match[2], Stored(match[1] + match[2], match[2]))
                one.parts.insert(0, name) if match[3] else one.parts.append(name)
                one.size += status.st_size
                one.written = max(one.written, status.st_mtime)
        self.stored = list(found.values())

    def fault_of(self, one: Stored) -> str:
        """What is wrong with a cache; empty if nothing is."""
        path = self.path / one.name
        try:
            connection = sqlite3.connect(path, timeout=_PATIENCE)
            try:
                (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            finally:
                connection.close()
        except sqlite3.Error as error:
            said = str(error)
        return "" if said == "ok" else str(said)

    def clear(self, one: Stored) -> str:
        """Delete a cache that no program has open; returns why that failed, or nothing."""
        with self._open() as folder:
            if self.refused:
                return self.refused
            try:
                with _alone(folder, one.name):
                    for name in one.parts:
                        if _own(folder, name) is not None:
                            os.unlink(name, dir_fd=folder)
            except BlockingIOError:
                return HELD
            except OSError as error:
                return error.strerror or str(error)
        return ""

    @contextmanager
    def _open(self) -> Iterator[int]:
        """The folder itself; -1 if there is none, or it is not the user's."""
        try:
            folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:
            yield -1
            return
        except OSError as error:
            self.refused = "is a link" if self.path.is_symlink() else f"can't be read ({error.strerror})"
            yield -1
            return
        try:
            if os.fstat(folder).st_uid != os.geteuid():
                self.refused = "belongs to another user"
            yield -1 if self.refused else folder
        finally:
            os.close(folder)


@contextmanager
def _alone(folder: int, name: str) -> Iterator[None]:
    """Keep other programs from opening a database; BlockingIOError if one has it open."""
    try:
        file = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:  # only the files beside it are left
        yield
        return
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, *_SHARED)
        except PermissionError as error:  # how some systems say it
            raise BlockingIOError from error
        yield
    finally:
        os.close(file)


def _own(folder: int, name: str) -> os.stat_result | None:
    """What is known about a file that this program made; None for any other."""
    with suppress(OSError):
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        is_beside = not name.endswith(".sqlite")
        if is_only_ours(status) and (is_beside or _is_database(folder, name)):
            return status
    return None


def _is_database(folder: int, name: str) -> bool:
    """Whether a file is empty, or starts like a database."""
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    try:
        return os.read(file, len(_SQLITE)) in (b"", _SQLITE)
    finally:
        os.close(file)
