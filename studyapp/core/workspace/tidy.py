"""Cleans up after a crash before anything new is written: damaged log lines, temporary files.

Only commands that may write call this (the app, a review, a grade, a repair), never one that only reads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from studyapp.core.disk.files import read_note
from studyapp.core.disk.leftovers import is_spent, note_beside, short_digest
from studyapp.core.disk.place import Place
from studyapp.core.disk.replace import recover
from studyapp.core.errors import NoteError, Problem
from studyapp.core.log.journal import Journal
from studyapp.core.log.lines import damaged
from studyapp.core.log.refusal import CODE
from studyapp.core.log.set_aside import set_aside

_YOUNG = 3600.0
"""Seconds within which a file may belong to a write in progress, where there is no certain sign."""


def tidy(root: Path, journal: Journal, strays: Iterable[str], *, alone: bool) -> None:
    """Tidy up everything, and add what there is to report to the log's problems."""
    if journal.problems and (said := set_aside(journal.path)) is not None:
        journal.problems[:] = [said, *damaged(journal.path), *(one for one in journal.problems if one.code == CODE)]
    journal.problems += clean_up(root, strays, alone=alone)


def clean_up(root: Path, strays: Iterable[str], *, alone: bool) -> list[Problem]:
    """Finish or remove temporary files of interrupted writes, at paths that the walk found in the vault.

    Young files are left if another copy of the program may be writing. Returns what was left because it may hold text
    that is nowhere else.
    """
    folders: dict[str, list[str]] = {}
    for path in strays:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    left: list[Problem] = []
    known, here = _Notes(root), Place.of(root)
    for folder, names in folders.items():
        if not here.holds(folder):
            continue  # in another folder, reached by a link
        place = root / PurePosixPath(folder)
        notes = {name: note_beside(place, name) for name in names if alone or _is_old(place / name)}
        for there in {note for note in notes.values() if note is not None}:
            try:
                recover(here.note(f"{folder}/{there.name}".removeprefix("/")))
            except NoteError:
                continue  # it is found again the next time
        for name, note in notes.items():
            if note is None:
                with suppress(OSError):  # the note was renamed or deleted: a text that exists nowhere else stays
                    if is_spent(place / name, known.have):
                        (place / name).unlink(missing_ok=True)
            if (place / name).exists():
                what = "an interrupted write left this file, and its text may exist nowhere else"
                remedy = "Compare it with your note, then delete it"
                left.append(Problem("left-by-crash", str(place / name), None, what, remedy))
    return left


class _Notes:
    """Digests of the notes of a vault; the notes are read only when asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._digests: set[str] | None = None

    def have(self, digest: str) -> bool:
        """Whether a note has this digest."""
        if self._digests is None:
            self._digests = set()
            for folder, folders, names in os.walk(self._root):
                folders[:] = [name for name in folders if not name.startswith(".")]
                for name in names:
                    if name.endswith(".md"):
                        with suppress(NoteError):
                            self._digests.add(short_digest(read_note(Path(folder, name))))
        return digest in self._digests


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _YOUNG
    except OSError:
        return False
