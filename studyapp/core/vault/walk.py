"""The folders of a vault: which notes are there, what stands beside them, and what cannot be looked into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from studyapp.core.disk.leftovers import is_stray
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import Problem, Severity
from studyapp.core.settings.load import config_folder
from studyapp.core.vault.read import reason_of


class Walk:
    """One walk, in order of the paths; folders that start with a dot are left out."""

    def __init__(self, root: Path) -> None:
        """Begin at a folder; nothing is looked at before `notes` is asked for."""
        self.root = root
        self.strays: list[str] = []
        """What writes of notes that were cut short left."""
        self.inner_vaults: dict[str, Path] = {}
        """Vaults within this one, by their paths in it with a `/` at the end."""
        self.unreadable: dict[str, Problem] = {}

    def notes(self) -> Iterator[tuple[str, Stamp]]:
        """The notes by their paths within the folder, with what their files say of themselves."""
        seen: set[tuple[int, int]] = set()
        folders: list[tuple[Path, str]] = [(self.root, "")]
        while folders:
            folder, prefix = folders.pop()
            try:
                status = folder.stat()
                if (status.st_dev, status.st_ino) in seen:
                    continue  # a link back to a folder that was walked already
                seen.add((status.st_dev, status.st_ino))
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self.unreadable[prefix] = unreadable(prefix.rstrip("/"), reason_of(error), "folder")
                continue
            if prefix and any(entry.name.startswith(".") for entry in entries) and config_folder(folder) is not None:
                self.inner_vaults[prefix] = folder
            inner: list[tuple[Path, str]] = []
            for entry in entries:
                if entry.name.startswith("."):
                    self.strays += [prefix + entry.name] if is_stray(entry.name) else []
                    continue
                try:
                    if entry.is_dir():
                        inner.append((Path(entry.path), f"{prefix}{entry.name}/"))
                    elif entry.name[-3:].lower() == ".md" and entry.is_file():
                        yield prefix + entry.name, Stamp.of(entry.stat())
                except OSError as error:
                    self.unreadable[prefix + entry.name] = unreadable(prefix + entry.name, reason_of(error), "note")
            folders += reversed(inner)


def unreadable(path: str, reason: str, what: str) -> Problem:
    """What is told of a note or folder that cannot be read."""
    return Problem(
        f"unreadable-{what}",
        path or ".",
        None,
        f"this {what} cannot be read ({reason})",
        "Fix its permissions; the other notes are not affected",
        Severity.ERROR,
    )
