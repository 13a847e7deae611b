"""The settings in a folder of notes: its own, and those of nested vaults."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from studyapp.core.errors import VaultError
from studyapp.core.settings.load import LoadedSettings, load_settings
from studyapp.core.settings.model import Settings
from studyapp.core.settings.nested import load_nested, nested_notice
from studyapp.core.vault.scan.fingerprint import fingerprint
from studyapp.core.vault.scan.question_marks import QuestionMarks
from studyapp.core.vault.weak import weakly


class Scopes:
    """A folder, with the settings of each note in it."""

    def __init__(self, root: Path, user_file: Path | None, overrides: Mapping[str, str]) -> None:
        """Read the settings of the folder itself.

        Raises:
            VaultError: if there is no such folder, or it cannot be read.
            MisuseError: if an override cannot be used.
        """
        self.root = root
        self.user_file = user_file
        self.overrides = dict(overrides)
        try:
            os.scandir(root).close()
        except NotADirectoryError as error:
            raise VaultError(f"{root} is a file, not a folder; name the folder that holds your notes") from error
        except FileNotFoundError as error:
            raise VaultError(
                f"there is no folder {root}; name the folder that holds your notes, or make one with "
                f"`studyapp init {root}`"
            ) from error
        except OSError as error:
            raise VaultError(f"can't read {root} ({error.strerror}); fix its permissions") from error
        self.loaded = load_settings(root, user_file=user_file, overrides=self.overrides)
        self.nested: dict[str, LoadedSettings] = {}
        """The settings of nested vaults, by the path of their folder with a `/` at its end."""
        self.inheriting: set[str] = set()
        """Nested folders, by such a path, that have a configuration folder but use the settings around them."""
        self._prints: dict[str, tuple[Settings, bytes]] = {}
        """The fingerprints of the settings, by the prefix of the vault."""
        self._marks = QuestionMarks(weakly(self._all_settings), weakly(self._put_settings))

    @property
    def settings(self) -> Settings:
        """The settings of the vault itself."""
        return self.loaded.settings

    def settings_of(self, path: str) -> Settings:
        """The settings of a note: those of the innermost vault that it is in."""
        return self.loaded_for(path).settings

    def settings_for(self, path: str, decks: Iterable[str]) -> Settings:
        """The settings of a card of a note: those of its decks' preset before the others."""
        return self.settings_of(path).for_decks(decks)

    def loaded_for(self, path: str) -> LoadedSettings:
        """The settings of a note, with their origin."""
        prefix = self.innermost(path)
        return self.nested[prefix] if prefix else self.loaded

    def innermost(self, path: str) -> str:
        """The prefix of the innermost vault of a note; empty for this one."""
        return max((prefix for prefix in self.nested if path.startswith(prefix)), key=len, default="")

    @property
    def nested_notice(self) -> str:
        """Which folders use which settings; empty if all use those of this vault."""
        return nested_notice(sorted(self.nested.keys() - self.inheriting), sorted(self.inheriting))

    def look_within(self, inner_vaults: Mapping[str, Path]) -> None:
        """Read the settings of nested vaults not known yet, outermost first."""
        for prefix, folder in inner_vaults.items():
            if prefix not in self.nested and prefix not in self.inheriting:
                around = self.loaded_for(prefix)
                found = load_nested(folder, around, self.loaded, self.user_file, self.overrides)
                if found is None or len(found.folders) > 1:
                    self.inheriting.add(prefix)
                if found is not None:
                    self.nested[prefix] = found

    def print_of(self, path: str) -> bytes:
        """The fingerprint of the settings of a note."""
        prefix = self.innermost(path) if self.nested else ""
        loaded = self.nested[prefix] if prefix else self.loaded
        known = self._prints.get(prefix)
        if known is None or known[0] is not loaded.settings:
            known = self._prints[prefix] = loaded.settings, fingerprint(loaded.settings)
        return known[1]

    @property
    def inferred(self) -> bool:
        """Whether the notes have shown that `??` is the plain separator."""
        return bool(self._marks)

    @property
    def may_infer(self) -> bool:
        """Whether the meaning of `??` depends on the notes."""
        return self._marks.are_open

    def is_buried(self, path: str, question: str, now: datetime) -> bool:
        """Whether the plugin has buried a question for today; it names it by its hash."""
        loaded = self.loaded_for(path)
        return bool(loaded.bury_list) and loaded.bury_date == now.date() and question in loaded.bury_list

    def _all_settings(self) -> dict[str, LoadedSettings]:
        return {"": self.loaded, **self.nested}

    def _put_settings(self, prefix: str, loaded: LoadedSettings) -> None:
        if prefix:
            self.nested[prefix] = loaded
        else:
            self.loaded = loaded
