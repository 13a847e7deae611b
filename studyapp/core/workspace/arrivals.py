"""New notes and attachments, put into a vault together: all of them, or none, and never in the place of a file."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from studyapp.core.disk.files import sync_folder
from studyapp.core.disk.place import Place
from studyapp.core.disk.whole import write_new
from studyapp.core.errors import NoteError

_STAGE: Final = ".studyapp/arriving-"


def put(place: Place, folder: str, files: Mapping[str, bytes]) -> None:
    """Put files below a folder of the vault.

    They are written aside and then moved: where the folder is a new one in a single step, so that a crash leaves all
    of them or none.

    Args:
        place: the vault's folder.
        folder: the one in it, which may be there already.
        files: what each is to hold, by its path below that folder.

    Raises:
        NoteError: if one is there already, lies outside, or cannot be written; then none is put there.
    """
    target = place.root / folder
    for name in (folder, *(f"{folder}/{path}" for path in files)):
        _check(place, name)
    stage = place.root / f"{_STAGE}{secrets.token_hex(4)}"
    try:
        _write(stage, files)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            _link(stage, target, list(files))
        else:
            stage.rename(target)
            sync_folder(target.parent)
    except FileExistsError as error:
        raise NoteError(f"{error.filename2 or error.filename} is there already; nothing was written") from error
    except OSError as error:
        raise NoteError(f"{target} cannot be written ({error.strerror or error}); nothing was left there") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        _remove_empty(stage.parent)


def _check(place: Place, path: str) -> None:
    parts = PurePosixPath(path)
    if parts.is_absolute() or any(part.startswith(".") for part in parts.parts) or "\0" in path or not parts.parts:
        raise NoteError(f"{path!r} is not in this vault")
    if not place.is_there:
        raise NoteError(f"{place.root} is not the folder that was opened; its drive may have been taken away")
    if not place.holds(path):
        raise NoteError(f"{path} is a link that leads out of this vault; nothing is written there")


def _write(stage: Path, files: Mapping[str, bytes]) -> None:
    stage.mkdir(parents=True)
    for path, data in files.items():
        file = stage / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_new(file, data)


def _link(stage: Path, target: Path, paths: list[str]) -> None:
    """Give each file its place beside others; if one is taken, none stays."""
    done: list[Path] = []
    try:
        for path in paths:
            to = target / path
            to.parent.mkdir(parents=True, exist_ok=True)
            os.link(stage / path, to)
            done.append(to)
            sync_folder(to.parent)
    except OSError:
        for to in done:
            with suppress(OSError):
                to.unlink()
        raise


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
