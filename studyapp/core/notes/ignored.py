"""Copies of notes that sync tools make where two devices changed the same note; none of them is a deck."""

from __future__ import annotations

import re
from typing import Final

_COPY: Final = re.compile(
    r"\.sync-conflict-\d{8}-\d{6}-[A-Z0-9]+(?=\.|$)"  # Syncthing
    r"|[ _-]*\([^()]*conflicted copy[^()]*\)"  # Obsidian Sync, Dropbox, Nextcloud
    r"|[ _-]+conflicted copy[^/.]*\d[^/.]*",
    re.IGNORECASE,
)


def original_of(path: str) -> str | None:
    """The path of the note that a sync tool made a copy of; None for one that is no such copy."""
    folder, slash, name = path.rpartition("/")
    stem = _COPY.sub("", name, count=1)
    if stem == name:
        return None
    return f"{folder}{slash}{stem}"
