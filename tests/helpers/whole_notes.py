"""A vault with one note, its log and a store, for tests of what happens to a grade."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.journal import Journal, new_id
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Settings
from studyapp.core.workspace.store import Saved, Store

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
ENTRY = "2031-05-06,17,230"
SECRET = b"s" * 32
COMMENT = b"<!--SR:!2031-05-06,17,230-->"
RAW = b"#flashcards\r\n\r\na::b\r\n\r\nc:::d \r\n<!--SR:!2024-01-01,3,250!2024-02-02,4,250-->\r\nend"


class Desk:
    """A vault with one note, its log, and a store."""

    def __init__(self, root: Path, raw: bytes = RAW, options: Settings | None = None) -> None:
        self.root = root
        self.options = options or Settings()
        self.note = root / "deck" / "note.md"
        self.note.parent.mkdir(parents=True, exist_ok=True)
        self.note.write_bytes(raw)
        self.restart()

    def restart(self) -> None:
        self.journal = Journal(self.root / ".studyapp" / "reviews" / "laptop.jsonl", secret=SECRET)
        self.store = Store(self.root, self.journal, lambda _: self.options)

    def action(self, question: int = 0, side: int = 0, entry: str = ENTRY) -> Action:
        note = parse_note("deck/note.md", self.note.read_bytes(), self.options)
        found = note.questions[question]
        before = found.entries[side].raw if side < len(found.entries) else None
        seen = Seen.of(note, found, found.cards[side])
        return Action(new_id(), ActionKind.GRADE, NOW, seen, Grade.GOOD, 2.5, before, entry)

    def grade(self, question: int = 0, side: int = 0, entry: str = ENTRY) -> Saved:
        return self.store.save(self.action(question, side, entry))

    @property
    def raw(self) -> bytes:
        return self.note.read_bytes()
