"""Replace a file's bytes so that a crash leaves the old ones or the new ones, and nobody else's write is lost.

Mode, owner, extended attributes, symbolic links and hard links stay as they were.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import sleep

from studyapp.core.both import with_both
from studyapp.core.errors import NoteError
from studyapp.core.journal import sync_folder
from studyapp.core.text import digest_of

_EXCHANGE = 2
_AT_FDCWD = -100


_TWIN = ".studyapp"
"""The end of the name of a whole file that is to be swapped in, or that was swapped out."""
_DRAFT = ".studyapp-draft"
"""That of one that is not whole yet."""
_SPARE = ".studyapp-new"
"""That of a copy of new and old bytes while they are written into a file that cannot be swapped."""


class _TornError(Exception):
    """Neither the new bytes nor the old ones could be put into the file."""


class OvertakenError(Exception):
    """Somebody else wrote the file in between; theirs is in place, and nothing of ours is."""


def read_note(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        NoteError: if it is gone or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise NoteError(f"{path} is not a file that can hold a note")
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
    try:
        real = path.resolve()
        status = real.stat()
        if not status.st_mode & 0o222 or not os.access(real, os.W_OK):
            raise NoteError(f"{path} is read-only; make it writable and try again")
        if status.st_nlink > 1 or not _swap(real, status, old, new):
            _write_in_place(real, old, new)
    except (OSError, RuntimeError) as error:  # RuntimeError: symbolic links in a circle
        why = getattr(error, "strerror", None) or error
        raise NoteError(f"{path} cannot be written ({why}); it is as it was") from error


_TRIES = 10
"""How often somebody who is writing is waited for."""
_PAUSE = 0.005
"""Seconds, times the number of tries so far."""
_STRAY = re.compile(r"\.([0-9a-f]{16})-[0-9a-f]{16}-[0-9a-f]{16}-[0-9a-f]+\.studyapp(?:-draft|-new)?")


def is_stray(name: str) -> bool:
    """Tell whether a file's name is that of one that stands beside a note while it is written."""
    return name.startswith(".") and _STRAY.fullmatch(name) is not None


def note_of(folder: Path, stray: str) -> Path | None:
    """The note that such a file belongs to; None if it is not in the folder any more."""
    found = _STRAY.fullmatch(stray)
    try:
        return next((file for file in folder.iterdir() if found and _name_of(file.name) == found[1]), None)
    except OSError:
        return None


def is_spent(left: Path, is_there: Callable[[str], bool]) -> bool:
    """Tell whether what a crash left of a note that is gone from its folder holds no text that is only there.

    What was being put into place is the note with another schedule comment: it is not needed where either is there.

    Args:
        left: the file.
        is_there: tells whether some note has the bytes of a digest, which is cut as in the names of such files.
    """
    if left.name.endswith(_DRAFT):
        return True  # the note was not touched yet
    _, old, new, _ = left.name.removeprefix(".").partition(".")[0].split("-")
    holds = short_digest(left.read_bytes())
    ours = left.name.endswith(_SPARE) or holds in (old, new)
    return is_there(holds) or (ours and (is_there(old) or is_there(new)))


def recover(path: Path) -> list[Path]:
    """Clean up beside a note after a crash in `replace_bytes`: afterwards it holds the old bytes, or the new ones.

    What somebody else wrote at that very moment is put back. Returned are files that hold such a text and stay,
    because the note holds yet another one.

    Raises:
        NoteError: if the folder cannot be read or written.
    """
    try:
        real = path.resolve()
        found = [left for left in real.parent.iterdir() if left.name.startswith(f".{_name_of(real.name)}-")]
        return [left for left in found if not _clean_up(real, left)]
    except (OSError, RuntimeError) as error:
        raise NoteError(f"what is left beside {path} by a crash cannot be cleaned up ({error})") from error


def _clean_up(real: Path, left: Path) -> bool:
    """Bring one file that a crash left to its end; False if it has to stay."""
    parts = left.name.removeprefix(".").partition(".")[0].split("-")
    if left.name.endswith(_TWIN) and len(parts) == 4:
        _, old, new, _ = parts
        if short_digest(left.read_bytes()) not in (old, new):
            if short_digest(real.read_bytes()) != new:
                return False
            if not _exchange(left, real):
                left.replace(real)
    elif left.name.endswith(_SPARE) and len(parts) == 4 and parts[3].isdecimal():
        both, length = left.read_bytes(), int(parts[3])
        new_bytes, old_bytes = both[:length], both[length:]
        if (short_digest(old_bytes), short_digest(new_bytes)) == (parts[1], parts[2]):
            torn = real.read_bytes()
            if torn not in (old_bytes, new_bytes) and _is_mixed(torn, old_bytes, new_bytes):
                _overwrite(real, torn, new_bytes)
    left.unlink(missing_ok=True)
    return True


