"""Replaces a file's bytes: a crash leaves the old or the new ones, and no other program's write is lost.

Mode, owner, extended attributes, symbolic links and hard links stay as they were.
"""

from __future__ import annotations

import atexit
import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from msgspec import Struct

from studyapp.core.disk.files import open_file, open_handle, read_file, sync_folder
from studyapp.core.disk.in_place import OvertakenError, is_mixed, overwrite, write_all, write_in_place
from studyapp.core.disk.lease import Held, content_of, has_writer, hold
from studyapp.core.disk.leftovers import DRAFT, SPARE, TWIN, name_beside, short_digest, short_name
from studyapp.core.disk.three_way import with_both
from studyapp.core.errors import NoteError

_EXCHANGE = 2
_AT_FDCWD = -100


def replace_bytes(path: Path, old: bytes, new: bytes) -> None:
    """Replace `old` with `new`.

    Raises:
        OvertakenError: if the file no longer holds `old`.
        NoteError: if it cannot be written; then it is unchanged.
    """
    look_again()
    try:
        real = path.resolve()
        status = real.stat()
        if not status.st_mode & 0o222 or not os.access(real, os.W_OK):
            raise NoteError(f"{path} is read-only; make it writable and try again")
        if status.st_nlink > 1 or not _swap(real, status, old, new):
            write_in_place(real, old, new)
    except (OSError, RuntimeError) as error:  # RuntimeError: a circle of symbolic links
        why = getattr(error, "strerror", None) or error
        raise NoteError(f"can't write {path} ({why}); it is unchanged") from error


_TRIES = 10
"""How often to wait for another program that is writing."""
_PAUSE = 0.005
"""Seconds, times the number of tries so far."""
_SHORT = 0.02
"""Seconds after which hardly any program still writes into a file that was swapped out."""
_LONG = 1.0
"""Seconds after which none does."""
_MOST = 50
"""The most such files that are kept open at a time."""


def recover(path: Path) -> list[Path]:
    """Clean up beside a note after a crash in `replace_bytes`: afterwards it holds the old bytes, or the new ones.

    Text that another program wrote at that moment is put back. Returns the files that hold such text and must stay,
    because the note now holds other text.

    Raises:
        NoteError: if the folder cannot be read or written.
    """
    try:
        real = path.resolve()
        found = [left for left in real.parent.iterdir() if left.name.startswith(f".{short_name(real.name)}-")]
        return [left for left in found if not _clean_up(real, left)]
    except (OSError, RuntimeError) as error:
        raise NoteError(f"can't clean up what a crash left beside {path} ({error})") from error


def _clean_up(real: Path, left: Path) -> bool:
    """Handle one file that a crash left; False if it must stay."""
    parts = left.name.removeprefix(".").partition(".")[0].split("-")
    if left.name.endswith(TWIN) and len(parts) == 4:
        _, old, new, _ = parts
        if short_digest(read_file(left)) not in (old, new):
            if short_digest(read_file(real)) != new:
                return False
            if not _exchange(left, real):
                left.replace(real)
    elif left.name.endswith(SPARE) and len(parts) == 4 and parts[3].isdecimal():
        both, length = read_file(left), int(parts[3])
        new_bytes, old_bytes = both[:length], both[length:]
        if (short_digest(old_bytes), short_digest(new_bytes)) == (parts[1], parts[2]):
            torn = read_file(real)
            if torn not in (old_bytes, new_bytes) and is_mixed(torn, old_bytes, new_bytes):
                overwrite(real, torn, new_bytes)
    left.unlink(missing_ok=True)
    return True


