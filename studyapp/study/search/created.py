"""The day on which a note was created.

Nothing says when a card was written, so its note's properties count, where Obsidian's users keep the date.
"""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Final

from studyapp.core.disk.files import read_note_with_status
from studyapp.core.errors import NoteError
from studyapp.core.text.front_matter import read_front_matter
from studyapp.core.text.note_text import NoteText

_NAMES: Final = ("created", "date created", "date")
"""Properties with the date, the most reliable first."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?!\d)", re.ASCII)


def created_on(path: Path, zone: tzinfo | None) -> date | None:
    """The day in the note's properties, else that of its file, if the system knows it (Linux does not)."""
    try:
        raw, status = read_note_with_status(path)
    except NoteError:
        return None
    values = {name.casefold(): value for name, value in read_front_matter(NoteText(raw).lines).values.items()}
    for name in _NAMES:
        if (day := _day(values.get(name))) is not None:
            return day
    born: float | None = getattr(status, "st_birthtime", None)
    try:
        return None if born is None else datetime.fromtimestamp(born, zone).date()
    except (OverflowError, OSError, ValueError):  # a moment outside the calendar
        return None


def _day(value: object) -> date | None:
    found = _DAY.match(str(value))
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
