"""One review of whole notes: the note in front, those to come, grades and undo."""

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
from studyapp.study.whole_notes.rules import WholeNote, is_due


class NoteSession:
    """Goes through the notes that are due or new; it moves on at once, while the store still writes."""

    def __init__(self, whole: WholeNotes, graded: Container[str] = ()) -> None:
        """Begin with the first note; `graded` are left out, see `WholeNotes.queue`."""
        self.whole = whole
        self.waiting = deque(note.path for note in whole.queue(graded))
        self.current: WholeNote | None = None
        self.text = ""
        """Of the note in front, without its front matter."""
        self.graded = 0
        self._shown_at: datetime = whole.clock()
        self.advance()

    def advance(self) -> None:
        """Go to the next note that is still to be reviewed."""
        self.current, self.text = None, ""
        while self.current is None and self.waiting:
            self._show(self.waiting.popleft())

    def _show(self, path: str, *, anyhow: bool = False) -> None:
        found = self.whole.look(path)
        if found is None:
            return
        note, raw = found
        if not anyhow and note.schedule is not None and not self._is_due(note):
            return  # it has since been graded elsewhere
        lines = NoteText(raw).lines
        self.current = note
        self.text = "\n".join(lines[read_front_matter(lines).lines :])
        self._shown_at = self.whole.clock()

    def look_again(self, graded: Container[str] = ()) -> bool:
        """Let the notes join that have become due; whether another note is in front now."""
        known = {note.path for note in self.notes()}
        self.waiting.extend(note.path for note in self.whole.queue(graded) if note.path not in known)
        if self.current is not None:
            return False
        self.advance()
        return self.current is not None

    def _is_due(self, note: WholeNote) -> bool:
        return is_due(note, self.whole.clock(), self.whole.vault.settings)

    def notes(self) -> list[WholeNote]:
        """What is to come, the note in front first."""
        known = (self.whole.notes.get(path) for path in self.waiting)
        return [*([self.current] if self.current is not None else []), *(note for note in known if note is not None)]

    def counts(self) -> tuple[int, int]:
        """How many notes are due, and how many new; the one in front included."""
        notes = self.notes()
        new = sum(note.schedule is None for note in notes)
        return len(notes) - new, new

    def skip(self) -> None:
        """Put the note in front at the end."""
        if self.current is not None:
            self.waiting.append(self.current.path)
            self.advance()

    def choose(self, path: str) -> None:
        """Put another note in front."""
        if path in self.waiting:
            self.waiting.remove(path)
            self._put_in_front(path)

    def reload(self) -> None:
        """Read the note in front again, after it was edited."""
        if self.current is not None:
            path, self.current = self.current.path, None
            self.waiting.appendleft(path)
            self.advance()

    def previews(self) -> dict[Grade, Sm2]:
        """The schedule that each grade would give the note in front."""
        return {} if self.current is None else self.whole.previews(self.current)

    def grade(self, grade: Grade) -> Action | None:
        """Grade the note in front and go to the next; the action is to be saved. None without a note."""
        if self.current is None:
            return None
        seconds = (self.whole.clock() - self._shown_at).total_seconds()
        action = self.whole.grade(self.current, grade, seconds)
        self.graded += 1
        self.advance()
        return action

    def taken_back(self, outcome: Saved) -> None:
        """Note that a grade was undone: its note is in front again."""
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
        """Note that a grade does not count: its note keeps the schedule that it has."""
        self.graded = max(0, self.graded - 1)
        self.whole.look(path)

    def done_again(self, outcome: Saved) -> None:
        """Note that a grade was redone: its note is done again."""
        path = outcome.action.card.path
        self.graded += 1
        self.whole.look(path)
        if path in self.waiting:
            self.waiting.remove(path)
        if self.current is not None and self.current.path == path:
            self.advance()
