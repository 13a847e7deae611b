"""Opens files that others may have put there: a vault, or a folder of the user, may hold more than plain files.

A pipe makes its reader wait for ever, and a device may never end. Every file in such a folder is opened here.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO, Final

from studyapp.core.errors import NoteError

AnyPath = str | os.PathLike[str]
LARGEST: Final = 100_000_000
"""The most bytes of a file that is read whole."""
LARGEST_LOG: Final = 2_000_000_000
"""The most bytes of a file that is read line by line; a century of reviews takes less."""
LONGEST_LINE: Final = 4_000_000
"""The most bytes of one of its lines."""
_READ: Final = os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC
_MEGABYTE: Final = 1_000_000
_ODD: Final = "it is not a regular file"
_TURN: Final = 0.01
"""Seconds between two tries."""
_TURNS: Final = 200


class OddFileError(OSError):
    """The path does not lead to a file that can be read; `strerror` says why, as in the system's own errors."""

    def __init__(self, path: AnyPath, why: str) -> None:
        super().__init__(errno.EINVAL, why, os.fspath(path))


def open_handle(path: Path, most: int = LARGEST, flags: int = _READ, mode: int = 0o600) -> int:
    """Open a regular file without ever waiting for another program; returns its handle.

    Args:
        path: where it is; symbolic links are followed, unless `flags` says otherwise.
        most: the most bytes it may have.
        flags: as for `os.open`.
        mode: of a new file, if the flags allow one.

    Raises:
        OddFileError: if it is not a regular file, or too large; any other OSError if it cannot be opened.
    """
    handle = _opened(path, flags | os.O_NONBLOCK, mode)
    try:
        _check(handle, path, most)
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def open_folder(path: Path) -> Iterator[int]:
    """The handle of an open folder: what is in it is reached without its path being looked up again."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _opened(path: AnyPath, flags: int, mode: int) -> int:
    for _ in range(_TURNS):
        try:
            return os.open(path, flags, mode)
        except BlockingIOError:  # another program has a lease on the file, and has just been asked to give it up
            sleep(_TURN)
        except OSError as error:
            if error.errno in (errno.ENXIO, errno.EISDIR):  # a socket or a pipe, a folder
                raise OddFileError(path, _ODD) from error
            raise
    return os.open(path, flags, mode)


def _check(handle: int, path: AnyPath, most: int) -> os.stat_result:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise OddFileError(path, _ODD)
    if status.st_size > most:
        raise too_large(path, most)
    return status


@contextmanager
def opened(path: Path, most: int = LARGEST, flags: int = _READ, mode: int = 0o600) -> Iterator[int]:
    """The handle of a regular file, closed at the end; see `open_handle`."""
    handle = open_handle(path, most, flags, mode)
    try:
        yield handle
    finally:
        os.close(handle)


def is_only_ours(status: os.stat_result) -> bool:
    """Whether a file is a regular one that no other user can write."""
    others = status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISREG(status.st_mode) and not others


def open_file(path: Path) -> BinaryIO:
    """Open a regular file for reading piece by piece; see `open_handle` for the errors."""
    return os.fdopen(open_handle(path, LARGEST_LOG), "rb")


def read_file(path: Path, most: int = LARGEST) -> bytes:
    """Read a regular file whole; see `open_handle` for the errors."""
    return read_with_status(path, most)[0]


def read_with_status(path: AnyPath, most: int = LARGEST) -> tuple[bytes, os.stat_result]:
    """The same, with the file's status as it was before."""
    handle = _opened(path, _READ | os.O_NONBLOCK, 0)
    try:
        status = _check(handle, path, most)
        return _rest(handle, path, most, status.st_size), status
    finally:
        os.close(handle)


def read_object(path: Path, most: int = LARGEST) -> dict[str, Any]:
    """The JSON object in a file; empty where there is none that can be read."""
    try:
        value = json.loads(read_file(path, most))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def read_handle(handle: int, path: Path) -> bytes:
    """Read the rest of an open file, whatever its size: some system files have none. OddFileError if too much."""
    return _rest(handle, path, LARGEST, os.fstat(handle).st_size)


def _rest(handle: int, path: AnyPath, most: int, expected: int) -> bytes:
    piece = min(expected, most) + 1
    parts: list[bytes] = []
    size = 0
    while part := os.read(handle, piece):
        parts.append(part)
        size += len(part)
        if size > most:
            raise too_large(path, most)
    return b"".join(parts)


def too_large(path: AnyPath, most: int) -> OddFileError:
    """The error for a file of more bytes than that."""
    return OddFileError(path, f"it is larger than {most // _MEGABYTE:,} MB")


def read_note(path: Path) -> bytes:
    """Read a file whole; NoteError if it is gone or cannot be read."""
    return read_note_with_status(path)[0]


def read_note_with_status(path: AnyPath) -> tuple[bytes, os.stat_result]:
    """The same, with the file's status as it was before."""
    try:
        return read_with_status(path)
    except FileNotFoundError as error:
        raise NoteError(f"{path} no longer exists; it was moved or deleted") from error
    except OddFileError as error:
        raise NoteError(f"{path} cannot hold a note: {error.strerror}") from error
    except OSError as error:
        raise NoteError(f"can't read {path} ({error.strerror}); fix its permissions") from error


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that the names in it are durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
