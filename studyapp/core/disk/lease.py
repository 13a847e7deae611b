"""Makes other programs wait before they open a file for writing, where the system can, and notices those that do.

A read lease is granted only if no program has the file open for writing; a program that opens it later waits until
the lease is given up.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from studyapp.core.disk.files import open_handle, opened


class Held:
    """A file, open until the end of a `with`, that other programs wait for where the system has leases."""

    def __init__(self, handle: int, *, leased: bool) -> None:
        self.leased = leased
        """Whether other programs wait."""
        self._handle: int | None = handle

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        if self._handle is not None:
            os.close(self._handle)  # this gives up the lease, too

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
        """Its handle, which the caller has to close from now on."""
        handle, self._handle = self.handle, None
        return handle

    def is_wanted_by_others(self, path: Path) -> bool:
        """Whether the path now leads to another file, or another program waits to write into it."""
        if not os.path.samestat(os.fstat(self.handle), path.stat()):
            return True
        return self.leased and fcntl.fcntl(self.handle, fcntl.F_GETLEASE) != fcntl.F_RDLCK


def hold(path: Path, content: bytes) -> Held | None:
    """Open a file and make others wait for it; None if it has other content, or is open for writing."""
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
    """Whether a program has a file open for writing, where the system can tell."""
    with opened(path) as handle:
        return _lease(handle) is None


def content_of(handle: int) -> bytes | None:
    """The content of an open file, whatever its present name; None while a program has it open for writing."""
    with open(handle, "rb", closefd=False) as file:
        file.seek(0)
        found = file.read()
    free = _lease(handle) is not None
    with suppress(OSError):  # there are no leases here
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return found if free else None


def _lease(handle: int) -> bool | None:
    """Keep others from opening a file for writing until its handle is closed; None if one already has.

    False where the system gives no lease: outside Linux, or for another user's file.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # a broken lease sends a signal, by default one that kills
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return None if error.errno == errno.EAGAIN else False
    return True
