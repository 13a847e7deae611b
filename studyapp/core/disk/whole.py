"""Files that only this program writes: always complete, with their old or their new contents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from studyapp.core.disk.files import open_handle, opened, sync_folder
from studyapp.core.disk.in_place import write_all


@contextmanager
def whole(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file to write, which replaces the one at `path` at the end, unless an error occurs."""
    draft = _draft(path)
    try:
        with os.fdopen(open_handle(draft, flags=os.O_RDWR | os.O_CREAT | os.O_EXCL, mode=mode), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def make(path: Path, data: bytes, mode: int) -> None:
    """Create a file, completely or not at all; OSError if it exists, or cannot be written."""
    draft = _draft(path)
    try:
        write_new(draft, data, mode)
        os.link(draft, path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}")


def write_new(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Create a file and sync it; after an OSError a part of it may exist."""
    with opened(path, flags=os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=mode) as handle:
        write_all(handle, data)
        os.fsync(handle)
