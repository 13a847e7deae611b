"""A review of whole notes: the current note, those to come, grades and undo."""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from datetime import datetime

from studyapp.core.log.actions import Action
from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.text.front_matter import read_front_matter
from studyapp.core.text.note_text import NoteText
from studyapp.core.workspace.store import Saved
from studyapp.study.whole_notes.notes import WholeNotes
from studyapp.study.whole_notes.rules import WholeNote, is_note_due


class NoteSession:
    """Goes through the due and new notes; it moves on at once, while the store still writes."""

    def __init__(self, whole: WholeNotes, graded: Container[str] = ()) -> None:
        """Start with the first note; `graded` are left out, see `WholeNotes.queue`."""
        self.whole = whole
        self.waiting = deque(note.path for note in whole.queue(graded))
        self.current: WholeNote | None = None
        self.text = ""
        """The text of the current note, without its front matter."""
        self.graded = 0
        self._shown_at: datetime = whole.clock()
        self.advance()

    def advance(self) -> None:
        """Go to the next note that still needs a review."""
        self.current, self.text = None, ""
        while self.current is None and self.waiting:
            self._show(self.waiting.popleft())

    def _show(self, path: str, *, anyhow: bool = False) -> None:
        found = self.whole.look(path)
        if found is None:
            return
        note, raw = found
        waits = note.schedule is None or is_note_due(note, self.whole.clock(), self.whole.vault.settings)
        if not (anyhow or waits):
            return  # it has since been graded elsewhere
        lines = NoteText(raw).lines
        self.current = note
        self.text = "\n".join(lines[read_front_matter(lines).lines :])
        self._shown_at = self.whole.clock()

    def look_again(self, graded: Container[str] = ()) -> bool:
        """Let notes join that have become due; returns whether the current note changed."""
        known = {note.path for note in self.notes()}
        self.waiting.extend(note.path for note in self.whole.queue(graded) if note.path not in known)
        if self.current is not None:
            return False
        self.advance()
        return self.current is not None

    def notes(self) -> list[WholeNote]:
        """The upcoming notes, starting with the current one."""
        known = (self.whole.notes.get(path) for path in self.waiting)
        return [*([self.current] if self.current is not None else []), *(note for note in known if note is not None)]

    def counts(self) -> tuple[int, int]:
        """How many notes are due, and how many new; including the current one."""
        notes = self.notes()
        new = sum(note.schedule is None for note in notes)
        return len(notes) - new, new

    def skip(self) -> None:
        """Move the current note to the end."""
        if self.current is not None:
            self.waiting.append(self.current.path)
            self.advance()

    def choose(self, path: str) -> None:
        """Make another note current."""
        if path in self.waiting:
            self.waiting.remove(path)
            self._put_in_front(path)

    def reload(self) -> None:
        """Read the current note again, after it was edited."""
        if self.current is not None:
            path, self.current = self.current.path, None
            self.waiting.appendleft(path)
            self.advance()

    def previews(self) -> dict[Grade, Sm2]:
        """The schedule that each grade would give the current note."""
        return {} if self.current is None else self.whole.previews(self.current)

    def grade(self, grade: Grade) -> Action | None:
        """Grade the current note and go to the next; the action is to be saved. None without a note."""
        if self.current is None:
            return None
        seconds = (self.whole.clock() - self._shown_at).total_seconds()
        action = self.whole.grade(self.current, grade, seconds)
        self.graded += 1
        self.advance()
        return action

    def taken_back(self, outcome: Saved) -> None:
        """Take in that a grade was undone: its note is the current one again."""
        path = outcome.action.card.path
        self.graded = max(0, self.graded - 1)
        if path in self.waiting:
            self.waiting.remove(path)
        self._put_in_front(path)

    def _put_in_front(self, path: str) -> None:
        before = self.current
        self.current, self.text = None, ""
        self._show(path, anyhow=True)
        if before is not None and before.path != path:
            self.waiting.appendleft(before.path)
        if self.current is None:
            self.advance()

    def withdrawn(self, path: str) -> None:
        """Take in that a grade does not count: its note keeps its schedule."""
        self.graded = max(0, self.graded - 1)
        self.whole.look(path)

    def done_again(self, outcome: Saved) -> None:
        """Take in that a grade was redone: its note is done again."""
        path = outcome.action.card.path
        self.graded += 1
        self.whole.look(path)
        if path in self.waiting:
            self.waiting.remove(path)
        if self.current is not None and self.current.path == path:
            self.advance()
