"""What tells that a file is as this program left it, so that what is in it need not be checked."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from studyapp.core.disk.cache import SEAL
from studyapp.core.disk.files import open_handle, read_file
from studyapp.core.disk.stamp import Stamp

_LONGEST = 1000
"""Bytes of a seal."""


class Seal:
    """The seal of one file; it stands beside it."""

    def __init__(self, path: Path) -> None:
        """Look whether it holds."""
        self._path, self._beside = path, Path(f"{path}{SEAL}")
        self._kept = self._read()
        self.holds = bool(self._kept) and self._kept == self._state()
        """Whether the file is sound: left so by this program, or found so by a check."""

    def set(self) -> None:
        """Take the file for sound, as it is and as this program will leave it."""
        self.holds = True
        self.keep()

    def keep(self) -> None:
        """Take in that this program has changed the file."""
        if self.holds and (state := self._state()) != self._kept:
            self._kept = state
            with suppress(OSError):
                handle = open_handle(self._beside, _LONGEST, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                try:
                    os.write(handle, state.encode())
                finally:
                    os.close(handle)

    def _read(self) -> str:
        with suppress(OSError):
            return read_file(self._beside, _LONGEST).decode("ascii", "replace")
        return ""

    def _state(self) -> str:
        with suppress(OSError):
            return " ".join(map(str, Stamp.of(self._path.stat())))
        return ""
