"""Writes actions into notes: grades, resets, repairs and new cards, with undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.disk.files import read_note
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.disk.place import Place
from studyapp.core.disk.replace import recover
from studyapp.core.edits.append import with_card
from studyapp.core.edits.delete import deletion
from studyapp.core.edits.identity import Seen, Uncertain
from studyapp.core.edits.relocate import Change, contexts, relocated
from studyapp.core.edits.rewrite import Rewrite
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import RENAMED, Action, ActionKind, Marking, Status
from studyapp.core.log.journal import Journal, new_id
from studyapp.core.log.refusal import refusal
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, Span, digest_of
from studyapp.core.vault.scan.recent import RecentNotes
from studyapp.core.workspace.backups import Backups
from studyapp.core.workspace.conflicts import Newer, alike, unless_changed
from studyapp.core.workspace.note_files import NoteFiles, attempts
from studyapp.core.workspace.revisions import Revisions

_GONE = "its note is no longer in this vault"

ADDING: Final = "adding a card"
"""The log's words for an added card."""
DELETING: Final = "the deletion of a question"
"""The log's words for that."""


class Saved(Struct, frozen=True):
    """The outcome of an action."""

    action: Action
    raw: bytes | None
    """The note's current bytes; None if it was not written."""
    newer: str | None = None
    """The card's entry in its note, if it is newer than the one that was graded: the user has to decide."""

    @property
    def why_not(self) -> str | None:
        """Why the note does not have the action; None if it has."""
        return self.action.why if self.action.status is Status.PENDING else None


class _ChangedError(NoteError):
    """A note has other bytes than those that an edit was made for."""

    def __init__(self, note: str) -> None:
        super().__init__(f"{note} has changed in the meantime; nothing was done")


