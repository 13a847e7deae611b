"""The user's home folder, and paths as users write them."""

from __future__ import annotations

import os
import pwd
from contextlib import suppress
from pathlib import Path

from studyapp.core.errors import VaultError
from studyapp.core.text.names import as_known

NO_HOME = "there is no home folder: set HOME to an absolute path"


def home() -> Path:
    """`$HOME` if that is an absolute path, else the home folder of this user; VaultError if there is neither."""
    folder = Path(os.environ.get("HOME", ""))
    if not folder.is_absolute():
        try:
            folder = Path(pwd.getpwuid(os.getuid()).pw_dir)
        except KeyError:
            raise VaultError(NO_HOME) from None
    return folder


def expanded(path: Path) -> Path:
    """The absolute form of a path, which may begin with `~`; VaultError if the folder that it starts from is gone."""
    first, *rest = path.parts or ("",)
    if first == "~":
        return _as_it_is(home().joinpath(*rest))
    try:
        return _as_it_is(Path(os.path.expanduser(path)).absolute())  # noqa: PTH111 - pathlib's raises for a user that is not there
    except FileNotFoundError:
        raise VaultError(f"can't find {path}: the current folder is gone; name an absolute path") from None


def _as_it_is(path: Path) -> Path:
    """The path with its names as on disk, where they differ only in how letters are composed."""
    if str(path).isascii() or os.path.exists(path):  # noqa: PTH110 - never raises
        return path
    found = Path(path.anchor)
    for part in path.parts[1:]:
        name = part
        if not part.isascii():
            with suppress(OSError):
                name = as_known(part, os.listdir(found))  # noqa: PTH208 - names, not paths
        found /= name
    return found
