"""Files that only this program writes: they are there whole, as they were or as they are to be."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from studyapp.core.disk.files import open_handle, sync_folder


@contextmanager
def whole(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file to write into, which takes the place of the one at `path` at the end, unless an error ends it.

    Raises:
        OSError: if it cannot be written; then what was there is as it was.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(open_handle(draft, flags=os.O_RDWR | os.O_CREAT | os.O_EXCL, mode=mode), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)
