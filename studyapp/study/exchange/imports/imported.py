"""What is known about the questions that earlier imports brought."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from functools import cache, partial
from typing import Annotated, Final

from msgspec import Meta, Struct, ValidationError, convert, to_builtins

from studyapp.core.disk.files import read_object
from studyapp.core.disk.whole import whole
from studyapp.core.errors import CardNotFoundError, NoteError, StudyError
from studyapp.core.locations import FOLDER
from studyapp.core.log.actions import Status
from studyapp.core.notes.cards import CardId
from studyapp.core.text.note_text import as_bytes
from studyapp.core.workspace.workspace import Workspace

_STATE: Final = "anki-in.json"


class ImportedCard(Struct, omit_defaults=True):
    """A card of a question imported before."""

    number: int
    """See `IncomingQuestion.numbers`."""
    marks: dict[str, str] = {}
    """As they were where it came from."""


class ImportedQuestion(Struct, omit_defaults=True):
    """A question imported before."""

    note: str
    digest: str
    """Of what Anki had."""
    text: str
    """As it was written here."""
    by: str = ""
    """The import that brought it, by the id of its action."""
    was: ImportedQuestion | None = None
    """What was known before that."""
    card: str = ""
    """The name that its first card had."""
    at: Annotated[datetime, Meta(tz=True)] | None = None
    """When it was imported."""
    deck: str = ""
    """The note of its deck where it came from; empty if that is not known."""
    cards: list[ImportedCard] = []

    @property
    def question(self) -> tuple[CardId, datetime] | None:
        """The question by the name that it had when it came."""
        with suppress(CardNotFoundError):
            return None if self.at is None else (CardId.parse(self.card), self.at)
        return None


def imported(workspace: Workspace) -> dict[str, ImportedQuestion]:
    """The questions imported before, by their keys, without those of undone imports."""
    found = {}
    values = read_object((workspace.vault.root / FOLDER).parent / _STATE).get("questions")
    undone, read = cache(partial(_is_undone, workspace)), cache(partial(bytes_of, workspace))
    for key, one in values.items() if isinstance(values, dict) else ():
        with suppress(ValidationError, UnicodeEncodeError):
            known: ImportedQuestion | None = convert(one, ImportedQuestion)
            while known is not None and undone(known.by):
                raw, was = read(known.note), known.was
                if (was is None or was.text != known.text) and as_bytes(known.text) in raw:
                    break
                if was is None and as_bytes(key) in raw:  # it stayed, as it was changed
                    break
                known = was
            if known is not None:
                as_bytes(key + known.text)  # what no note can hold is not in one
                found[key] = known
    return found


def _is_undone(workspace: Workspace, action: str) -> bool:
    found = workspace.journal.find(action)
    return found is not None and found.status is Status.UNDONE


def bytes_of(workspace: Workspace, note: str) -> bytes:
    """The bytes of a note; empty if there is no such note."""
    try:
        return workspace.store.files.read(note)
    except NoteError:
        return b""


def remember(workspace: Workspace, known: dict[str, ImportedQuestion]) -> None:
    """Record what is known for the next import; StudyError if it cannot be written."""
    file = (workspace.vault.root / FOLDER).parent / _STATE
    try:
        with whole(file) as written:
            written.write(b'{"version": 2, "questions": {')
            for number, (key, one) in enumerate(known.items()):  # one by one: there may be many thousands
                written.write(f"{',' * bool(number)}\n{json.dumps(key)}: {json.dumps(to_builtins(one))}".encode())
            written.write(b"\n}}\n")
    except OSError as error:
        raise StudyError(
            f"everything is imported, but {file} can't be written ({error.strerror or error}): a later import would "
            "not recognise these cards; `studyapp undo` takes this import back"
        ) from error
