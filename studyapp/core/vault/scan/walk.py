"""The folders of a vault: its notes, nested vaults and leftovers, and what cannot be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from studyapp.core.disk.cache import blob
from studyapp.core.disk.files import open_folder
from studyapp.core.disk.leftovers import is_stray
from studyapp.core.disk.stamp import FileState, identity_of, state_of
from studyapp.core.errors import Problem, Severity
from studyapp.core.settings.files import config_folder
from studyapp.core.vault.scan.note_files import means_gone, reason_of
from studyapp.core.vault.table.folders import Folder, packed

_TOGETHER = 512
"""Files whose states are objects at a time: fewer than make the cyclic collector run."""


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
                    if (identity := identity_of(status)) in seen:
                        continue  # a link back to a folder already visited
                    seen.add(identity)
                    found, inner = self._among(folder, prefix)
            except OSError as error:
                if not prefix or not means_gone(error):  # else it has just disappeared
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
                elif name[-3:] == ".md" or name[-3:].lower() == ".md":
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
        if (states := _states_of_files(folder, names)) is not None:
            return Folder(prefix, len(names), blob("/".join(names)), states), inner
        there = self._those_there(folder, prefix, names)
        inner += [f"{prefix}{name}/" for name, one in there.items() if stat.S_ISDIR(one[0])]
        files = {name: one for name, one in there.items() if stat.S_ISREG(one[0])}
        return Folder.of(prefix, list(files), [list(files.values())]), inner

    def _those_there(self, folder: int, prefix: str, names: Iterable[str]) -> dict[str, FileState]:
        """What can be looked at among some names."""
        found: dict[str, FileState] = {}
        for name in names:
            try:
                found[name] = state_of(os.stat(name, dir_fd=folder))
            except OSError as error:
                self._leave_out(prefix + name, error)
        return found

    def _leave_out(self, path: str, error: OSError) -> None:
        """Record what cannot be read; a link to nothing is not a note, nor is a file that has just disappeared."""
        if not means_gone(error):
            self.unreadable[path] = unreadable(path, reason_of(error), "note")


def _states_of_files(folder: int, names: Sequence[str]) -> tuple[bytes, ...] | None:
    """What a `Folder` keeps of these in a folder; None if they are not all files that can be looked at."""
    states: list[bytes] = []
    look = os.stat  # for every note; it says both what it is and its stamp
    try:
        for start in range(0, len(names), _TOGETHER):
            found = [state_of(look(name, dir_fd=folder)) for name in names[start : start + _TOGETHER]]
            if not all(map(stat.S_ISREG, {one[0] for one in found})):
                return None
            states.append(packed(found))
    except OSError:
        return None
    return tuple(states)


def unreadable(path: str, reason: str, what: str) -> Problem:
    """The finding for a note or folder that cannot be read."""
    return Problem(
        f"unreadable-{what}",
        path or ".",
        None,
        f"can't read this {what} ({reason})",
        "Make it readable; the other notes are not affected",
        Severity.ERROR,
    )
