"""Vaults within a vault: which settings a folder with a configuration folder of its own is read with.

Obsidian puts such a folder wherever it once opened one, mostly without settings of the plugin. Those notes belong to
the vault around them as much as any others, so they are read with its settings; `nested_settings` says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from studyapp.core.settings.load import DEFAULT, VAULT_FILE, LoadedSettings, load_settings, plugin_file_of
from studyapp.core.visible import visible

_NAMED = 3
"""Folders that are named in a sentence; of more their number is told."""


def load_nested(
    folder: Path,
    around: LoadedSettings,
    outermost: LoadedSettings,
    person_file: Path | None,
    overrides: Mapping[str, str],
) -> LoadedSettings | None:
    """The settings that a folder adds to those around it, or has instead of them; None where it has none.

    What the `outermost` vault says of nested ones holds for all within it that do not say otherwise themselves.
    """
    inherited = load_settings(folder, person_file=person_file, overrides=overrides, above=around.folders)
    says_nothing = inherited.origin["nested_settings"] == DEFAULT
    wanted = (outermost if says_nothing else inherited).settings.nested_settings
    if wanted == "own" or (wanted == "auto" and plugin_file_of(folder) is not None):
        return load_settings(folder, person_file=person_file, overrides=overrides)
    return inherited if (folder / VAULT_FILE).exists() else None


def nested_notice(own: Sequence[str], inheriting: Sequence[str]) -> str:
    """Which folders are read with which settings; empty where none has a configuration folder of its own.

    Args:
        own: the folders that are read with settings of their own.
        inheriting: those that are read with the settings around them.
    """
    said = [
        f"{_folders(folders)} read with {settings}"
        for folders, settings in ((inheriting, "the settings of the vault around"), (own, _own(own)))
        if folders
    ]
    return f"{'; '.join(said)}. `nested_settings` in .studyapp/settings.toml changes that." if said else ""


def _own(folders: Sequence[str]) -> str:
    return f"settings of {'its' if len(folders) == 1 else 'their'} own"


def _folders(folders: Sequence[str]) -> str:
    names = [visible(folder, newlines=False) for folder in sorted(folders)]
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], f"{len(names) - _NAMED} more folders"]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} {'is' if len(names) == 1 else 'are'}"
