"""What happened below a folder, as the kernel saw it."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from types import TracebackType
from typing import Self

MODIFY, ATTRIB, CLOSE_WRITE, OPEN = 0x2, 0x4, 0x8, 0x20
MOVED, CREATE, DELETE = 0xC0, 0x100, 0x200
CHANGES = MODIFY | ATTRIB | CLOSE_WRITE | MOVED | CREATE | DELETE
"""A file that is closed after it was open for writing counts, whether anything was written or not."""
_NON_BLOCKING = os.O_NONBLOCK
_EVENT = struct.Struct("iIII")


class Watch:
    """Records what happens in a folder, and in those that are below it at the beginning."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._library = ctypes.CDLL(None, use_errno=True)
        self._handle = self._library.inotify_init1(_NON_BLOCKING)
        assert self._handle >= 0, os.strerror(ctypes.get_errno())
        self._folders: dict[int, Path] = {}
        self._found: list[tuple[int, str]] = []

    def __enter__(self) -> Self:
        for folder in [self.folder, *(path for path in self.folder.rglob("*") if path.is_dir())]:
            number = self._library.inotify_add_watch(self._handle, os.fsencode(folder), CHANGES | OPEN)
            assert number >= 0, os.strerror(ctypes.get_errno())
            self._folders[number] = folder
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._read()
        os.close(self._handle)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._handle, 1 << 16)
            except BlockingIOError:
                return
            place = 0
            while place < len(data):
                number, mask, _, length = _EVENT.unpack_from(data, place)
                place += _EVENT.size
                name = data[place : place + length].rstrip(b"\0")
                place += length
                path = self._folders[number] / os.fsdecode(name)
                self._found.append((mask, path.relative_to(self.folder).as_posix()))

    @property
    def opened(self) -> set[str]:
        """Files that were opened, for whatever purpose."""
        return {path for mask, path in self._found if mask & OPEN}

    @property
    def changes(self) -> set[tuple[str, str]]:
        """Files that were open for writing, changed, made, moved or deleted, each with what happened to it."""
        names = {
            MODIFY: "modified",
            ATTRIB: "attributes",
            CLOSE_WRITE: "open for writing",
            MOVED: "moved",
            CREATE: "made",
            DELETE: "deleted",
        }
        return {(path, name) for mask, path in self._found for bit, name in names.items() if mask & bit}
