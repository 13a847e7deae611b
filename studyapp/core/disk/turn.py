"""One program at a time does a job for all on this machine; the others wait while it makes progress."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from studyapp.core.disk.files import open_handle

PATIENCE: Final = 5.0
"""Seconds without progress after which the others stop waiting: a program may be suspended."""
_PAUSE: Final = 0.05
"""Seconds between two checks."""


@contextmanager
def turn(lock: Path, done: Callable[[], int]) -> Iterator[None]:
    """Be the only program that holds a lock file; `done` repeatedly yields the other one's progress.

    Without a place for the file there is no waiting.
    """
    handle = -1
    with suppress(OSError):
        handle = open_handle(lock, 0, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        known, since = -1, monotonic()
        while handle >= 0 and not takes_lock(handle) and monotonic() - since <= PATIENCE:
            if (now := done()) != known:
                known, since = now, monotonic()
            sleep(_PAUSE)
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def takes_lock(handle: int) -> bool:
    """Lock an open file for this program; False if another program has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
