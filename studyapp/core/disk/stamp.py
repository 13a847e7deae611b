"""By what a file is known to be the one that was read."""

from __future__ import annotations

import os
from typing import NamedTuple


class Stamp(NamedTuple):
    """By what a file on disk is known to be unchanged."""

    modified: int
    """Nanoseconds."""
    size: int
    inode: int
    changed: int = 0
    """Nanoseconds; when the system last changed anything about the file, which no program can set."""

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Take it from what the system says about a file."""
        return cls(status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)