def _swap(real: Path, status: os.stat_result, old: bytes, new: bytes) -> bool:
    """Swap in a new file; False, and nothing is done, if it cannot get the note's owner and attributes."""
    if not os.access(real.parent, os.W_OK) or os.geteuid() not in (0, status.st_uid):
        return False
    twin = name_beside(real, old, new, os.urandom(4).hex(), TWIN)
    draft = twin.with_suffix(DRAFT)
    try:
        if not _prepared(draft, real, status, new):
            draft.unlink()
            return False
        held = hold(real, old)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if held is None:  # another program has written or is about to; a swap would get in between
        draft.unlink(missing_ok=True)
        raise OvertakenError
    with held:
        draft.replace(twin)
        if _exchange(twin, real):
            overtaken, stays = _reviewed(held, twin, real, old, new)
        else:
            overtaken, stays = not _moved(twin, real, old), False
    if not stays:
        with suppress(OSError):  # `recover` finds what is left
            twin.unlink(missing_ok=True)  # not earlier, nor after an error: it may hold another program's text
    if overtaken:
        raise OvertakenError
    return True


def _reviewed(held: Held, twin: Path, real: Path, old: bytes, new: bytes) -> tuple[bool, bool]:
    """Check what an exchange took out, and put it back if it is not the note as it was.

    Returns whether another program overtook us, and whether some of its text stays beside the note.
    """
    if held.is_wanted_by_others(twin):
        # A program that is opening the note waits until the lease ends: the note has to be in its place by then.
        taken, back = _finished(twin), _exchange(twin, real)
        held.let_go()
    else:
        held.let_go()
        if not _looked_at(twin, real, old, new):
            _look_later(held.taken_over(), real, old, old)
            return False, False
        taken, back = _finished(twin), False
    return True, not _give_back(twin, real, old, new, taken, done=back)


def _prepared(draft: Path, real: Path, status: os.stat_result, new: bytes) -> bool:
    """Write the file that is to replace a note; False if it cannot get the note's owner and attributes."""
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        write_all(handle, new)
        alike = _made_alike(real, status, handle)
        os.fsync(handle)
    finally:
        os.close(handle)
    return alike


def _moved(twin: Path, real: Path, old: bytes) -> bool:
    """Move a file into a note's place where they cannot be exchanged; False if the note is no longer `old`."""
    if read_file(real) != old:
        return False
    twin.replace(real)
    with suppress(OSError):  # it is there, though a power cut could still undo it; the log has it too
        sync_folder(real.parent)
    return True


def _looked_at(twin: Path, real: Path, old: bytes, new: bytes) -> bool:
    """Make an exchange durable, or undo it; returns whether it took out another program's text."""
    try:
        sync_folder(real.parent)
        return has_writer(twin) or read_file(twin) != old
    except OSError:
        if _exchange(twin, real):
            with suppress(OSError):
                if read_file(twin) == new:  # otherwise another program wrote: `recover` puts that back
                    twin.unlink()
        raise


def _finished(path: Path) -> bytes | None:
    """A file's content; None if it is still being written, or cannot be read."""
    try:
        with open_file(path) as file:
            return content_of(file.fileno())
    except OSError:
        return None


def _once_finished(read: Callable[[], bytes | None]) -> bytes | None:
    """Read something once no program is writing it; None if that takes too long."""
    for turn in range(_TRIES):
        sleep(turn * _PAUSE)
        if (text := read()) is not None:
            return text
    return None


def _give_back(twin: Path, real: Path, old: bytes, ours: bytes, taken: bytes | None, *, done: bool) -> bool:
    """Put back what another program wrote in between and an exchange took out; `done` if it is back in its place.

    What comes out then must be `ours`. If it is not, they wrote once more, into that: then the note gets both.
    Who has read ours before may also save over what was just put back, which they have not seen: that is `taken`,
    if they had finished it, and is looked for.

    Returns:
        False if what came out cannot be put into the note for certain, and stays beside it.
    """
    if not done and not _exchange(twin, real):
        twin.replace(real)
        return True
    text = _once_finished(lambda: _finished(twin))
    if text == ours:
        _look_later(open_handle(twin), real, old, ours)
    left = _bring_in(real, old, [one for one in (taken, text) if one is not None and one not in (old, ours)])
    if taken in left and taken != text:
        _keep(name_beside(real, old, ours, os.urandom(4).hex(), TWIN), taken)
    return text is not None and text not in left


