"""The notes of one vault as files: finds, reads and replaces them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

from msgspec import Struct

from studyapp.core.disk.files import read_note
from studyapp.core.disk.place import Place, is_gone
from studyapp.core.disk.replace import replace_bytes
from studyapp.core.edits.rewrite import Rewrite
from studyapp.core.errors import NoteError
from studyapp.core.notes.note import Note
from studyapp.core.settings.model import Settings
from studyapp.core.vault.scan.recent import RecentNotes
from studyapp.core.workspace.backups import Backups

_TRIES = 8
"""How often a note is reread while another program keeps writing it."""
_PAUSE = 0.005
"""Seconds, times the number of tries so far."""


class NoteFiles(Struct):
    """Reads and replaces the notes of one vault; what is written need not be parsed again."""

    root: Path
    settings_of: Callable[[str], Settings]
    """The settings that hold for a note's path."""
    place: Place
    """The vault's folder as it was when it was opened."""
    recent: RecentNotes
    """The notes that were parsed last, shared with the vault."""
    backups: Backups | None = None
    """Where a note's comments are kept before their first change of a day."""

    def path(self, note: str) -> Path:
        """Where a note is, by its path within the vault; NoteError if it is not there, or the vault is not."""
        return self.place.note(note)

    def find(self, note: str) -> Path | None:
        """Where a note is; None if it is no longer in the vault, NoteError if the vault is gone."""
        try:
            path = self.path(note)
        except NoteError:
            if not self.place.is_there:
                raise
            return None
        return None if is_gone(path) else path

    def read(self, note: str) -> bytes:
        """A note's bytes as they are now; NoteError if it cannot be read."""
        return read_note(self.path(note))

    def parsed(self, note: str, raw: bytes) -> Note:
        """The note with those bytes, parsed."""
        return self.recent.read(note, raw)

    def replace(self, note: str, raw: bytes, done: Rewrite) -> None:
        """Write a note's new bytes, and keep a backup of its schedules.

        Raises:
            OvertakenError: if another program has written the note since `raw` was read.
            NoteError: if it cannot be written.
        """
        settings = self.settings_of(note)
        if self.backups is not None:
            self.backups.keep(note, raw, settings, self.parsed(note, raw))
        replace_bytes(self.path(note), raw, done.raw)
        if done.note is not None:
            self.recent.put(done.note, settings)


def attempts(path: Path) -> Iterator[bytes]:
    """A note's bytes, reread for each attempt to replace them, as long as another program interferes.

    Raises:
        NoteError: if the note cannot be read, or the other program does not stop.
    """
    for turn in range(_TRIES):
        sleep(turn * _PAUSE)
        yield read_note(path)
    raise NoteError(f"{path} keeps being written by another program; try again later")
