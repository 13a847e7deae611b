"""Have other programs wait with opening a file to write, where the system can do that, and see who does.

A lease for reading is granted only if nobody has the file open to write; who opens it so afterwards waits until the
lease is given back.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from studyapp.core.disk.files import open_handle


class Held:
    """A file, open until the end of a `with`, that others wait for where the system gives leases."""

    def __init__(self, handle: int, *, leased: bool) -> None:
        self.leased = leased
        """Whether others wait."""
        self._handle: int | None = handle

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        if self._handle is not None:
            os.close(self._handle)  # which gives the lease back, too

    @property
    def handle(self) -> int:
        """Its handle."""
        assert self._handle is not None
        return self._handle

    def let_go(self) -> None:
        """Let others write."""
        if self.leased:
            fcntl.fcntl(self.handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            self.leased = False

    def taken_over(self) -> int:
        """Its handle, which the caller closes from now on."""
        handle, self._handle = self.handle, None
        return handle

    def is_wanted_by_others(self, path: Path) -> bool:
        """Whether the path now names another file, or another program waits to write into it."""
        if not os.path.samestat(os.fstat(self.handle), path.stat()):
            return True
        return self.leased and fcntl.fcntl(self.handle, fcntl.F_GETLEASE) != fcntl.F_RDLCK


def hold(path: Path, content: bytes) -> Held | None:
    """Open a file and have others wait for it; None if it has other content, or is open for writing."""
    handle = open_handle(path)
    try:
        leased = _lease(handle)
        with open(handle, "rb", closefd=False) as file:
            untouched = file.read() == content and os.path.samestat(os.fstat(handle), path.stat())
    except BaseException:
        os.close(handle)
        raise
    if leased is None or not untouched:
        os.close(handle)
        return None
    return Held(handle, leased=leased)


def has_writer(path: Path) -> bool:
    """Whether some program has a file open to write, where the system can tell."""
    handle = open_handle(path)
    try:
        return _lease(handle) is None
    finally:
        os.close(handle)


def content_of(handle: int) -> bytes | None:
    """What an open file holds, whatever it is called by now; None as long as some program has it open to write."""
    with open(handle, "rb", closefd=False) as file:
        file.seek(0)
        found = file.read()
    free = _lease(handle) is not None
    with suppress(OSError):  # where there are no leases
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return found if free else None


def _lease(handle: int) -> bool | None:
    """Keep others from opening a file to write until its handle is closed; None if it is open so already.

    False where the system gives no lease: elsewhere than on Linux, or for another user's file.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # a broken lease sends a signal; by default one that kills
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return None if error.errno == errno.EAGAIN else False
    return True
