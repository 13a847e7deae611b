"""Vaults within a vault: which settings apply in a folder that has its own configuration folder.

Obsidian creates such a folder wherever it has opened a vault, mostly without settings of the plugin. Those notes
belong to the vault around them like any others, so they are read with its settings unless `nested_settings` says
otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from studyapp.core.plural import count
from studyapp.core.settings.files import VAULT_FILE, plugin_file_of
from studyapp.core.settings.load import DEFAULT, LoadedSettings, load_settings
from studyapp.core.visible import visible

_NAMED = 3
"""The most folders that are named in a sentence; of more, only their number."""


def load_nested(
    folder: Path,
    around: LoadedSettings,
    outermost: LoadedSettings,
    user_file: Path | None,
    overrides: Mapping[str, str],
) -> LoadedSettings | None:
    """The settings that a folder adds to those around it, or has instead; None where it has none.

    The `outermost` vault's rule for nested ones holds for all within it that have none of their own.
    """
    inherited = load_settings(folder, user_file=user_file, overrides=overrides, above=around.folders)
    says_nothing = inherited.origin["nested_settings"] == DEFAULT
    wanted = (outermost if says_nothing else inherited).settings.nested_settings
    if wanted == "own" or (wanted == "auto" and plugin_file_of(folder) is not None):
        return load_settings(folder, user_file=user_file, overrides=overrides)
    return inherited if (folder / VAULT_FILE).exists() else None


def nested_notice(own: Sequence[str], inheriting: Sequence[str]) -> str:
    """Which folders are read with settings of their own, and which with those around; empty if there are none."""
    said = [
        f"{_folders(folders)} read with {settings}"
        for folders, settings in (
            (inheriting, "the settings of the vault around"),
            (own, f"settings of {'its' if len(own) == 1 else 'their'} own"),
        )
        if folders
    ]
    return f"{'; '.join(said)}. `nested_settings` in .studyapp/settings.toml changes that." if said else ""


def _folders(folders: Sequence[str]) -> str:
    names = [visible(folder, newlines=False) for folder in sorted(folders)]
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], count(len(names) - _NAMED, "more folder")]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} {'is' if len(names) == 1 else 'are'}"
