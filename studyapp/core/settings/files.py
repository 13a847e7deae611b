"""The files that hold settings: where they are, and what they say."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any, Final

from studyapp.core.disk.files import OddFileError, read_file
from studyapp.core.errors import Problem, Severity

PLUGIN_DATA: Final = Path("plugins", "obsidian-spaced-repetition", "data.json")
"""Where the plugin keeps its settings, below the vault's configuration folder."""

VAULT_FILE: Final = Path(".studyapp", "settings.toml")

LARGEST: Final = 5_000_000
"""The most bytes of a settings file."""
_MOST_TOML: Final = 200_000
"""The most characters of one of our own; Python parses TOML slowly."""
_MOST_DOTS: Final = 300
"""The most parts of a key: the time to read one grows with their square."""


def config_folder(directory: Path) -> Path | None:
    """The folder that makes a directory an Obsidian vault; its name need not be `.obsidian`."""
    usual = directory / ".obsidian"
    plugin_file, _ = plugin_files(directory)
    if plugin_file is not None:
        return plugin_file.parents[len(PLUGIN_DATA.parts) - 1]
    if stat.S_ISDIR(_mode(usual)):
        return usual
    marks = ("app.json", "core-plugins.json")
    return next((path for path in _dot_folders(directory) if all(_mode(path / mark) for mark in marks)), None)


def plugin_file_of(vault: Path) -> Path | None:
    """The plugin's file of a vault; None where it has none."""
    return plugin_files(vault)[0]


def plugin_files(vault: Path) -> tuple[Path | None, list[Path]]:
    """The plugin's file, and those of any further configuration folders of the vault."""
    usual = vault / ".obsidian" / PLUGIN_DATA
    if _mode(usual, unknown=stat.S_IFREG):  # reading it says what is wrong
        return usual, []
    found = [path for folder in _dot_folders(vault) if _mode(path := folder / PLUGIN_DATA)]
    return (found[0], found[1:]) if found else (None, [])


def _dot_folders(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if path.name.startswith("."))
    except OSError:  # absent or unreadable: then it is not known to be a vault
        return []


def _mode(path: Path, *, unknown: int = 0) -> int:
    """The mode of a file or folder; 0 where there is none, `unknown` where it cannot be accessed."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError:
        return unknown


def _read(path: Path, problems: list[Problem]) -> str | None:
    """A file's text; None if it cannot be read, with a finding unless it is simply absent."""
    try:
        return read_file(path, LARGEST).decode().removeprefix("\ufeff")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OddFileError as error:
        problems.append(unusable(path, f"can't be used: {error.strerror}", "Remove or replace it."))
    except OSError as error:
        problems.append(unusable(path, f"can't be read: {error.strerror}", "Check the file and its permissions."))
    except UnicodeDecodeError as error:
        problems.append(unusable(path, f"is not UTF-8 (byte {error.start})", "Save it as UTF-8."))
    return None


def read_json(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """The object in a file of the plugin; empty if there is no usable one."""
    text = _read(path, problems)
    if text is None:
        return {}
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        problems.append(unusable(path, f"is not JSON: {error.msg}", "Fix it in Obsidian or by hand.", error.lineno))
    except (ValueError, RecursionError):  # a number of thousands of digits, or brackets within thousands of brackets
        problems.append(unusable(path, "is not JSON that can be read", "Fix it by hand."))
    else:
        if isinstance(data, dict):
            return data
        problems.append(unusable(path, "should be a JSON object", "Fix it by hand."))
    return {}


def read_toml(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """The table in a file of our own; empty if there is no usable one."""
    text = _read(path, problems)
    if text is None:
        return {}
    if (unfit := too_much(text)) is not None:
        line, said = unfit
        remedy = "Shorten it; until then the file is ignored."
        problems.append(unusable(path, said, remedy, line))
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place.group(1)) if place else None
        problems.append(unusable(path, f"is not TOML: {error}", "Fix it by hand.", line))
    return {}


def too_much(toml: str) -> tuple[int | None, str] | None:
    """The part of a TOML text that is too large to parse, with its line."""
    if len(toml) > _MOST_TOML:
        return None, f"has more than {_MOST_TOML:,} characters"
    for found in re.finditer(r"[^=\n]+", toml):
        if found[0].count(".") > _MOST_DOTS:
            line = toml.count("\n", 0, found.start()) + 1
            return line, f"has a key of more than {_MOST_DOTS} parts, or as many dots in one value"
    return None


def unusable(path: Path, message: str, remedy: str, line: int | None = None) -> Problem:
    """The finding for a file, or a part of it, that counts as absent."""
    return Problem("settings", str(path), line, message, remedy, Severity.ERROR)
