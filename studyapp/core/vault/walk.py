"""The folders of a vault: its notes, nested vaults and leftovers, and what cannot be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from studyapp.core.disk.files import open_folder
from studyapp.core.disk.leftovers import is_stray
from studyapp.core.disk.stamp import FileState, state_of
from studyapp.core.errors import Problem, Severity
from studyapp.core.settings.files import config_folder
from studyapp.core.vault.folders import Folder
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

    def folders(self) -> Iterator[Folder]:
        """The folders, with their notes."""
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
                    found, inner = self._among(folder, prefix)
            except OSError as error:
                self.unreadable[prefix] = unreadable(prefix.rstrip("/"), reason_of(error), "folder")
                continue
            yield found
            prefixes += sorted(inner, reverse=True)

    def _look_for_vault(self, prefix: str) -> None:
        folder = self.root / prefix
        if config_folder(folder) is not None:
            self.inner_vaults[prefix] = folder

    def _among(self, folder: int, prefix: str) -> tuple[Folder, list[str]]:
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
        names.sort()
        look = os.stat  # for every note; it says both what it is and its stamp
        try:
            found = [state_of(look(name, dir_fd=folder)) for name in names]
        except OSError:
            names, found = self._those_there(folder, prefix, names)
        if not all(map(stat.S_ISREG, {one[0] for one in found})):
            inner += [f"{prefix}{name}/" for name, one in zip(names, found, strict=True) if stat.S_ISDIR(one[0])]
            files = [(name, one) for name, one in zip(names, found, strict=True) if stat.S_ISREG(one[0])]
            names, found = [name for name, _ in files], [one for _, one in files]
        return Folder(prefix, names, found), inner

    def _those_there(self, folder: int, prefix: str, names: Sequence[str]) -> tuple[list[str], list[FileState]]:
        """What can be looked at among some names."""
        found: dict[str, FileState] = {}
        for name in names:
            try:
                found[name] = state_of(os.stat(name, dir_fd=folder))
            except OSError as error:
                self._leave_out(prefix + name, error)
        return list(found), list(found.values())

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
        f"can't read this {what} ({reason})",
        "Fix its permissions; the other notes are not affected",
        Severity.ERROR,
    )
