"""Files beside a note while it is written: their names say what `replace.recover` has to know."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from studyapp.core.disk.files import read_file
from studyapp.core.text.note_text import digest_of
from studyapp.core.text.regex import regex

TWIN = ".studyapp"
"""The suffix of a complete file that is to be swapped in, or that was swapped out."""
DRAFT = ".studyapp-draft"
"""The suffix of one that is not complete yet."""
SPARE = ".studyapp-new"
"""The suffix of a copy of the new and old bytes while they are written into a file that cannot be swapped."""

_STRAY = regex(r"\.([0-9a-f]{16})-[0-9a-f]{16}-[0-9a-f]{16}-[0-9a-f]+\.studyapp(?:-draft|-new)?")


def name_beside(real: Path, old: bytes, new: bytes, last: str, kind: str) -> Path:
    """A name for a file beside a note that tells `recover` all it needs."""
    return real.with_name(f".{short_name(real.name)}-{short_digest(old)}-{short_digest(new)}-{last}{kind}")


def is_stray(name: str) -> bool:
    """Whether a file's name is that of a file beside a note while it is written."""
    return name.startswith(".") and _STRAY.fullmatch(name) is not None


def note_beside(folder: Path, stray: str) -> Path | None:
    """The note that such a file belongs to; None if it is no longer in the folder."""
    found = _STRAY.fullmatch(stray)
    try:
        return next((file for file in folder.iterdir() if found and short_name(file.name) == found[1]), None)
    except OSError:
        return None


def is_spent(left: Path, is_there: Callable[[str], bool]) -> bool:
    """Whether a file left by a crash, beside a note that is gone, holds no text that exists only there.

    The file being put in place is the note with another schedule comment: it is not needed if either version exists.
    `is_there` tells whether some note has the bytes of a digest, truncated as in the names of such files.
    """
    if left.name.endswith(DRAFT):
        return True  # the note had not been changed yet
    _, old, new, _ = left.name.removeprefix(".").partition(".")[0].split("-")
    holds = short_digest(read_file(left))
    ours = left.name.endswith(SPARE) or holds in (old, new)
    return is_there(holds) or (ours and (is_there(old) or is_there(new)))


def short_digest(raw: bytes) -> str:
    """The digest of bytes as it is used in names."""
    return digest_of(raw)[:16]


def short_name(name: str) -> str:
    """A short stand-in for a note's name, which may itself be as long as a name can be."""
    return short_digest(os.fsencode(name))