def _is_mixed(torn: bytes, old: bytes, new: bytes) -> bool:
    """Tell whether a file holds what a write of `new` over `old` leaves when it is cut short."""
    lengths = len(torn) in range(min(len(old), len(new)), max(len(old), len(new)) + 1)
    return lengths and all(byte in (old[i : i + 1] + new[i : i + 1]) for i, byte in enumerate(torn))


def short_digest(raw: bytes) -> str:
    """The digest of bytes as names hold it."""
    return digest_of(raw)[:16]


def _name_of(name: str) -> str:
    """Stand for a note's name, which may itself be as long as a name can be."""
    return short_digest(os.fsencode(name))


def _beside(real: Path, old: bytes, new: bytes, last: str, kind: str) -> Path:
    """Name a file beside a note that `recover` understands without anything else."""
    return real.with_name(f".{_name_of(real.name)}-{short_digest(old)}-{short_digest(new)}-{last}{kind}")


def _swap(real: Path, status: os.stat_result, old: bytes, new: bytes) -> bool:
    """Swap a new file in; False if it could not have the note's owner and attributes, and nothing was done."""
    if not os.access(real.parent, os.W_OK) or os.geteuid() not in (0, status.st_uid):
        return False
    twin = _beside(real, old, new, secrets.token_hex(4), _TWIN)
    draft = twin.with_suffix(_DRAFT)
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write_all(handle, new)
            alike = _made_alike(real, status, handle)
            os.fsync(handle)
        finally:
            os.close(handle)
        if not alike:
            draft.unlink()
            return False
        seen = _seen(real, old)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    with seen:
        draft.replace(twin)
        exchanged = _exchange(twin, real)
        # Who has begun to open the note waits until it is let go of: it has to be in its place again by then.
        overtaken = exchanged and seen.is_wanted_by_others(twin)
        back = overtaken and _exchange(twin, real)
    if exchanged:
        overtaken = overtaken or _looked_at(twin, real, old, new)
        stays = overtaken and not _give_back(twin, real, old, new, done=back)
    else:
        overtaken, stays = real.read_bytes() != old, False
        if not overtaken:
            twin.replace(real)
            with suppress(OSError):  # it is there, if not yet for certain after a power cut; the log has it too
                sync_folder(real.parent)
    if not stays:
        with suppress(OSError):  # what is left is met by `recover`
            twin.unlink(missing_ok=True)  # not earlier, nor on the way out of an error: it may hold others' text
    if overtaken:
        raise OvertakenError
    return True


class _Seen:
    """A note's file, open, with the bytes that it should have, and where possible a lease that has writers wait."""

    def __init__(self, handle: int, *, leased: bool) -> None:
        self._handle = handle
        self._leased = leased

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        os.close(self._handle)  # which gives the lease back, too

    def is_wanted_by_others(self, twin: Path) -> bool:
        """Tell whether what was swapped out is another file, or somebody is waiting to write into it."""
        if not os.path.samestat(os.fstat(self._handle), twin.stat()):
            return True
        return self._leased and fcntl.fcntl(self._handle, fcntl.F_GETLEASE) != fcntl.F_RDLCK


def _seen(real: Path, old: bytes) -> _Seen:
    """Open a note that is to be swapped.

    Raises:
        OvertakenError: if somebody wrote since or is about to; a swap would come in between.
    """
    handle = os.open(real, os.O_RDONLY)
    try:
        leased = _lease(handle)
        with open(handle, "rb", closefd=False) as file:
            untouched = file.read() == old and os.path.samestat(os.fstat(handle), real.stat())
    except BaseException:
        os.close(handle)
        raise
    if leased is None or not untouched:
        os.close(handle)
        raise OvertakenError
    return _Seen(handle, leased=leased)


