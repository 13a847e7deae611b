"""A note in Obsidian: its address, and which program of the desktop opens it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from studyapp.core.disk.programs import found
from studyapp.core.settings.load import config_folder


def obsidian_link(root: Path, path: str) -> str:
    """The address of a note: Obsidian knows a vault by the name of its folder, here the innermost one.

    Args:
        root: the vault that is open.
        path: the note within it.
    """
    file = root.resolve() / path
    vault = next((folder for folder in file.parents if _is_vault(folder) and _within(folder, root)), root.resolve())
    within = file.relative_to(vault).as_posix()
    return f"obsidian://open?vault={_quoted(vault.name)}&file={_quoted(within)}"


def _is_vault(folder: Path) -> bool:
    return config_folder(folder) is not None


def _within(folder: Path, root: Path) -> bool:
    return folder.is_relative_to(root.resolve())


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def opener(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """The program that opens an address on the desktop; None where there is no desktop that the person looks at.

    Over ssh the desktop, if there is one, is not where the person sits.
    """
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return None
    if platform == "darwin":
        return found("open", environ)
    if environ.get("WSL_DISTRO_NAME"):
        return found("wslview", environ)
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return None
    return found("xdg-open", environ)
