"""The folders of a vault: which notes are there, what stands beside them, and what cannot be looked into."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from studyapp.core.disk.files import open_folder
from studyapp.core.disk.leftovers import is_stray
from studyapp.core.disk.stamp import stamp_text
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
                        continue  # a link back to a folder that was walked already
                    seen.add((status.st_dev, status.st_ino))
                    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
                    if prefix and any(entry.name.startswith(".") for entry in entries):
                        self._look_for_vault(prefix)
                    inner: list[str] = []
                    yield from self._notes_among(entries, prefix, inner)
            except OSError as error:
                self.unreadable[prefix] = unreadable(prefix.rstrip("/"), reason_of(error), "folder")
                continue
            prefixes += reversed(inner)

    def _look_for_vault(self, prefix: str) -> None:
        folder = self.root / prefix
        if config_folder(folder) is not None:
            self.inner_vaults[prefix] = folder

    def _notes_among(
        self, entries: Iterable[os.DirEntry[str]], prefix: str, inner: list[str]
    ) -> Iterator[tuple[str, str]]:
        """The notes among what is in a folder; the folders among it are put into `inner`."""
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                self.strays += [prefix + name] if is_stray(name) else []
                continue
            try:
                if entry.is_dir():
                    inner.append(f"{prefix}{name}/")
                elif name[-3:].lower() == ".md" and entry.is_file():
                    yield prefix + name, stamp_text(entry.stat())
            except OSError as error:
                self.unreadable[prefix + name] = unreadable(prefix + name, reason_of(error), "note")


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
