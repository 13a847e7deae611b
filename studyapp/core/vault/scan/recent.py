"""The notes parsed last: a grade meets the one on the screen, the vault the one that was written."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from studyapp.core.notes.cards import hash_together
from studyapp.core.notes.note import Note, parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import digest_of

_MOST = 32
"""Notes whose text is kept."""


class RecentNotes:
    """Parses notes, and keeps the most recent ones; for any thread."""

    def __init__(self, settings_of: Callable[[str], Settings]) -> None:
        """Begin with none; `settings_of` gives the settings that hold for a note's path."""
        self._settings_of = settings_of
        self._notes: OrderedDict[str, tuple[Note, Settings]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, path: str, digest: str) -> Note | None:
        """The note with those bytes, if it is known under the same settings."""
        with self._lock:
            note, settings = self._notes.get(path, (None, None))
            if note is None or note.digest != digest or settings is not self._settings_of(path):
                return None
            self._notes.move_to_end(path)
            return note

    def read(self, path: str, raw: bytes) -> Note:
        """The parsed note."""
        known = self.find(path, digest_of(raw))
        if known is not None:
            return known
        settings = self._settings_of(path)
        note = parse_note(path, raw, settings)
        self.put(note, settings)
        return note

    def put(self, note: Note, settings: Settings) -> None:
        """Keep a note that was parsed under these settings."""
        hash_together(note.questions)
        with self._lock:
            self._notes[note.path] = note, settings
            self._notes.move_to_end(note.path)
            while len(self._notes) > _MOST:
                self._notes.popitem(last=False)
