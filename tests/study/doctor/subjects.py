"""Notes under examination, for the tests of the checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studyapp.core.edits.identity import Owners, Seen
from studyapp.core.log.actions import Action, ActionKind, Status
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText
from studyapp.core.vault.vault import Vault
from studyapp.study.doctor.checks.orphans import Orphans
from studyapp.study.doctor.examine import Examination
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.looks import of_subject
from studyapp.study.doctor.subject import Subject, Surroundings
from tests.helpers.vaults import make_vault, open_vault

ONE = "<!--SR:!2024-01-04,3,250-->"
"""Given on 1 January."""
LATER = "<!--SR:!2024-02-11,10,270-->"
"""Given on 1 February."""
TWO = "<!--SR:!2024-01-04,3,250!2024-01-05,4,250-->"
HEAD = "#flashcards\n\n"
FIRST = 3
"""The line of what follows `HEAD`."""


def subject(
    body: str,
    settings: Settings | None = None,
    *,
    head: str = HEAD,
    path: str = "note.md",
    actions: Iterable[Action] = (),
    fields: bool = False,
) -> Subject:
    raw = (head + body).encode("utf-8", "surrogateescape")
    around = Surroundings(Owners((one.after, one.card) for one in actions), fields)
    return Subject(path, NoteText(raw), settings or Settings(), around)


def graded(body: str, entry: str = "2024-01-04,3,250", path: str = "note.md") -> Action:
    """A grade of the first card of a note."""
    note = parse_note(path, (HEAD + body).encode(), Settings())
    question = note.questions[0]
    seen = Seen.of(note, question, question.cards[0])
    now = datetime(2024, 1, 1, tzinfo=UTC)
    return Action("1", ActionKind.GRADE, now, seen, Grade.GOOD, 1.0, None, entry, Status.WRITTEN)


def findings(one: Subject) -> list[Finding]:
    """What the checks of single notes find, orphans included."""
    orphans = Orphans()
    found = [*of_subject(one), *orphans.look(one)]
    return [*found, *orphans.finish(lambda path: one.note if path == one.path else None)]


def codes(body: str, settings: Settings | None = None, *, head: str = HEAD, path: str = "note.md") -> list[str]:
    """Kinds and lines, such as `orphan-schedule:4`."""
    found = findings(subject(body, settings, head=head, path=path))
    return [f"{one.code}:{one.line}" for one in found]


def examine(vault: Vault) -> list[Finding]:
    """What is found in a vault whose notes have been scanned."""
    return Examination(vault).run()


def found(tmp_path: Path, notes: Mapping[str, str | bytes], plugin: dict[str, Any] | None = None) -> list[Finding]:
    """What is found in a vault of these notes."""
    return examine(open_vault(make_vault(tmp_path / "vault", notes, plugin)))
