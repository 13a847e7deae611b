"""A small vault of many forms, and what must stay true of it whatever happens."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from studyapp.core.disk.leftovers import is_stray
from studyapp.core.edits.comments import erase_comment
from studyapp.core.log.actions import Action, ActionKind, Status
from studyapp.core.notes.note import parse_text
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText, apply
from studyapp.core.workspace.workspace import Workspace
from tests.helpers.vaults import locations

START = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
OLD = "<!--SR:!2024-06-10,4,250-->"
NOTES = {
    "A.md": f"#flashcards/x\n\none::1\n{OLD}\n\ntwo::2\n\nthree:::3\n\nProse, nothing else.\n",
    "B.md": f"---\ntags: flashcards/y\n---\n\nfour\n?\n- 4\n- and more\n{OLD}\n\nThe ==fifth== and the ==sixth==.\n",
    "folder/Größe.md": f"#flashcards/x\r\n\r\nseven::7\r\n{OLD}\r\n\r\neight\r\n??\r\n8\r\n",
    "No cards.md": "# Nothing\n\nOnly words.\n",
}
PLAIN = Settings()


def write_notes(root: Path) -> None:
    """Write the notes, byte by byte as they stand here."""
    for path, text in NOTES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


def opened(root: Path, home: Path, now: datetime) -> Workspace:
    """The program as after its start: the vault has been read, and what was waiting retried."""
    workspace = Workspace.open(root, locations(home), lambda: now)
    workspace.vault.scan()
    workspace.recover()
    return workspace


def day(number: int) -> datetime:
    """A morning, that many days after the first."""
    return START + timedelta(days=number)


def without_comments(path: str, raw: bytes) -> bytes:
    """A note's bytes without the schedule comments of its questions."""
    text = NoteText(raw)
    edits = [edit for question in parse_text(path, text, PLAIN).questions for edit in erase_comment(text, question)]
    return apply(raw, edits)


def files_of(root: Path) -> set[str]:
    """Every file that is not part of the log."""
    files = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return {path for path in files if not path.startswith(".studyapp/")}


def check_texts(root: Path, texts: dict[str, bytes]) -> None:
    """Check that no note is torn: outside of comments each is as it was written, and every comment is whole."""
    for path, text in texts.items():
        raw = (root / path).read_bytes()
        assert without_comments(path, raw) == text, (path, raw)
        assert raw.count(b"<!--SR:") == len(re.findall(rb"<!--SR:(?:![^!<>\n]+)+-->", raw)), (path, raw)


def check_schedules(workspace: Workspace, foreign: Collection[str] = ()) -> None:
    """Check that notes and log agree, action by action; `foreign` cards were written by other programs."""
    last: dict[str, Action] = {}
    for action in workspace.journal.applied:
        if action.kind in (ActionKind.GRADE, ActionKind.RESET):
            last[str(action.card)] = action
    for name, action in last.items():
        if action.status is Status.WRITTEN and name not in foreign:
            question, card = (found := workspace.vault.find(action.card)).question, found.card
            assert question.entries[card.side].raw == action.after, (name, action)


def strays_of(root: Path) -> list[str]:
    """What interrupted writes left beside notes."""
    return [path.name for path in root.rglob("*") if is_stray(path.name)]