def _bring_in(real: Path, old: bytes, texts: Sequence[bytes]) -> list[bytes]:
    """Merge what changed in texts since they were `old` into a note that has other changes; returns those that clash.

    Then check for a while that it stays there: a program that has not seen it may just be saving the note.
    """
    left = list(texts)
    for turn in range(_TRIES if texts else 0):
        sleep(turn * _PAUSE)
        for text in texts:
            now = read_file(real)
            both = with_both(old, now, text)
            if both is None:  # they overlap, or the note is just being written
                continue
            try:
                if both != now and not _swap(real, real.stat(), now, both):
                    write_in_place(real, now, both)
            except OvertakenError:
                continue
            left = [one for one in left if one != text]
    return left


class _Late(Struct):
    """A file that was swapped out and then removed from its folder."""

    handle: int
    note: Path
    base: bytes
    """What the note held before the swap."""
    left: bytes
    """What the file held when it was removed."""
    stamp: tuple[int, int] | None
    """When it was last written, and its size."""
    since: float
    """By the monotonic clock."""


_late: list[_Late] = []


def _look_later(handle: int, note: Path, base: bytes, left: bytes) -> None:
    """Watch a file that is being removed: a program that has looked up its name may still write into it.

    No lease stops it, and nothing shows that it is there. The moment is short, but longer on a busy machine.
    """
    _late.append(_Late(handle, note, base, left, _stamp_of(handle), monotonic()))
    while len(_late) > _MOST:
        _settle(_late.pop(0))


def _stamp_of(handle: int) -> tuple[int, int] | None:
    """When an open file was changed, and its size; None if the file system has lost it, as NFS may."""
    try:
        status = os.fstat(handle)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


@atexit.register
def look_at_last() -> None:
    """Look at all of them for the last time, after a short wait for the youngest."""
    while _late:
        sleep(max(0.0, _SHORT - (monotonic() - _late[0].since)))
        _settle(_late.pop(0))


def look_again() -> bool:
    """Merge into the notes what was written into files just swapped out; returns whether to look again later."""
    looked = _late[:]
    del _late[: len(looked)]
    for late in looked:
        if monotonic() - late.since < _LONG and _stamp_of(late.handle) == late.stamp:
            _late.append(late)
        else:
            _settle(late)
    return bool(_late)


def _settle(late: _Late) -> None:
    try:
        text = _once_finished(lambda: content_of(late.handle))
        if text is not None and text != late.left and _bring_in(late.note, late.base, [text]):
            _keep(name_beside(late.note, late.base, late.left, os.urandom(4).hex(), TWIN), text)
    except OSError:
        pass  # the note is gone, or its folder cannot be written: there is nowhere to put it
    finally:
        with suppress(OSError):
            os.close(late.handle)


def _keep(path: Path, text: bytes) -> None:
    """Leave a text beside its note, for `recover` to find."""
    with path.open("xb") as file:
        file.write(text)


def _made_alike(real: Path, status: os.stat_result, handle: int) -> bool:
    """Give a new file the note's owner, mode and attributes; False if that is not possible."""
    try:
        made = os.fstat(handle)
        if (status.st_uid, status.st_gid) != (made.st_uid, made.st_gid):
            os.fchown(handle, status.st_uid, status.st_gid)
        os.fchmod(handle, status.st_mode & 0o7777)
        for name in os.listxattr(real) if hasattr(os, "listxattr") else ():
            if name.startswith(("user.", "system.posix_acl")):  # the others can be set only by the system
                os.setxattr(handle, name, os.getxattr(real, name))
    except OSError as error:
        if error.errno == errno.ENOTSUP:  # a file system without attributes: there are none to copy
            return True
        if error.errno in (errno.EPERM, errno.EACCES):
            return False
        raise
    return True


def _exchange(one: Path, other: Path) -> bool:
    """Swap two files atomically; False if the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0)
