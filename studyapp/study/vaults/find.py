"""Vaults that the user may want to open: those on Obsidian's own list, and folders that look like one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from studyapp.core.disk.home import home
from studyapp.core.errors import StudyError
from studyapp.study.vaults.obsidian import lists, vaults_in

_PLACES: Final = ("", "Documents", "Notes", "Obsidian", "Dropbox", "Nextcloud", "Sync", "vaults", "Desktop")
"""The user's folders that are searched for vaults."""
_DEEP: Final = 2
_MOST: Final = 3_000
"""The most folders searched."""
_ENTRIES: Final = 2_000
"""The most entries of a folder considered."""

_ESCAPED: Final = re.compile(r"\\(?=[ '\"()&;])")
"""What terminals put before some characters of a path that they paste."""


class FoundVault(Struct, frozen=True):
    """A vault, and how it was found."""

    folder: Path
    source: str


def find() -> list[FoundVault]:
    """The vaults of this machine, those of Obsidian's list first; takes a moment."""
    try:
        at_home = home()
    except StudyError:
        return []
    found = [
        FoundVault(folder, "in Obsidian")
        for file in lists(os.environ, at_home, sys.platform)
        for folder in vaults_in(file)
    ]
    found += [FoundVault(folder, "") for folder in _around(at_home)]
    once: dict[str, FoundVault] = {}
    for one in found:
        once.setdefault(os.path.realpath(one.folder), one)
    return list(once.values())


def _around(at_home: Path) -> Iterator[Path]:
    """Folders near the user's own that have an `.obsidian`; links and hidden folders are skipped."""
    level = [folder for place in _PLACES if (folder := at_home / place).is_dir()]
    seen: set[Path] = set()
    for _ in range(_DEEP + 1):
        below: list[Path] = []
        for folder in level:
            if folder in seen or len(seen) >= _MOST:
                continue
            seen.add(folder)
            if is_vault(folder):
                yield folder
            else:
                below += _folders_in(folder)
        level = below


def is_vault(folder: Path) -> bool:
    """Whether Obsidian, or this app, has opened a folder as a vault."""
    return any(os.path.isdir(folder / name) for name in (".obsidian", ".studyapp"))  # noqa: PTH112 - never raises


def has_notes(folder: Path) -> bool:
    """Whether a folder holds a note, or is a vault already; subfolders do not count."""
    if is_vault(folder):
        return True
    with suppress(OSError), os.scandir(folder) as entries:
        return any(entry.name.lower().endswith(".md") for entry, _ in zip(entries, range(_ENTRIES), strict=False))
    return False


def typed_path(text: str) -> str:
    """A path as it was typed, or pasted by a terminal that a folder was dropped on; empty if it is none."""
    path = text.strip()
    if path[:1] in ("'", '"'):
        path = path.strip(path[0])
    elif path.startswith("file:///"):
        path = unquote(path.removeprefix("file://"))
    else:
        path = _ESCAPED.sub("", path)
    return path if path.startswith(("/", "~")) else ""


def completions(typed: str) -> list[Path]:
    """The folders that complete a typed path, in order of their names; `~` is the home folder."""
    try:
        path = f"{home()}/{typed[2:]}" if typed.startswith("~/") else f"{home()}/" if typed == "~" else typed
    except StudyError:
        return []
    above, _, start = path.rpartition("/")
    if not path.startswith("/") or "\0" in path:
        return []
    folders = _folders_in(Path(above or "/"), hidden=start.startswith("."))
    wanted = start.casefold()
    found = [folder for folder in folders if folder.name.casefold().startswith(wanted)]
    return sorted(found, key=lambda folder: (not folder.name.startswith(start), folder.name.casefold()))


def _folders_in(folder: Path, *, hidden: bool | None = None) -> list[Path]:
    """The subfolders; links to folders and hidden ones only if they are `hidden` or explicitly typed."""
    found: list[Path] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry, _ in zip(entries, range(_ENTRIES), strict=False):
            if entry.name.startswith(".") and not hidden:
                continue
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=hidden is not None):
                    found.append(folder / entry.name)
    return found
