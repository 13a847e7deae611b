"""SQLite databases that may be deleted at any time, because their contents can be rebuilt.

All are treated alike. Only the user's own file is trusted: one that another user may write is replaced, and so is one
that turns out to be damaged. One of an older version is emptied in place, as another copy of the program may have it
open; one of a newer version is left alone. Writing is synced when the log is merged into the database, not at each
commit: a crash of the machine may cost the last transactions and damages nothing.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar
from weakref import finalize

from studyapp.core.disk.files import is_only_ours
from studyapp.core.disk.stamp import identity_of

T = TypeVar("T")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FEW: Final = 400
"""Values in one statement."""
SEAL: Final = "-seal"
"""The suffix of its seal; see `core.disk.seal`."""
TURN: Final = "-turn"
"""The suffix of the lock of who fills it; see `core.disk.turn`."""
_PARTS: Final = ("-journal", "-wal", "-shm", SEAL, TURN, "")
"""The suffixes of the files beside it; the first three are SQLite's."""
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_DAMAGED: Final = ("malformed", "no such", "Could not decode", "user-defined function")
"""Messages of errors caused by the file's contents, not by a lock or a full disk."""
_MISREAD: Final = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, MemoryError)
"""What raises where a value is not one that was put in: SQLite holds any value in any column."""


class UnusableError(Exception):
    """A cache cannot be used now: locked, the disk full, damaged, or of a newer version."""

    def __init__(self, *, damaged: bool = False) -> None:
        """Whether it was `damaged`, and is deleted; else it may be readable, or writable later."""
        super().__init__()
        self.damaged = damaged


class OneFile:
    """The file that several connections have opened; another in its place is not theirs."""

    def __init__(self) -> None:
        """Begin with whatever file the first connection opens."""
        self.opened: tuple[int, int] | None = None
        """Its device and inode."""

    def is_at(self, path: Path) -> bool:
        """Whether it is still there, and only the user can write it."""
        try:
            return identity_of(path.lstat()) == self.opened and _are_own(path)
        except OSError:
            return False


class Cache:
    """One database and a connection to it; safe to use from several threads and several programs at a time."""

    def __init__(
        self,
        path: Path | None,
        version: int,
        create: Callable[[sqlite3.Connection], None],
        *,
        patience: float = 5.0,
        page_size: int = 4096,
        file: OneFile | None = None,
    ) -> None:
        """Take a database, which is opened on first use.

        Args:
            path: its file; without one it is kept in memory.
            version: of its tables and of what they hold; a database of an older one is emptied.
            create: makes the tables.
            patience: seconds to wait for another program that is writing.
            page_size: bytes of a page in a new file.
            file: shared by connections that must never open different files, even if one is deleted meanwhile.
        """
        self.path = path
        self.lock = threading.RLock()
        self._version, self._create = version, create
        self._patience, self._page_size = patience, page_size
        self._file = file or OneFile()
        self._connection: sqlite3.Connection | None = None

    def attempt(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work` on the database.

        Raises:
            UnusableError: if it cannot be used; a damaged file is deleted first. In memory the error is raised as is.
        """
        with self.lock:
            try:
                if self._connection is None:
                    self._connection = self._open()
                    # Otherwise it would be closed only by the cycle collector, as it is in a cycle.
                    finalize(self, self._connection.close).atexit = False
                return work(self._connection)
            except (sqlite3.Error, OSError, *_MISREAD) as error:
                if self.path is None:
                    raise
                damaged = _is_damage(error) and not self._is_taken()
                if damaged:
                    self.close()
                    discard(self.path)
                raise UnusableError(damaged=damaged) from error

    def interrupt(self) -> None:
        """Interrupt another thread's operation, with an error."""
        if (connection := self._connection) is not None:
            connection.interrupt()

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
                self._connection = self._file.opened = None

    def _open(self) -> sqlite3.Connection:
        if self.path is not None:
            if self._file.opened is None:
                own(self.path)
            elif not self._file.is_at(self.path):
                raise UnusableError
        where = ":memory:" if self.path is None else self.path
        connection = sqlite3.connect(where, timeout=self._patience, isolation_level=None, check_same_thread=False)
        try:
            self._refuse_others(connection)
            connection.execute(f"PRAGMA page_size = {self._page_size}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            if version_of(connection) != self._version:
                with transaction(connection):
                    if version_of(connection) != self._version:  # another program may have been quicker
                        _empty(connection)
                        self._create(connection)
                        connection.execute(f"PRAGMA user_version = {self._version}")
        except BaseException:
            connection.close()
            raise
        if self.path is not None:
            self._file.opened = identity_of(self.path.lstat())
        return connection

    def _refuse_others(self, connection: sqlite3.Connection) -> None:
        version = version_of(connection)
        if version > self._version or (self._file.opened is not None and version != self._version):
            raise UnusableError

    def _is_taken(self) -> bool:
        """Whether a newer version of the program has emptied the file and uses it."""
        with suppress(sqlite3.Error):
            return self._connection is not None and version_of(self._connection) > self._version
        return False


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction; other programs wait."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def _empty(connection: sqlite3.Connection) -> None:
    """Drop all tables and views; virtual ones first, because they take the tables behind them along."""
    asked = (
        "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) != 'sqlite_' "
        "ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC"
    )
    for kind, name in connection.execute(asked).fetchall():
        quoted = name.replace('"', '""')
        connection.execute(f'DROP {kind} IF EXISTS "{quoted}"')


def _is_damage(error: Exception) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return any(word in str(error) for word in _DAMAGED)
    return not isinstance(error, OSError)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of what a database holds; 0 if it holds nothing yet."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def own(path: Path) -> None:
    """Make sure that a database's file exists and only the user can write it, else replace it.

    Another user could write anything into it; and SQLite would wait for ever for a pipe.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close_to_others(path.parent)
    if not _are_own(path):
        discard(path)
    # An existing file is not opened: closing it would drop the locks of this program's other connections.
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    except FileExistsError:
        if not _is_own(path):
            raise


def _close_to_others(folder: Path) -> None:
    """Keep others from putting files into the folder before a file is opened; OSError if it is not the user's."""
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "another user owns the folder", os.fspath(folder))
    if status.st_mode & _OTHERS_WRITE:
        folder.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS_WRITE)


def _are_own(path: Path) -> bool:
    """Whether only the user can write a database and the files beside it."""
    return all(_is_own(Path(f"{path}{part}")) for part in _PARTS)


def _is_own(path: Path) -> bool:
    """Whether only the user can write a file, or there is none."""
    try:
        return is_only_ours(path.lstat())
    except FileNotFoundError:
        return True


def discard(path: Path) -> None:
    """Delete a database, if possible."""
    for part in _PARTS:
        with suppress(OSError):
            Path(f"{path}{part}").unlink(missing_ok=True)


def blob(text: str) -> bytes:
    """A path or an id as SQLite can store it: as text it cannot hold every file name."""
    return text.encode("utf-8", "surrogatepass")


def text_of(raw: bytes) -> str:
    """The original of `blob`."""
    return raw.decode("utf-8", "surrogatepass")


def some_of(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Values in parts small enough for one statement."""
    return (values[start : start + _FEW] for start in range(0, len(values), _FEW))


def microseconds(instant: datetime) -> int:
    """A sortable number for an instant: exact, from 1970."""
    return (instant - EPOCH) // _MICROSECOND
