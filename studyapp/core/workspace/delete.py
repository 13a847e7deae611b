"""Delete a question from its note, so that undo can bring it back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from studyapp.core.disk.files import read_note
from studyapp.core.edits.delete import deletion
from studyapp.core.edits.identity import Seen, Uncertain
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import RENAMED, Marking
from studyapp.core.workspace.store import Saved, Store

WHAT: Final = "the deletion of a question"
"""The log's words for it."""


def delete(store: Store, seen: Seen, now: datetime) -> Saved:
    """Delete the question of a card; undo restores it byte for byte. See `Store.edit` for the errors."""
    path = seen.id.path
    raw = read_note(store.files.root / path)
    found = deletion(path, raw, seen, store.files.settings_of(path))
    if isinstance(found, Uncertain):
        raise NoteError(f"{path}: the question is not deleted, because {found.why}")
    renamed = tuple(Marking(before, RENAMED, str(after)) for before, after in found.renamed)
    return store.edit(path, raw, found.edits, now, WHAT, renamed)
