"""The folder of a vault as it was when opened, and which paths are really notes in it."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Self

from msgspec import Struct

from studyapp.core.disk.stamp import identity_of
from studyapp.core.errors import NoteError


class Place(Struct, frozen=True):
    """A folder that is recognised: when its drive is gone, another folder may be in its place."""

    root: Path
    identity: tuple[int, int] | None
    """Its device and inode; None if these could not be read."""

    @classmethod
    def of(cls, root: Path) -> Self:
        """The folder as it is now."""
        return cls(root, _identity(root))

    @property
    def is_there(self) -> bool:
        """Whether it is still the folder that was opened."""
        return self.identity is None or _identity(self.root) == self.identity

    def check(self) -> None:
        """Raise NoteError where it is not: what is written there would be in another folder, or make a new one."""
        if not self.is_there:
            raise NoteError(f"{self.root} is not the folder that was opened; its drive may have been unplugged")

    def note(self, path: str) -> Path:
        """Where a note is; NoteError if the path is not that of a note in this folder, or the folder is gone."""
        if not is_note(path):
            raise NoteError(f"{path!r} is not in this vault")
        self.check()
        if not is_note(self._real(path)):
            raise NoteError(f"{path} is a link that leads out of this vault's notes; nothing is written there")
        return self.root / path

    def holds(self, folder: str) -> bool:
        """Whether a folder is really within this one, once links are resolved."""
        parts = PurePosixPath(self._real(folder)).parts
        return not any(part.startswith(".") for part in parts)

    def _real(self, path: str) -> str:
        root, real = (os.path.realpath(one) for one in (self.root, self.root / path))
        return os.path.relpath(real, root)


def is_note(path: str) -> bool:
    """Whether a path within a vault can be that of a note: it ends in `.md`, and no part of it starts with a dot."""
    try:
        os.fsencode(path)
    except UnicodeError:
        return False
    parts = PurePosixPath(path)
    hidden = any(part.startswith(".") for part in parts.parts)
    return not (hidden or parts.is_absolute() or "\0" in path) and path[-3:].lower() == ".md"


def is_gone(path: Path) -> bool:
    """Whether there is certainly no file with that name."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        return identity_of(folder.stat())
    except OSError:
        return None


def files_in(folder: Path) -> list[str]:
    """The paths of all files in a vault, without folders that start with a dot."""
    paths: list[str] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inner = Path(place).relative_to(folder).as_posix()
        paths += names if inner == "." else [f"{inner}/{name}" for name in names]
    return paths


def path_within(root: Path, path: str) -> Path | None:
    """The absolute path of a file; None if it is really outside the vault, as behind a symbolic link."""
    try:
        real = (root / path).resolve()
        return real if real.is_relative_to(root.resolve()) else None
    except (OSError, RuntimeError, ValueError):
        return None
