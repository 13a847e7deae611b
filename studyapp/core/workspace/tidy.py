"""What a crash left behind is put in order, before anything new is written: damaged log lines, temporary files.

Only what may write calls this (the app, a review, a grade, a repair), never a look at the vault.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from studyapp.core.disk.files import LARGEST_LOG, open_file, open_handle, read_file, read_note, sync_folder
from studyapp.core.disk.leftovers import is_spent, note_of, short_digest
from studyapp.core.disk.place import Place
from studyapp.core.disk.replace import recover
from studyapp.core.errors import NoteError, Problem, Severity
from studyapp.core.log.journal import Journal
from studyapp.core.log.lines import VERSION, read_lines
from studyapp.core.log.refusal import CODE
from studyapp.core.text.note_text import digest_of

DAMAGED = ".damaged"
"""The end of the name of the file that keeps damaged lines; no log is read from it."""
_DRAFT = ".draft"
_YOUNG = 3600.0
"""Seconds within which a file may belong to a write that still goes on, where nothing tells for certain."""


def tidy(root: Path, journal: Journal, strays: Iterable[str], *, alone: bool) -> None:
    """Do all of it, and put among the log's problems what there is to say."""
    if journal.problems and (said := set_aside(journal.path)) is not None:
        still: list[Problem] = []
        for _ in read_lines(journal.path, still):
            pass
        journal.problems[:] = [said, *still, *(one for one in journal.problems if one.code == CODE)]
    journal.problems += clean_up(root, strays, alone=alone)


def set_aside(log: Path) -> Problem | None:
    """Move the damaged lines of this device's log into a file beside it; None if there are none, or it cannot be.

    They are durable there before the log is replaced by one without them. A crash in between leaves them in both, and
    they are known again by the digest of the log that they were found in. Lines of a later version of the program,
    and what speaks of them, are not damaged.
    """
    try:
        if not log.is_file() or not os.access(log, os.W_OK):
            return None
        real = log.resolve()
        with open_file(real) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # whoever adds a line looks afterwards whether this is still the log
            if not os.path.samestat(os.fstat(file.fileno()), real.stat()):
                return None  # another copy of the program is at it
            data = file.read()
            numbers = damaged_lines(real)
            if not numbers:
                return None
            lines = data.split(b"\n")
            kept = [line for number, line in enumerate(lines, 1) if number not in numbers]
            aside = real.with_name(real.name.removesuffix(".jsonl") + DAMAGED)
            _keep_aside(aside, digest_of(data), {number: lines[number - 1] for number in sorted(numbers)})
            text = b"\n".join(kept)
            mode = os.fstat(file.fileno()).st_mode & 0o7777
            _replace(real, text + (b"\n" if text and not text.endswith(b"\n") else b""), mode)
    except OSError:
        return None  # they do no harm where they are, and are reported there
    one = len(numbers) == 1
    return Problem(
        "review-log",
        str(log),
        None,
        f"{'a damaged line was' if one else f'{len(numbers)} damaged lines were'} set aside in {aside}",
        f"{'It' if one else 'They'} did not count any more; everything else of the log does",
        Severity.NOTE,
    )


def damaged_lines(log: Path) -> set[int]:
    """The numbers of the lines of a log that a crash or a disk has spoilt, from 1."""
    problems: list[Problem] = []
    for _ in read_lines(log, problems):
        pass
    suspects = {problem.line for problem in problems}
    if not suspects:
        return set()
    later: set[object] = set()
    found: set[int] = set()
    for number, text in enumerate(read_file(log, LARGEST_LOG).split(b"\n"), 1):
        try:
            line = json.loads(text)
            version = line["v"]
            if isinstance(version, int) and version > VERSION:
                later.add(line.get("id"))
                continue
            if "of" in line and line["of"] in later:
                continue
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            pass
        if number in suspects:
            found.add(number)
    return found


def _keep_aside(aside: Path, digest: str, lines: dict[int, bytes]) -> None:
    """Add lines to those that were set aside, unless a crash came between that and their removal."""
    try:
        before = read_file(aside, LARGEST_LOG)
    except FileNotFoundError:
        before = b""
    numbers = ", ".join(map(str, lines))
    batch = f"# lines {numbers} of the log {digest}\n".encode("ascii") + b"".join(
        line + b"\n" for line in lines.values()
    )
    if batch not in before:
        _replace(aside, before + batch, 0o644)


def _replace(path: Path, data: bytes, mode: int) -> None:
    """Put a whole file in place; a draft that a crash left is written anew."""
    draft = path.with_name(f".{path.name}{_DRAFT}")
    try:
        with os.fdopen(open_handle(draft, flags=os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW), "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def clean_up(root: Path, strays: Iterable[str], *, alone: bool) -> list[Problem]:
    """Bring to their end the temporary files that writes of notes left when a crash cut them short.

    Args:
        root: the vault's folder.
        strays: their paths within it, as the walk met them.
        alone: whether no other copy of the program can be writing now; if not, young files are left.

    Returns:
        what was left, because it may hold a text that is nowhere else.
    """
    folders: dict[str, list[str]] = {}
    for path in strays:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    left: list[Problem] = []
    known, here = _Notes(root), Place.of(root)
    for folder, names in folders.items():
        if not here.holds(folder):
            continue  # of another folder, that a link leads to
        place = root / PurePosixPath(folder)
        notes = {name: note_of(place, name) for name in names if alone or _is_old(place / name)}
        for there in {note for note in notes.values() if note is not None}:
            try:
                recover(here.note(f"{folder}/{there.name}".removeprefix("/")))
            except NoteError:
                continue  # it is met again the next time
        for name, note in notes.items():
            if note is None:
                _remove_if_spent(place / name, known)
            if (place / name).exists():
                left.append(_left(place / name))
    return left


class _Notes:
    """Which bytes the notes of a vault have; they are read only if somebody asks."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._digests: set[str] | None = None

    def have(self, digest: str) -> bool:
        """Tell whether one has the bytes of a digest."""
        if self._digests is None:
            self._digests = set()
            for folder, folders, names in os.walk(self._root):
                folders[:] = [name for name in folders if not name.startswith(".")]
                for name in names:
                    if name.endswith(".md"):
                        with suppress(NoteError):
                            self._digests.add(short_digest(read_note(Path(folder, name))))
        return digest in self._digests


def _remove_if_spent(path: Path, known: _Notes) -> None:
    """Remove the file of a note that was renamed or deleted since, unless its text may be nowhere else."""
    with suppress(OSError):
        if is_spent(path, known.have):
            path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _YOUNG
    except OSError:
        return False


def _left(path: Path) -> Problem:
    return Problem(
        "left-by-crash",
        str(path),
        None,
        "a write that was cut short left this file, and its text may be nowhere else",
        "Compare it with your note, then delete it",
    )
