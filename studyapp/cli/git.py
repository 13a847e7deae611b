"""`studyapp merge-driver`, which git calls for notes, and `studyapp init --git`, which sets that up."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath

from studyapp.core.disk.files import LARGEST_LOG, LONGEST_LINE, open_file, opened, read_file, read_handle
from studyapp.core.disk.in_place import write_all
from studyapp.core.disk.programs import found, lasting_command, run
from studyapp.core.disk.whole import whole
from studyapp.core.edits.merge import merge_notes
from studyapp.core.errors import StudyError, VaultError
from studyapp.core.locations import FOLDER, Locations
from studyapp.core.log.lines import ERRORS, moment
from studyapp.core.notes.cards import CardId
from studyapp.core.settings.files import config_folder
from studyapp.core.settings.load import load_settings
from studyapp.core.settings.model import Settings
from studyapp.core.visible import visible

NAME = "studyapp"
ATTRIBUTES = (f"*.md merge={NAME}", f"/{FOLDER.as_posix()}/*.jsonl merge=union -text")
"""The lines of `.gitattributes`: of two schedules the later review wins, and review logs keep the lines of both
sides.
"""
_STYLES = {"diff3": ["--diff3"], "zdiff3": ["--zdiff3"]}
_HEAD = re.compile("GITHEAD_[0-9a-f]{40,64}")
"""The variable in which git names a commit being merged."""
_REFS = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "ORIG_HEAD")
"""Other places where such commits are named; an outdated one does no harm, as its log only says what was done."""
_ARGUMENTS = "merge-driver -- %O %A %B %P %L"
_PATIENCE = 60.0
"""Seconds that git may take to merge."""
_MOMENT = 5.0
"""Seconds that git may take to report its configuration."""
_NOT_MERGED = 129
"""The exit code of a merge that failed; git takes it for a signal."""
_FAILED = 128
"""From this exit code on `git merge-file` has merged nothing; below it counts conflicts."""


def merge_driver(options: argparse.Namespace) -> int:
    """Merge; 1 if the text has conflicts, as git expects, and more than 128 if nothing is merged.

    Any smaller number means conflicts to git, which would then keep our version, without any marks, as the result.
    """
    try:
        return _merged(options)
    except (StudyError, OSError) as error:
        print(f"studyapp: {visible(str(options.path))} is not merged: {error}", file=sys.stderr)
        return _NOT_MERGED


def _merged(options: argparse.Namespace) -> int:
    """Merge; on any failure, fall back to git's own merge."""

    def merge_text(base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
        return merge_file((base, ours, theirs), options.size)

    try:
        base, ours, theirs = (read_file(one, LARGEST_LOG) for one in (options.base, options.ours, options.theirs))
    except OSError as error:
        raise StudyError(f"can't read a version of {options.path} ({error.strerror})") from error
    versions = base, ours, theirs
    try:
        root, path, settings = _note_of(options.path)
        merged, conflicts = merge_notes(versions, path, settings, merge_text, lambda entry: _when(root, entry))
    except StudyError:
        raise
    except Exception as error:  # noqa: BLE001  # a merge that goes on is worth more than schedules that are merged
        print(f"studyapp: {visible(str(options.path))} is being merged as text ({error})", file=sys.stderr)
        merged, conflicts = merge_text(*versions)
    with whole(options.ours) as file:
        file.write(merged)
    return int(conflicts)


def merge_file(versions: Sequence[bytes], size: int | None = None) -> tuple[bytes, bool]:
    """Merge base, ours and theirs as `git merge` does; returns the text, and whether it has conflicts.

    Raises:
        StudyError: if git cannot.
    """
    style = _git("config", "merge.conflictStyle", check=False).decode().strip()
    with tempfile.TemporaryDirectory() as made:
        paths = [Path(made) / name for name in ("base", "ours", "theirs")]
        for path, raw in zip(paths, versions, strict=True):
            path.write_bytes(raw)
        base, ours, theirs = map(str, paths)
        marks = [] if size is None else [f"--marker-size={size}"]
        labels = ("-L", "ours", "-L", "base", "-L", "theirs")
        done = _run("merge-file", "-p", *_STYLES.get(style, []), *marks, *labels, ours, base, theirs)
    if done.returncode >= _FAILED:
        raise StudyError(f"git can't merge this ({done.stderr.decode('utf-8', 'replace').strip()})")
    return done.stdout, done.returncode != 0


def _note_of(path: Path) -> tuple[Path, str, Settings]:
    """The vault of a path in the repository, the note's path in it, and the settings there."""
    top = Path.cwd()
    inner = PurePosixPath(path.as_posix())
    for folder in inner.parents:
        if config_folder(top / folder) is not None or (top / folder / FOLDER.parts[0]).is_dir():
            return top / folder, str(inner.relative_to(folder)), _settings(top / folder)
    return top, str(inner), _settings(top)


def _settings(root: Path) -> Settings:
    return load_settings(root, user_file=Locations.of_user().settings, overrides={}).settings


@lru_cache(maxsize=1024)
def _when(root: Path, entry: str) -> list[tuple[CardId, float]]:
    """The cards that an entry was given to according to the review logs, with the times, as timestamps."""
    given: list[tuple[CardId, float]] = []
    for line in _lines_with(root, entry):
        try:
            said = json.loads(line)
            card = CardId.parse(said["card"])
            if said["after"] == entry:
                given.append((card, moment(said["at"]).timestamp()))
        except ERRORS:
            continue
    return given


def _lines_with(root: Path, entry: str) -> Iterator[bytes]:
    """The lines of review logs that contain a text: of local ones, and of those that git is about to merge."""
    for log in sorted((root / FOLDER).glob("*.jsonl")):
        with suppress(OSError), open_file(log) as lines:
            while line := lines.readline(LONGEST_LINE):
                if entry.encode() in line:
                    yield line
    with suppress(StudyError):  # git may be unable to name more than the local ones
        yield from _lines_in_git(root, entry)


def _lines_in_git(root: Path, entry: str) -> Iterator[bytes]:
    if heads := _heads():
        logs = f":(top,literal){(root / FOLDER).relative_to(Path.cwd()).as_posix()}"
        done = _run("grep", "-h", "-a", "-F", "-e", entry, *heads, "--", logs)
        yield from done.stdout.split(b"\n")


@lru_cache(maxsize=1)
def _heads() -> tuple[str, ...]:
    """The commits being merged, as far as git says: their logs are not in the working tree yet."""
    named = [name.removeprefix("GITHEAD_") for name in os.environ if _HEAD.fullmatch(name)]
    verify = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    done = [_run(*verify, f"{one}^{{commit}}") for one in (*named, *_REFS)]
    return tuple(dict.fromkeys(one.stdout.decode().strip() for one in done if not one.returncode))


def init_git(folder: Path) -> int:
    """Set up git to merge a vault's notes and logs; existing settings stay."""
    if not folder.is_dir():
        raise VaultError(f"there is no folder {folder}; name the folder that holds your notes")
    inside = _run("rev-parse", "--show-toplevel", folder=folder, patience=_MOMENT)
    if inside.returncode:
        raise StudyError(f"{folder} is not in a git repository; run `git init` there, then try again")
    _git("config", "--local", f"merge.{NAME}.name", "schedules by the later review, text as git does", folder=folder)
    renew_driver(folder)
    missing = _add_attributes(folder / ".gitattributes")
    print(f"Git merges the notes of {visible(str(folder))} with studyapp: schedules by the later review,")
    print("text as usual; review logs keep the lines of both sides.")
    for line in missing:
        print(f"  added to .gitattributes: {line}")
    if not missing:
        print("  .gitattributes already has these lines")
    print(
        "Commit .gitattributes. On every other clone run `studyapp init --git` once: git doesn't copy its settings."
    )
    return 0


def _driver() -> str:
    """The command that git should call for notes; a note's name may look like an option, hence the dashes."""
    return f"{shlex.join(lasting_command())} {_ARGUMENTS}"


def stale_driver(folder: Path) -> bool:
    """Whether a clone calls an outdated command, or one that no longer exists."""
    try:
        configured = _git("config", "--local", f"merge.{NAME}.driver", folder=folder, check=False).decode().strip()
        words = shlex.split(configured)
    except (StudyError, ValueError):
        return False
    if not words or configured == _driver():
        return False
    current = "-P" in words and configured.endswith(f" {_ARGUMENTS}")
    return not current or found(words[0]) is None


def renew_driver(folder: Path) -> None:
    """Have git call this version's command; StudyError if that fails."""
    _git("config", "--local", f"merge.{NAME}.driver", _driver(), folder=folder)


def _add_attributes(file: Path) -> list[str]:
    """Add the missing lines, and return them; a link is not followed, as git does not either."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    try:
        with opened(file, flags=flags, mode=0o644) as handle:
            before = read_handle(handle, file)
            lines = [line.strip() for line in before.decode("utf-8", "replace").splitlines()]
            missing = [line for line in ATTRIBUTES if line not in lines]
            if missing:
                gap = b"" if not before or before.endswith(b"\n") else b"\n"
                write_all(handle, gap + "".join(f"{line}\n" for line in missing).encode())
    except OSError as error:
        raise StudyError(f"can't write {file} ({error.strerror}); fix that, then try again") from error
    return missing


def _git(*arguments: str, folder: Path | None = None, check: bool = True) -> bytes:
    done = _run(*arguments, folder=folder, patience=_MOMENT)
    if check and done.returncode:
        raise StudyError(f"git refuses: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def _run(
    *arguments: str, folder: Path | None = None, patience: float = _PATIENCE
) -> subprocess.CompletedProcess[bytes]:
    where = [] if folder is None else ["-C", os.fspath(folder)]
    try:
        return run(["git", *where, *arguments], capture_output=True, timeout=patience)
    except subprocess.TimeoutExpired as error:
        raise StudyError("git does not respond; check that it works in that folder") from error
    except OSError as error:
        raise StudyError(f"can't start git ({error.strerror}); install it, then try again") from error
