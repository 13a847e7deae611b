"""The stamp by which a file is known to be unchanged since it was read."""

from __future__ import annotations

import os
from collections.abc import Callable
from operator import attrgetter
from typing import Final, NamedTuple

FileState = tuple[int, int, int, int, int]
"""A file's mode, and the parts of its stamp."""
state_of: Final[Callable[[os.stat_result], FileState]] = attrgetter(
    "st_mode", "st_mtime_ns", "st_size", "st_ino", "st_ctime_ns"
)
"""The quickest way to take them from a status."""


class Stamp(NamedTuple):
    """What the system says about a file that changes whenever it is written."""

    modified: int
    """Nanoseconds."""
    size: int
    inode: int
    changed: int = 0
    """Nanoseconds; when anything about the file last changed. No program can set it."""

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp in a file's status."""
        return cls(status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)

    def __str__(self) -> str:
        """As text, because an inode may be larger than a database's integers."""
        return f"{self.modified} {self.size} {self.inode} {self.changed}"


def identity_of(status: os.stat_result) -> tuple[int, int]:
    """What tells a file or folder from another one in its place: its device and inode."""
    return status.st_dev, status.st_ino


def text_of_state(state: FileState) -> str:
    """The text of the stamp in what was kept of a status, made at once."""
    _, modified, size, inode, changed = state
    return f"{modified} {size} {inode} {changed}"
