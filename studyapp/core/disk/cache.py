"""The file of a SQLite database that may be deleted at any time: it is the user's own, and nothing else's."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

_PARTS: Final = ("-journal", "-wal", "-shm", "")
"""What SQLite puts behind the file's name for those beside it."""


def own(path: Path) -> None:
    """Make sure that a database's file is there and only the user can write it, else begin a new one.

    What another user owns or may write could hold what they want; and SQLite would wait for ever for a pipe.

    Raises:
        OSError: if that is not possible.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not all(_is_own(Path(f"{path}{part}")) for part in _PARTS):
        discard(path)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600))


def _is_own(path: Path) -> bool:
    """Whether only the user can write a file, or there is none."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return True
    theirs = status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISREG(status.st_mode) and not theirs


def discard(path: Path) -> None:
    """Delete a database, if that is possible."""
    for part in _PARTS:
        with suppress(OSError):
            Path(f"{path}{part}").unlink(missing_ok=True)