def _lease(handle: int) -> bool | None:
    """Keep others from opening a file to write until its handle is closed; None if somebody has it open so already.

    False where the system gives no lease: elsewhere than on Linux, or for a file of somebody else.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # a broken lease sends a signal; by default one that kills
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return None if error.errno == errno.EAGAIN else False
    return True


def _looked_at(twin: Path, real: Path, old: bytes, new: bytes) -> bool:
    """Tell whether an exchange took out what somebody else wrote; if that cannot be told, it is taken back.

    Raises:
        OSError: if it was taken back, or the exchange could not be made durable and was taken back.
    """
    try:
        overtaken = _has_writer(twin) or twin.read_bytes() != old
        if not overtaken:
            sync_folder(real.parent)
    except OSError:
        if _exchange(twin, real):
            with suppress(OSError):
                if twin.read_bytes() == new:  # else somebody wrote meanwhile: `recover` puts that back
                    twin.unlink()
        raise
    return overtaken


def _has_writer(path: Path) -> bool:
    """Tell whether some program has the file open to write, where the system can tell.

    It would go on writing into the file that was swapped out. A lease for reading is granted only if nobody has.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        return _lease(handle) is None
    finally:
        os.close(handle)


def _give_back(twin: Path, real: Path, old: bytes, ours: bytes, *, done: bool) -> bool:
    """Put back what somebody wrote in between and an exchange took out; `done` if it is back in its place.

    What comes out then must be `ours`. If it is not, they wrote once more, into that: then the note gets both.

    Returns:
        False if what they wrote last cannot be put into the note for certain, and stays beside it.
    """
    if not done and not _exchange(twin, real):
        twin.replace(real)
        return True
    for turn in range(_TRIES):
        if not _has_writer(twin):
            break
        sleep(turn * _PAUSE)
    text = twin.read_bytes()
    return text == ours or _bring_in(real, old, text)


def _bring_in(real: Path, old: bytes, text: bytes) -> bool:
    """Put what was changed in a text since it was `old` into a note that has other changes; False if they meet."""
    for turn in range(_TRIES):
        sleep(turn * _PAUSE)
        now = real.read_bytes()
        both = with_both(old, now, text)
        if both is None:
            return False
        try:
            if both != now and not _swap(real, real.stat(), now, both):
                _write_in_place(real, now, both)
        except OvertakenError:
            continue
        return True
    return False


def _write_in_place(real: Path, old: bytes, new: bytes) -> None:
    """Write into the file itself, which keeps hard links and an owner that is somebody else.

    A copy of both stands beside the file until the new bytes are all in it.
    """
    spare = _beside(real, old, new, str(len(new)), _SPARE)
    spared = os.access(real.parent, os.W_OK)
    if spared:
        handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _write_all(handle, new + old)
            os.fsync(handle)
        except OSError:
            spare.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
    try:
        _overwrite(real, old, new)
    except _TornError as error:  # the spare copy stays
        raise NoteError(f"{real} was cut short by a full disk; the next try mends it from {spare}") from error
    except (OSError, OvertakenError):
        spare.unlink(missing_ok=True)
        raise
    spare.unlink(missing_ok=True)


def _overwrite(real: Path, old: bytes, new: bytes) -> None:
    handle = os.open(real, os.O_RDWR)
    try:
        with open(handle, "rb", closefd=False) as file:
            if file.read() != old:
                raise OvertakenError
        try:
            _put(handle, new)
        except OSError:
            try:
                _put(handle, old)
            except OSError as error:
                raise _TornError from error
            raise
    finally:
        os.close(handle)


def _put(handle: int, data: bytes) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    _write_all(handle, data)
    os.ftruncate(handle, len(data))
    os.fsync(handle)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _made_alike(real: Path, status: os.stat_result, handle: int) -> bool:
    """Give a new file the owner, mode and attributes of the note; False if that is not possible."""
    try:
        made = os.fstat(handle)
        if (status.st_uid, status.st_gid) != (made.st_uid, made.st_gid):
            os.fchown(handle, status.st_uid, status.st_gid)
        os.fchmod(handle, status.st_mode & 0o7777)
        for name in os.listxattr(real) if hasattr(os, "listxattr") else ():
            if name.startswith(("user.", "system.posix_acl")):  # the others are the system's own to give
                os.setxattr(handle, name, os.getxattr(real, name))
    except OSError as error:
        if error.errno == errno.ENOTSUP:  # a file system without attributes: there were none to copy
            return True
        if error.errno in (errno.EPERM, errno.EACCES):
            return False
        raise
    return True


def _exchange(one: Path, other: Path) -> bool:
    """Swap two files in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes  # noqa: PLC0415 - few milliseconds that only who writes has to spend

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0)
