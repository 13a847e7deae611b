"""New notes and attachments, added to a vault together: all or none, and never replacing a file.

What was added is in the log, so that undo removes it again, except for what was changed since.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Final

from studyapp.core.disk.files import read_file, sync_folder
from studyapp.core.disk.place import Place, is_gone
from studyapp.core.disk.whole import whole, write_new
from studyapp.core.edits.identity import Seen
from studyapp.core.errors import NoteError, StudyError
from studyapp.core.locations import FOLDER, leads_elsewhere
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.journal import Journal, new_id
from studyapp.core.log.refusal import NOT_OURS
from studyapp.core.text.note_text import digest_of

_STAGE: Final = ".studyapp/arriving-"
_LISTS: Final = ".studyapp/imports"
"""For each import that can be undone, its files with their digests."""


def bring(
    journal: Journal,
    place: Place,
    folder: str,
    files: Mapping[str, bytes],
    *,
    past: Iterable[bytes],
    what: str,
    now: datetime,
) -> Action:
    """Add files below a folder of the vault as an action; see `put`. Edits of the same import have its id as group.

    Args:
        journal: the log.
        place: the vault's folder.
        folder: the one in it.
        files: what each is to hold, by its path below that folder.
        past: lines of a review log of their own, for cards that come with the files.
        what: what that is, in words.
        now: the present time.

    Raises:
        NoteError: if they cannot be put there; then none is.
        JournalError: if the log cannot be written; then nothing was changed.
    """
    if any(leads_elsewhere(place.root, place.root / one) for one in (FOLDER, _LISTS)):
        raise NoteError("the vault's folder .studyapp is a link that leads out of it; nothing was written")
    name = new_id()
    lines = iter(past)
    first = next(lines, None)
    log = None if first is None else place.root / FOLDER / f"import-{name}.jsonl"
    digests = {f"{folder}/{path}": digest_of(data) for path, data in files.items()}
    listed = json.dumps({"files": digests, "log": log is not None}).encode()
    seen = Seen.whole(folder, "")
    action = Action(name, ActionKind.IMPORT, now, seen, None, None, None, digest_of(listed), what=what, group=name)
    try:
        _write_whole(_list_of(place, name), [listed])
        action = journal.intend(action, None)
        if first is not None and log is not None:  # first: reviews of cards that do not exist yet do no harm
            _write_whole(log, chain([first], lines))
        if files:
            put(place, folder, files)
    except (StudyError, OSError) as error:
        _forget(place, name)
        if action.ours:
            journal.dropped(action)
        if isinstance(error, OSError):
            raise NoteError(f"{folder} was not written ({error.strerror or error})") from error
        raise
    return action


def take_away(place: Place, action: Action) -> dict[str, bool]:
    """Remove the files of an import: yields each that still exists, and whether it is gone now.

    One that was changed since stays. The reviews go if no note stays. NoteError if this machine did not make it.
    """
    if not action.ours:
        raise NoteError(NOT_OURS)
    try:
        listed = read_file(_list_of(place, action.id))
    except OSError:
        listed = b""
    if digest_of(listed) != action.after:
        raise NoteError("the list of its files is gone")
    digests = json.loads(listed)["files"]
    done = {path: gone for path, wanted in digests.items() if (gone := _removed(place, path, wanted)) is not None}
    _forget(place, action.id, past=all(gone or path[-3:] != ".md" for path, gone in done.items()))
    return done


def _list_of(place: Place, name: str) -> Path:
    return place.root / _LISTS / f"{name}.json"


def _write_whole(file: Path, pieces: Iterable[bytes]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole(file) as written:
        written.writelines(pieces)


def _forget(place: Place, name: str, *, past: bool = True) -> None:
    """Remove the list of an import, and its reviews."""
    file = _list_of(place, name)
    with suppress(OSError):
        file.unlink()
        file.parent.rmdir()
    if past:
        with suppress(OSError):
            (place.root / FOLDER / f"import-{name}.jsonl").unlink()


def _removed(place: Place, path: str, digest: str) -> bool | None:
    """Whether a file was removed; None if it did not exist."""
    file = place.root / path
    if is_gone(file):
        return None
    try:
        _check(place, path)
        if digest_of(read_file(file)) != digest:
            return False
        file.unlink()
    except (NoteError, OSError):
        return False
    folder = file.parent
    with suppress(OSError):
        while folder != place.root:
            folder.rmdir()
            folder = folder.parent
    return True


def put(place: Place, folder: str, files: Mapping[str, bytes]) -> None:
    """Add files, by their paths below a folder of the vault: all or none.

    They are written aside and then moved, in a single step if the folder is new.

    Raises:
        NoteError: if one is there already, lies outside, or cannot be written.
    """
    target = place.root / folder
    for name in (folder, *(f"{folder}/{path}" for path in files)):
        _check(place, name)
    stage = place.root / f"{_STAGE}{os.urandom(4).hex()}"
    try:
        _write(stage, files)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            _link(stage, target, list(files))
        else:
            _move(stage, target)
    except FileExistsError as error:
        raise NoteError(f"{error.filename2 or error.filename} is there already; nothing was written") from error
    except OSError as error:
        raise NoteError(f"can't write {target} ({error.strerror or error}); nothing was left there") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        with suppress(OSError):  # not empty
            stage.parent.rmdir()


def _check(place: Place, path: str) -> None:
    parts = PurePosixPath(path)
    if parts.is_absolute() or any(part.startswith(".") for part in parts.parts) or "\0" in path or not parts.parts:
        raise NoteError(f"{path!r} is not in this vault")
    place.check()
    if not place.holds(path):
        raise NoteError(f"{path} is a link that leads out of this vault; nothing is written there")


def _write(stage: Path, files: Mapping[str, bytes]) -> None:
    stage.mkdir(parents=True)
    for path, data in files.items():
        file = stage / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_new(file, data)


def _move(stage: Path, target: Path) -> None:
    """Move the folder to its place, or leave it where it is."""
    stage.rename(target)
    try:
        sync_folder(target.parent)
    except OSError:
        target.rename(stage)
        raise


def _link(stage: Path, target: Path, paths: list[str]) -> None:
    """Move each file to its place beside others; if one exists, none stays."""
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