class Store:
    """Writes into the notes of one vault."""

    def __init__(
        self,
        root: Path,
        journal: Journal,
        settings_of: Callable[[str], Settings],
        backups: Backups | None = None,
        place: Place | None = None,
        recent: RecentNotes | None = None,
    ) -> None:
        """Open the vault in `root` for writing, with its review log; see `NoteFiles` for the rest."""
        self.journal = journal
        self.told: Callable[[Action], object] = lambda _action: None
        """Called with each grade that has reached its note."""
        recent = RecentNotes(settings_of) if recent is None else recent
        self.files = NoteFiles(root, settings_of, place or Place.of(root), recent, backups)
        self._revisions = Revisions(self.files, journal)

    def save(self, action: Action) -> Saved:
        """Log an action and write it into its note; if that is impossible, it stays pending in the log.

        Raises:
            JournalError: if not even the log can be written; then nothing was changed or kept.
        """
        if not action.kind.is_in_notes:
            return Saved(self.journal.intend(action, None), None)
        return self._telling(self._perform(action, lambda change: self.journal.intend(action, change)))

    def _telling(self, saved: Saved) -> Saved:
        if saved.action.status is Status.WRITTEN and saved.action.grade is not None:
            self.told(saved.action)
        return saved

    def retry(self, action: Action) -> Saved:
        """Finish a waiting action, if the card still has the schedule it had then.

        Anything that a crash left beside the note is cleaned up first. A refusal is not logged again.
        """
        if (why := refusal(action)) is not None:
            return Saved(replace(action, status=Status.PENDING, why=why), None)
        action = self._revisions.called_now(action)
        return _called(self._telling(self._retry(action)), action)

    def _retry(self, action: Action) -> Saved:
        if action.kind is ActionKind.EDIT and action.status is not Status.UNDOING:
            return self._settle_edit(action)
        try:
            path = self.files.path(action.card.path)
            if action.status is not Status.PENDING:
                recover(path)
            raw = read_note(path) if action.change is not None else None
        except NoteError as error:
            if action.status is Status.UNDOING:
                return Saved(self.journal.kept(action), None)
            return Saved(self.journal.pending(action, str(error)), None)
        if action.status is Status.UNDOING:
            try:
                return self.undo(action, action.undo_at or action.at)
            except NoteError:
                return Saved(self.journal.find(action.id) or action, None)
        if raw is not None and action.change is not None and digest_of(raw) == action.change.digest_after:
            return Saved(self.journal.written(action, action.change), raw)
        return self._perform(action, lambda _: action, again=True)

    def undo(self, action: Action, now: datetime) -> Saved:
        """Undo an action: restores the note's bytes, or only the comment if the note has since changed.

        Raises:
            NoteError: if that cannot be done for certain; then nothing is undone.
            JournalError: if the log cannot be written.
        """
        if action.kind is ActionKind.SETTING:
            self._put_settings_back(action)
            return Saved(self.journal.undo(action, now), None)
        action = self._revisions.called_now(action)
        return _called(self._undo(action, now), action)

    def _undo(self, action: Action, now: datetime) -> Saved:
        change = action.change
        if change is None or not self._is_in_its_note(action, change):
            return Saved(self.journal.undo(action, now), None)
        if (why := self._revisions.why_kept(action, change)) is not None:
            raise self._stays(action, why)
        raw = self._write_back(action, change, now)
        return Saved(self.journal.undo(action, now), raw)

    def _is_in_its_note(self, action: Action, change: Change) -> bool:
        """Whether an action was written, even if its outcome did not reach the log."""
        if action.status in (Status.WRITTEN, Status.UNDOING):
            return True
        try:
            return digest_of(self.files.read(action.card.path)) == change.digest_after
        except NoteError:
            return False

    def _stays(self, action: Action, why: str) -> NoteError:
        """The error for an action that cannot be undone; undo skips it from now on."""
        self.journal.passed(action)
        return NoteError(
            f"{action.card.path}: this cannot be undone, because {why}. "
            "It stays; the next undo takes back what was done before it"
        )

    def redo(self, action: Action, now: datetime) -> Saved:
        """Redo an action; see `save` and `edit`."""
        if action.kind is ActionKind.SETTING:
            self._put_settings_back(action, redo=True)
        if not action.kind.is_in_notes:
            return Saved(self.journal.redo(action, now, None), None)
        if (why := refusal(action)) is not None:
            raise self._is_over(action, why)
        action = self._revisions.called_now(action)
        if action.kind is ActionKind.EDIT:
            return _called(self._redo_edit(action, now), action)
        return _called(self._perform(action, lambda change: self.journal.redo(action, now, change)), action)

    def _put_settings_back(self, action: Action, *, redo: bool = False) -> None:
        from studyapp.core.workspace.set_settings import put_back

        self.files.place.check()
        try:
            put_back(self.files.place, action, redo=redo)
        except NoteError as error:
            raise (self._is_over if redo else self._stays)(action, str(error)) from error

    def _redo_edit(self, action: Action, now: datetime) -> Saved:
        path, note, change = action.card.path, self.files.find(action.card.path), action.change
        if note is None or change is None:
            raise self._is_over(action, _GONE)
        raw = read_note(note)
        edits = relocated(raw, change, back=False) if digest_of(raw) != change.digest_before else change.edits
        done = edits if isinstance(edits, Uncertain) else self._revisions.checked(path, raw, edits)
        if isinstance(done, Uncertain):
            raise self._is_over(action, done.why)
        change = _change_of(raw, done)
        return self._make(self.journal.redo(action, now, change), change, raw, done, path)

    def _is_over(self, action: Action, why: str) -> NoteError:
        """The error for an action that cannot be redone; redo goes on with the one before it."""
        self.journal.dropped(action)
        return NoteError(f"{action.card.path}: this cannot be redone, because {why}")

    def edit(
        self,
        note: str,
        raw: bytes,
        edits: tuple[Edit, ...],
        now: datetime,
        what: str | None = None,
        marks: tuple[Marking, ...] = (),
        *,
        group: str | None = None,
    ) -> Saved:
        """Edit a note, logged like a grade so that undo works; an edit is never kept for later.

        Args:
            note: its path within the vault.
            raw: the bytes that the edits are made for.
            edits: what is changed.
            now: the present time, aware.
            what: the purpose, in words; None for a repair of comments.
            marks: the ids that cards have afterwards, see `RENAMED`.
            group: what it is undone together with.

        Raises:
            NoteError: if the note has other bytes by now, or cannot be written; then it is as it was.
            JournalError: if the log cannot be written; then nothing was changed.
        """
        if self.files.read(note) != raw:
            raise _ChangedError(note)
        seen = Seen.whole(note, digest_of(raw))
        action = Action(
            new_id(), ActionKind.EDIT, now, seen, None, None, None, "", marks=marks, what=what, group=group
        )
        done = self._revisions.checked(
            note, raw, tuple(sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)))
        )
        if isinstance(done, Uncertain):
            raise NoteError(f"{note}: nothing was done, because {done.why}")
        change = _change_of(raw, done)
        return self._make(self.journal.intend(action, change), change, raw, done, note)

    def _make(self, action: Action, change: Change, raw: bytes, done: Rewrite, note: str) -> Saved:
        """Write the note of a repair that has been logged."""
        try:
            self.files.replace(note, raw, done)
        except OvertakenError as error:
            self.journal.dropped(action)
            raise _ChangedError(note) from error
        except NoteError:
            self.journal.dropped(action)
            raise
        return Saved(self.journal.written(action, change), done.raw)

    def _settle_edit(self, action: Action) -> Saved:
        """Find out whether a repair that a crash interrupted is in its note; if not, it is not repeated."""
        try:
            path = self.files.path(action.card.path)
            recover(path)
            raw = read_note(path)
        except NoteError:
            return Saved(self.journal.dropped(action), None)
        if action.change is not None and digest_of(raw) == action.change.digest_after:
            return Saved(self.journal.written(action, action.change), raw)
        return Saved(self.journal.dropped(action), raw)

    def add_card(self, note: str, text: str, now: datetime, more: Sequence[str] = ()) -> Saved:
        """Add a card at the end of a note, and more below it, as one edit that undo takes out; see `with_card`."""
        for raw in attempts(self.files.path(note)):
            new = raw
            for one in (text, *more):
                new = with_card(note, new, one, self.files.settings_of(note))
            edits = (Edit(Span(len(raw), len(raw)), b"", new[len(raw) :]),)
            with suppress(_ChangedError):
                return self.edit(note, raw, edits, now, ADDING)
        raise AssertionError("turns end with an error")

    def delete(self, seen: Seen, now: datetime) -> Saved:
        """Delete the question of a card from its note; undo restores it byte for byte. See `edit` for the errors."""
        path = seen.id.path
        raw = self.files.read(path)
        found = deletion(path, raw, seen, self.files.settings_of(path))
        if isinstance(found, Uncertain):
            raise NoteError(f"{path}: the question is not deleted, because {found.why}")
        renamed = tuple(Marking(before, RENAMED, str(after)) for before, after in found.renamed)
        return self.edit(path, raw, found.edits, now, DELETING, renamed)

    def _perform(self, action: Action, intend: Callable[[Change | None], Action], *, again: bool = False) -> Saved:
        """Work out the change, log it, write it, log the outcome; `again` for an action that had to wait."""
        intended, wanted, note = False, action, action.card.path
        try:
            for raw in attempts(self.files.path(note)):
                done = unless_changed(wanted, self._revisions.done(raw, wanted), again=again)
                if isinstance(done, Uncertain):
                    break
                if again and action.change is not None and alike(done.before, action.after):
                    return Saved(self.journal.written(action, action.change), raw)  # it was there all along
                change = Change(digest_of(raw), digest_of(done.raw), done.edits, done.had_comment, done.before)
                if not intended:
                    action, intended = intend(change), True
                with suppress(OvertakenError):
                    self.files.replace(note, raw, done)
                    return Saved(self.journal.written(action, change), done.raw)
        except NoteError as error:
            done = Uncertain(str(error))
        assert isinstance(done, Uncertain)
        newer = done.entry if isinstance(done, Newer) else None
        if newer is not None and action.status is Status.UNDONE:
            raise self._is_over(action, done.why)
        action = action if intended else intend(None)
        return Saved(self.journal.pending(action, done.why), None, newer)

    def withdraw(self, action: Action) -> Saved:
        """Drop a waiting action that the user no longer wants; the note stays as it is."""
        return Saved(self.journal.dropped(action), None)

    def _write_back(self, action: Action, change: Change, now: datetime) -> bytes:
        """Write the note without an action; returns its new bytes."""
        path = self.files.find(action.card.path)
        if path is None:
            raise self._stays(action, _GONE)
        begun = False
        try:
            for raw in attempts(path):
                if action.status is Status.UNDOING and digest_of(raw) == change.digest_before:
                    return raw  # a crash came just after it was written
                done = self._revisions.undone(raw, action, change)
                if isinstance(done, Uncertain):
                    break
                if not begun:
                    self.journal.undoing(action, now)
                    begun = True
                with suppress(OvertakenError):
                    self.files.replace(action.card.path, raw, done)
                    return done.raw
        except NoteError:
            if begun:
                self.journal.kept(action)
            raise
        assert isinstance(done, Uncertain)
        raise self._stays(action, done.why)


def _called(saved: Saved, action: Action) -> Saved:
    """The outcome of an action, under its card's present id."""
    return replace(saved, action=replace(saved.action, seen=replace(saved.action.seen, id=action.card)))


def _change_of(raw: bytes, done: Rewrite) -> Change:
    """The edits of a note as a change, with what is needed to find their places again."""
    around = contexts(raw, done.edits)
    return Change(digest_of(raw), digest_of(done.raw), done.edits, had_comment=True, contexts=around)
