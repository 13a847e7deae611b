"""The folders of a vault: its notes, nested vaults and leftovers, and what cannot be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from studyapp.core.disk.files import open_folder
from studyapp.core.disk.leftovers import is_stray
from studyapp.core.disk.stamp import stamp_text
from studyapp.core.errors import Problem, Severity
from studyapp.core.settings.files import config_folder
from studyapp.core.vault.read import reason_of


class Walk:
    """One walk, in order of the paths, without folders that start with a dot."""

    def __init__(self, root: Path) -> None:
        """Begin at a folder; nothing is looked at before `notes` is asked for."""
        self.root = root
        self.strays: list[str] = []
        """Leftovers of interrupted writes."""
        self.inner_vaults: dict[str, Path] = {}
        """Nested vaults, by their paths in it with a `/` at the end."""
        self.unreadable: dict[str, Problem] = {}

    def notes(self) -> Iterator[tuple[str, str]]:
        """The notes by their paths within the folder, with the texts of their files' stamps."""
        seen: set[tuple[int, int]] = set()
        prefixes = [""]
        while prefixes:
            prefix = prefixes.pop()
            try:
                with open_folder(self.root / prefix) as folder:
                    status = os.fstat(folder)
                    if (status.st_dev, status.st_ino) in seen:
                        continue  # a link back to a folder already visited
                    seen.add((status.st_dev, status.st_ino))
                    notes, inner = self._among(folder, prefix)
            except OSError as error:
                self.unreadable[prefix] = unreadable(prefix.rstrip("/"), reason_of(error), "folder")
                continue
            yield from notes
            prefixes += sorted(inner, reverse=True)

    def _look_for_vault(self, prefix: str) -> None:
        folder = self.root / prefix
        if config_folder(folder) is not None:
            self.inner_vaults[prefix] = folder

    def _among(self, folder: int, prefix: str) -> tuple[list[tuple[str, str]], list[str]]:
        """The notes in a folder, and the folders."""
        names: list[str] = []
        hidden: list[str] = []
        inner: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    hidden.append(name)
                elif name[-3:].lower() == ".md":
                    names.append(name)
                else:
                    try:
                        inner += [f"{prefix}{name}/"] if entry.is_dir() else []
                    except OSError as error:
                        self._leave_out(prefix + name, error)
        self.strays += [prefix + name for name in sorted(hidden) if is_stray(name)]
        if prefix and hidden:
            self._look_for_vault(prefix)
        notes: list[tuple[str, str]] = []
        look, is_file = os.stat, stat.S_ISREG  # for every note
        for name in sorted(names):
            try:  # a look by name is the whole look: what it is, and its stamp
                status = look(name, dir_fd=folder)
            except OSError as error:
                self._leave_out(prefix + name, error)
                continue
            if is_file(status.st_mode):
                notes.append((prefix + name, stamp_text(status)))
            elif stat.S_ISDIR(status.st_mode):
                inner.append(f"{prefix}{name}/")
        return notes, inner

    def _leave_out(self, path: str, error: OSError) -> None:
        """Record what cannot be read; a link to nothing is not a note, nor is a file that has just disappeared."""
        if not isinstance(error, FileNotFoundError):
            self.unreadable[path] = unreadable(path, reason_of(error), "note")


def unreadable(path: str, reason: str, what: str) -> Problem:
    """The finding for a note or folder that cannot be read."""
    return Problem(
        f"unreadable-{what}",
        path or ".",
        None,
        f"this {what} cannot be read ({reason})",
        "Fix its permissions; the other notes are not affected",
        Severity.ERROR,
    )
