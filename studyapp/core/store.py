"""The only module that writes into a note: a grade, a reset, and their undoing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studyapp.core.atomic import OvertakenError, read_note, replace_bytes
from studyapp.core.errors import NoteError
from studyapp.core.journal import Action, Change, Journal, Status
from studyapp.core.rewrite import Rewrite, Uncertain, with_entry
from studyapp.core.settings import Settings
from studyapp.core.text import StaleEditError, apply, digest_of, reverse

_TRIES = 8
"""How often a note is read again when somebody else keeps writing it."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an action, for whoever asked for it."""

    action: Action
    raw: bytes | None
    """The note's bytes as they are now; None where it was not written."""

    @property
    def why_not(self) -> str | None:
        """Why the note does not have the action; None if it has."""
        return self.action.why if self.action.status is Status.PENDING else None


@dataclass(slots=True)
class Store:
    """Writes into the notes of one vault."""

    root: Path
    journal: Journal
    settings_of: Callable[[str], Settings]
    """The settings that hold for a note's path."""

    def save(self, action: Action) -> Saved:
        """Log an action and put it into its note; where that is not possible it stays in the log as pending.

        Raises:
            JournalError: if not even the log can be written; then nothing was changed and nothing is kept.
        """
        return self._perform(action, lambda change: self.journal.intend(action, change), None)

    def retry(self, action: Action) -> Saved:
        """Try once more to put a waiting action into its note, if the card still has the schedule it had then."""
        if action.change is not None:
            try:
                raw = read_note(self.root / action.card.path)
            except NoteError as error:
                return Saved(self.journal.pending(action, str(error)), None)
            if digest_of(raw) == action.change.digest_after:
                return Saved(self.journal.written(action, action.change), raw)
        return self._perform(action, lambda _: action, action.before)

    def undo(self, action: Action, now: datetime) -> Saved:
        """Take an action back: the note's bytes as they were, or the comment only if the note has changed since.

        Raises:
            NoteError: if the card cannot be found for certain, or the note cannot be written; nothing is undone then.
            JournalError: if the log cannot be written.
        """
        change = action.change
        if change is None or action.status is not Status.WRITTEN:
            return Saved(self.journal.undo(action, now), None)
        before = action.before if change.had_comment else None

        def back(raw: bytes) -> Rewrite | Uncertain:
            return with_entry(raw, action.seen, before, self.settings_of(action.card.path))

        raw = self._write_back(action, change, back)
        return Saved(self.journal.undo(action, now), raw)

    def redo(self, action: Action, now: datetime) -> Saved:
        """Do an action again that was taken back; see `save`."""
        return self._perform(action, lambda change: self.journal.redo(action, now, change), None)

    def _perform(self, action: Action, intend: Callable[[Change | None], Action], expected: str | None) -> Saved:
        """Work out the change, log it, write it, log the outcome."""
        intended = False
        try:
            for _ in range(_TRIES):
                raw = read_note(self.root / action.card.path)
                done = self._rewrite(raw, action)
                if isinstance(done, Rewrite) and expected is not None and done.before not in (expected, action.after):
                    done = Uncertain("the card has another schedule by now")
                if isinstance(done, Uncertain):
                    break
                change = Change(digest_of(raw), digest_of(done.raw), done.edits, done.had_comment)
                if not intended:
                    action, intended = intend(change), True
                try:
                    replace_bytes(self.root / action.card.path, raw, done.raw)
                except OvertakenError:
                    continue
                return Saved(self.journal.written(action, change), done.raw)
            else:
                done = Uncertain("the note is being written by another program all the time")
            why = done.why
        except NoteError as error:
            why = str(error)
        if not intended:
            action = intend(None)
        return Saved(self.journal.pending(action, why), None)

    def _rewrite(self, raw: bytes, action: Action) -> Rewrite | Uncertain:
        """Work out the note with an action in it: as it was worked out before, if the note is as it was then."""
        change = action.change
        if change is not None and change.digest_before == digest_of(raw):
            return Rewrite(apply(raw, change.edits), change.edits, action.before, action.after, change.had_comment)
        return with_entry(raw, action.seen, action.after, self.settings_of(action.card.path), [action.after])

    def _write_back(self, action: Action, change: Change, otherwise: Callable[[bytes], Rewrite | Uncertain]) -> bytes:
        """Reverse a change if the note is as the change left it, else do what `otherwise` works out."""
        path = self.root / action.card.path
        for _ in range(_TRIES):
            raw = read_note(path)
            if digest_of(raw) == change.digest_after:
                try:
                    new = apply(raw, reverse(change.edits))
                except StaleEditError as error:
                    raise NoteError(f"{path}: the review log does not fit the note ({error})") from error
            else:
                done = otherwise(raw)
                if isinstance(done, Uncertain):
                    raise NoteError(f"{path}: this cannot be undone, because {done.why}")
                new = done.raw
            try:
                replace_bytes(path, raw, new)
            except OvertakenError:
                continue
            return new
        raise NoteError(f"{path} is being written by another program all the time; try again")
