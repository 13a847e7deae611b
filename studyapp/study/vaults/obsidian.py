"""The vaults that Obsidian has opened on this machine, from its own list.

Any program may have written that file: it is read as data, and of what it names only folders count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from studyapp.core.disk.files import read_object

_LARGEST: Final = 1_000_000
"""The most bytes of a list."""
_MOST: Final = 500
"""The most vaults of a list."""
_LONGEST: Final = 4_000
"""The most characters of a path."""
_NAME: Final = "obsidian/obsidian.json"
_SHARE: Final = re.compile(r"[\\/]{2}wsl(?:\$|\.localhost)[\\/][^\\/]+(?P<path>[\\/].*)", re.IGNORECASE)
_USERS: Final = Path("/mnt/c/Users")


def lists(environ: Mapping[str, str], home: Path, platform: str, users: Path = _USERS) -> list[Path]:
    """Where Obsidian's list may be: for its own installer, Flatpak or Snap, on a Mac, on the Windows side of WSL."""
    config = Path(environ.get("XDG_CONFIG_HOME", ""))
    found = [
        (config if config.is_absolute() else home / ".config") / _NAME,
        home / ".var/app/md.obsidian.Obsidian/config" / _NAME,
        home / "snap/obsidian/current/.config" / _NAME,
    ]
    if platform == "darwin":
        found.insert(0, home / "Library/Application Support" / _NAME)
    if environ.get("WSL_DISTRO_NAME"):
        with suppress(OSError):
            found += [folder / "AppData/Roaming" / _NAME for folder in sorted(users.iterdir())]
    return list(dict.fromkeys(found))


def vaults_in(file: Path) -> list[Path]:
    """The folders on a list, the last opened first; empty if it cannot be read."""
    vaults = read_object(file, _LARGEST).get("vaults")
    if not isinstance(vaults, dict):
        return []
    entries = [entry for entry in list(vaults.values())[:_MOST] if isinstance(entry, dict)]
    entries.sort(key=_opened, reverse=True)
    return list(dict.fromkeys(_folders(entries)))


def _opened(entry: Mapping[str, Any]) -> float:
    stamp = entry.get("ts")
    return stamp if isinstance(stamp, int | float) and abs(stamp) < 1e15 else 0


def _folders(entries: list[dict[str, Any]]) -> Iterator[Path]:
    for entry in entries:
        text = entry.get("path")
        if isinstance(text, str) and 0 < len(text) <= _LONGEST and (folder := folder_at(text)) is not None:
            yield folder


def folder_at(text: str) -> Path | None:
    r"""A folder by the path that Obsidian writes, `C:\\Notes` as WSL shows it; None if there is no such folder."""
    if (share := _SHARE.fullmatch(text)) is not None:
        text = share["path"].replace("\\", "/")
    elif (windows := PureWindowsPath(text)).drive[1:] == ":":
        text = f"/mnt/{windows.drive[0].lower()}/{'/'.join(windows.parts[1:])}"
    try:
        folder = Path(text)
        return folder if folder.is_absolute() and folder.is_dir() else None
    except (OSError, ValueError):  # an impossible file name
        return None
