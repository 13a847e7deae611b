"""Lines of a review log that a crash or a disk damaged, kept in a file beside the log."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from studyapp.core.disk.files import LARGEST_LOG, open_file, read_file
from studyapp.core.disk.whole import whole
from studyapp.core.errors import Problem, Severity
from studyapp.core.log.lines import VERSION, damaged
from studyapp.core.text.note_text import digest_of

_DAMAGED = ".damaged"
"""The end of the name of the file that keeps damaged lines; no log is read from it."""


def set_aside(log: Path) -> Problem | None:
    """Move the damaged lines of this device's log into a file beside it; None if there are none, or that fails.

    They are synced there before the log is replaced by one without them. A crash in between leaves them in both, and
    they are recognised by the digest of the log that they were found in. Lines of a later version of the program, and
    lines about those, are not damaged.
    """
    try:
        if not log.is_file() or not os.access(log, os.W_OK):
            return None
        real = log.resolve()
        with open_file(real) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # a writer looks after adding a line whether this is still the log
            if not os.path.samestat(os.fstat(file.fileno()), real.stat()):
                return None  # another copy of the program is using it
            data = file.read()
            numbers = damaged_lines(real)
            if not numbers:
                return None
            lines = data.split(b"\n")
            kept = [line for number, line in enumerate(lines, 1) if number not in numbers]
            aside = real.with_name(real.name.removesuffix(".jsonl") + _DAMAGED)
            _keep_aside(aside, digest_of(data), {number: lines[number - 1] for number in sorted(numbers)})
            text = b"\n".join(kept)
            with whole(real) as written:
                os.fchmod(written.fileno(), os.fstat(file.fileno()).st_mode & 0o7777)
                written.write(text + (b"\n" if text and not text.endswith(b"\n") else b""))
    except OSError:
        return None  # they do no harm where they are, and are reported there
    one = len(numbers) == 1
    return Problem(
        "review-log",
        str(log),
        None,
        f"{'a damaged line was' if one else f'{len(numbers)} damaged lines were'} set aside in {aside}",
        f"{'It' if one else 'They'} no longer counted; the rest of the log still does",
        Severity.NOTE,
    )


def damaged_lines(log: Path) -> set[int]:
    """The numbers of the damaged lines of a log, from 1."""
    suspects = {problem.line for problem in damaged(log)}
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
    """Add lines to those set aside, unless a crash came between that and their removal."""
    try:
        before = read_file(aside, LARGEST_LOG)
    except FileNotFoundError:
        before = b""
    numbers = ", ".join(map(str, lines))
    batch = f"# lines {numbers} of the log {digest}\n".encode("ascii") + b"".join(
        line + b"\n" for line in lines.values()
    )
    if batch not in before:
        with whole(aside) as file:
            file.write(before + batch)
