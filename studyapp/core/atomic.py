"""Replace a file's bytes so that a crash leaves the old ones or the new ones, and nobody else's write is lost.

Mode, owner, extended attributes, symbolic links and hard links stay as they were.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import sys
from pathlib import Path

from studyapp.core.errors import NoteError
from studyapp.core.journal import sync_folder

_EXCHANGE = 2
_AT_FDCWD = -100


class OvertakenError(Exception):
    """Somebody else wrote the file in between; theirs is in place, and nothing of ours is."""


def read_note(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        NoteError: if it is gone or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NoteError(f"{path} is not there any more; it was moved or deleted") from error
    except OSError as error:
        raise NoteError(f"{path} cannot be read ({error.strerror}); mend its permissions") from error


def replace_bytes(path: Path, old: bytes, new: bytes) -> None:
    """Put `new` where `old` is.

    Raises:
        OvertakenError: if the file does not hold `old` any more.
        NoteError: if it cannot be written; then it is as it was.
    """
    real = path.resolve()
    try:
        status = real.stat()
        if not status.st_mode & 0o222 or not os.access(real, os.W_OK):
            raise NoteError(f"{path} is read-only; make it writable and try again")
        if status.st_nlink > 1 or not _may_replace(real, status):
            _write_in_place(real, old, new)
        else:
            _swap(real, status, old, new)
    except OSError as error:
        raise NoteError(f"{path} cannot be written ({error.strerror or error}); it is as it was") from error


def _may_replace(real: Path, status: os.stat_result) -> bool:
    """Tell whether a new file in the folder could have the note's owner."""
    return os.access(real.parent, os.W_OK) and (os.geteuid() in (0, status.st_uid))


def _swap(real: Path, status: os.stat_result, old: bytes, new: bytes) -> None:
    twin = real.with_name(f".{secrets.token_hex(8)}.studyapp")
    try:
        handle = os.open(twin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write_all(handle, new)
            if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                with contextlib.suppress(PermissionError):
                    os.fchown(handle, status.st_uid, status.st_gid)
            os.fchmod(handle, status.st_mode & 0o7777)
            _copy_attributes(real, handle)
            os.fsync(handle)
        finally:
            os.close(handle)
        if _exchange(twin, real):
            if twin.read_bytes() != old:
                _give_back(twin, real, new)
                raise OvertakenError
        else:
            if real.read_bytes() != old:
                raise OvertakenError
            twin.replace(real)
        sync_folder(real.parent)
    finally:
        twin.unlink(missing_ok=True)


def _give_back(twin: Path, real: Path, ours: bytes) -> None:
    """Put back what somebody wrote in between and an exchange took out.

    What comes out then must be `ours`; if it is not, they wrote once more, and that goes back in its turn.
    """
    while True:
        theirs = twin.read_bytes()
        if not _exchange(twin, real):
            twin.replace(real)
            return
        if twin.read_bytes() == ours:
            return
        ours = theirs


def _write_in_place(real: Path, old: bytes, new: bytes) -> None:
    """Write into the file itself, which keeps hard links and an owner that is somebody else.

    A copy of the new bytes stands beside the file until they are all in it.
    """
    if real.read_bytes() != old:
        raise OvertakenError
    spare = real.with_name(f".{real.name[:80]}.studyapp-new")
    spared = os.access(real.parent, os.W_OK)
    if spared:
        handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _write_all(handle, new)
            os.fsync(handle)
        except BaseException:
            spare.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
    handle = os.open(real, os.O_RDWR)
    try:
        try:
            _write_all(handle, new)
            os.ftruncate(handle, len(new))
        except OSError:
            os.lseek(handle, 0, os.SEEK_SET)
            _write_all(handle, old)
            os.ftruncate(handle, len(old))
            raise
        finally:
            os.fsync(handle)
    finally:
        os.close(handle)
    if spared:
        spare.unlink(missing_ok=True)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _copy_attributes(source: Path, handle: int) -> None:
    """Copy extended attributes, among them access control lists; where there are none this does nothing."""
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):
        for name in os.listxattr(source):
            with contextlib.suppress(OSError):
                os.setxattr(handle, name, os.getxattr(source, name))


def _exchange(one: Path, other: Path) -> bool:
    """Swap two files in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(_libc(), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
