"""A file's seal: how this program left it, so that its contents need not be checked, and who uses it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from weakref import finalize

from studyapp.core.disk.cache import SEAL
from studyapp.core.disk.files import open_handle, opened, read_file
from studyapp.core.disk.stamp import Stamp
from studyapp.core.disk.turn import takes_lock

_LONGEST = 1000
"""Bytes of a seal."""


class Seal:
    """The seal of one file, in a file beside it."""

    def __init__(self, path: Path) -> None:
        """Read the seal."""
        self._path, self._beside = path, Path(f"{path}{SEAL}")
        self._kept = self._read()
        self._handle = -1
        self._leaving: Callable[[], object] = lambda: None
        self.holds = bool(self._kept) and self._kept == self._state()
        """Whether the file is intact: left so by this program, or found so by a check."""

    def join(self) -> None:
        """Register as a user of the file."""
        self._open()
        if self._handle >= 0:
            fcntl.flock(self._handle, fcntl.LOCK_SH)

    def is_alone(self) -> bool:
        """Whether no other program uses the file now."""
        if self._handle < 0:
            return False
        alone = takes_lock(self._handle)
        fcntl.flock(self._handle, fcntl.LOCK_SH)
        return alone

    def leave(self) -> None:
        """Stop using the file."""
        self._leaving()
        self._handle = -1

    def _open(self) -> None:
        if self._handle < 0:
            with suppress(OSError):
                self._handle = open_handle(self._beside, _LONGEST, os.O_RDWR | os.O_CREAT, 0o600)
                self._leaving = finalize(self, os.close, self._handle)

    def set(self) -> None:
        """Consider the file intact, as it is and as this program will leave it."""
        self.holds = True
        self.keep()

    def keep(self) -> None:
        """Record that this program has changed the file."""
        if self.holds and (state := self._state()) != self._kept:
            self._kept = state
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with suppress(OSError), opened(self._beside, _LONGEST, flags) as handle:
                os.write(handle, state.encode())

    def _read(self) -> str:
        with suppress(OSError):
            return read_file(self._beside, _LONGEST).decode("ascii", "replace")
        return ""

    def _state(self) -> str:
        with suppress(OSError):
            return str(Stamp.of(self._path.stat()))
        return ""
