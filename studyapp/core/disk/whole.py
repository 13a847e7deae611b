"""Files that only this program writes: they are there whole, as they were or as they are to be."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from studyapp.core.disk.files import open_handle, opened, sync_folder
from studyapp.core.disk.in_place import write_all


@contextmanager
def whole(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file to write into, which takes the place of the one at `path` at the end, unless an error ends it."""
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
    """Make a file that is not there yet, whole or not at all; OSError if it is there, or cannot be written."""
    draft = _draft(path)
    try:
        write_new(draft, data, mode)
        os.link(draft, path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")


def write_new(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file that is not there yet, down to the disk; after an OSError a part of it may be there."""
    with opened(path, flags=os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=mode) as handle:
        write_all(handle, data)
        os.fsync(handle)
