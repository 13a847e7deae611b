"""Finds a note by its name, from anywhere: type, the best match comes first, Enter reads it."""

from __future__ import annotations

from studyapp.core.vault.vault import Vault
from studyapp.study.reader.finder import NoteFinder
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen


class SwitcherScreen(ChooseScreen[str]):
    """Closes with the path of a note."""

    def __init__(self, finder: NoteFinder) -> None:
        self._finder = finder
        super().__init__("Go to a note", (), act="Read it", placeholder="type a part of its name")

    def found_for(self, typed: str) -> list[Choice[str]]:
        """The best match first."""
        lines: list[Choice[str]] = []
        for note in self._finder.find(typed):
            folder, _, name = note.path[:-3].rpartition("/")
            lines.append(Choice(note.path, note.alias or name, f"→ {name}  {folder}" if note.alias else folder))
        return lines


def finder_of(vault: Vault) -> NoteFinder:
    """Finds the notes of a vault; with nothing typed, the most recently changed come first."""
    return NoteFinder(vault.latest())
