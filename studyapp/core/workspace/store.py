"""Writes actions into notes: grades, resets, repairs and new cards, with undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.disk.files import read_note
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.disk.place import Place, is_gone, is_note
from studyapp.core.disk.replace import recover
from studyapp.core.edits.append import with_card
from studyapp.core.edits.comments import differ_in_comments
from studyapp.core.edits.identity import Seen, Uncertain, locate
from studyapp.core.edits.relocate import Change, contexts, relocated
from studyapp.core.edits.rewrite import Rewrite, with_entry
from studyapp.core.edits.standing import loses_a_question
from studyapp.core.errors import NoteError
from studyapp.core.log.history import History
from studyapp.core.log.journal import Action, ActionKind, Journal, Marking, Status, new_id
from studyapp.core.log.refusal import NOT_OURS, refusal
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import entry_text, is_entry, read_entries
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, Span, StaleEditError, apply, digest_of, reverse
from studyapp.core.vault.recent import RecentNotes
from studyapp.core.workspace.backups import Backups
from studyapp.core.workspace.conflicts import Newer, alike, unless_changed, unless_given
from studyapp.core.workspace.note_files import NoteFiles, turns

_GONE = "its note is no longer in this vault"

ADDING: Final = "adding a card"
"""What the log says of a card that was added."""


class Saved(Struct, frozen=True):
    """What became of an action."""

    action: Action
    raw: bytes | None
    """The note's bytes as they are now; None where it was not written."""
    newer: str | None = None
    """The card's entry in its note, where it is newer than the one that was graded: the user has to decide."""

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
        """Is told of each grade that is in its note."""
        recent = RecentNotes(settings_of) if recent is None else recent
        self.files = NoteFiles(root, settings_of, place or Place.of(root), recent, backups)

    def _checked(self, note: str, raw: bytes, edits: tuple[Edit, ...]) -> Rewrite | Uncertain:
        """The note with the edits made, if they keep every question whose text they do not touch."""
        new = apply(raw, edits)
        after = parse_note(note, new, self.files.settings_of(note))
        if loses_a_question(self.files.parsed(note, raw), after, raw, edits):
            return Uncertain("it would change another question of the note")
        return Rewrite(new, edits, None, None, had_comment=True, note=after)

    def save(self, action: Action) -> Saved:
        """Log an action and write it into its note; if that is not possible, it stays pending in the log.

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
        action = self._called_now(action)
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
            NoteError: if the card cannot be found with certainty, or the note cannot be written; then nothing is
                undone.
            JournalError: if the log cannot be written.
        """
        if action.kind is ActionKind.SETTING:
            self._put_settings_back(action)
            return Saved(self.journal.undo(action, now), None)
        action = self._called_now(action)
        return _called(self._undo(action, now), action)

    def _undo(self, action: Action, now: datetime) -> Saved:
        change = action.change
        if change is None or not self._is_in_its_note(action, change):
            return Saved(self.journal.undo(action, now), None)
        if (why := refusal(action)) is not None and action.kind is ActionKind.NOTE:
            raise self._stays(action, why)
        if action.kind is ActionKind.EDIT:
            raw = self._write_back(action, change, lambda raw: self._taken_out(raw, action, change), now)
            return Saved(self.journal.undo(action, now), raw)
        if action.kind is ActionKind.NOTE:
            values = change.replaced

            def out(raw: bytes) -> Rewrite | Uncertain:
                return unless_given(self._with_values(raw, action, values), "note", action.after, values)

            raw = self._write_back(action, change, out, now)
            return Saved(self.journal.undo(action, now), raw)
        settings = self.files.settings_of(action.card.path)
        before = change.replaced
        if before is None and change.had_comment:
            before = entry_text(None, settings.base_ease)
        if before is not None and not (action.ours or is_entry(before)):
            raise self._stays(action, NOT_OURS)

        def back(raw: bytes) -> Rewrite | Uncertain:
            done = self._with_entry(raw, action, before)
            if isinstance(done, Uncertain):  # its text may have changed: then look for the schedule that was written
                seen = replace(action.seen, entries=_written(change))
                done = self._with_entry(raw, replace(action, seen=seen), before)
            return unless_given(done, "card", action.after, before)

        raw = self._write_back(action, change, back, now)
        return Saved(self.journal.undo(action, now), raw)

    def _taken_out(self, raw: bytes, action: Action, change: Change) -> Rewrite | Uncertain:
        """A note that has changed since a repair, without the repair."""
        if not action.ours:
            return Uncertain(NOT_OURS)
        edits = relocated(raw, change, back=True)
        return edits if isinstance(edits, Uncertain) else self._checked(action.card.path, raw, edits)

    def _is_in_its_note(self, action: Action, change: Change) -> bool:
        """Whether an action was written, even if its outcome did not reach the log."""
        if action.status in (Status.WRITTEN, Status.UNDOING):
            return True
        try:
            return digest_of(self.files.read(action.card.path)) == change.digest_after
        except NoteError:
            return False

    def _called_now(self, action: Action) -> Action:
        """An action with its card's present id, if the card is now in a note of another name."""
        path = action.card.path
        if not is_note(path) or (now := self._current(action)).path == path or self._is_there(action):
            return action
        return replace(action, seen=replace(action.seen, id=now))

    def _is_there(self, action: Action) -> bool:
        """Whether an action's card is where it was; for an action on a whole note, whether the note is."""
        path = action.card.path
        if is_gone(self.files.root / path):
            return False
        try:
            note = self.files.parsed(path, self.files.read(path))
        except NoteError:
            return True
        return not action.card.hash or not isinstance(locate(note, action.seen), Uncertain)

    def _current(self, action: Action) -> CardId:
        """The present id of an action's card, as far as the log knows."""
        return History(self.journal).current(action.card, action.at)

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
        action = self._called_now(action)
        if action.kind is ActionKind.EDIT:
            return _called(self._redo_edit(action, now), action)
        return _called(self._perform(action, lambda change: self.journal.redo(action, now, change)), action)

    def _put_settings_back(self, action: Action, *, redo: bool = False) -> None:
        from studyapp.core.workspace.set_settings import put_back

        try:
            put_back(self.files.root, action, redo=redo)
        except NoteError as error:
            raise (self._is_over if redo else self._stays)(action, str(error)) from error

    def _redo_edit(self, action: Action, now: datetime) -> Saved:
        path, note, change = action.card.path, self.files.find(action.card.path), action.change
        if note is None or change is None:
            raise self._is_over(action, _GONE)
        raw = read_note(note)
        edits = relocated(raw, change, back=False) if digest_of(raw) != change.digest_before else change.edits
        done = edits if isinstance(edits, Uncertain) else self._checked(path, raw, edits)
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
        done = self._checked(note, raw, tuple(sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))))
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

    def add_card(self, note: str, text: str, now: datetime) -> Saved:
        """Add a card at the end of a note, logged like a grade so that undo works.

        Args:
            note: its path within the vault.
            text: the card to add.
            now: the present time, aware.

        Raises:
            NoteError: if the note cannot be written, or the text would not be a card there; then nothing has changed.
            JournalError: if the log cannot be written; then nothing was changed.
        """
        for raw in turns(self.files.path(note)):
            new = with_card(note, raw, text, self.files.settings_of(note))
            edits = (Edit(Span(len(raw), len(raw)), b"", new[len(raw) :]),)
            with suppress(_ChangedError):
                return self.edit(note, raw, edits, now, ADDING)
        raise AssertionError("turns end with an error")

    def _perform(self, action: Action, intend: Callable[[Change | None], Action], *, again: bool = False) -> Saved:
        """Work out the change, log it, write it, log the outcome; `again` for an action that had to wait."""
        intended, wanted, note = False, action, action.card.path
        try:
            for raw in turns(self.files.path(note)):
                done = unless_changed(wanted, self._rewrite(raw, wanted), again=again)
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

    def _rewrite(self, raw: bytes, action: Action) -> Rewrite | Uncertain:
        """The note with an action in it, worked out from the card: bytes recorded in the log do not count."""
        if action.kind is not ActionKind.NOTE:
            return self._with_entry(raw, action, action.after, [action.after])
        return self._with_values(raw, action, action.after)

    def _with_values(self, raw: bytes, action: Action, entry: str | None) -> Rewrite | Uncertain:
        """A note with another schedule for the whole note; see `whole_note`."""
        from studyapp.core.edits.whole_note import with_values

        done = with_values(action.card.path, raw, entry)
        checked = done if isinstance(done, Uncertain) else self._checked(action.card.path, raw, done.edits)
        return checked if isinstance(checked, Uncertain) else replace(done, note=checked.note)

    def _with_entry(
        self, raw: bytes, action: Action, entry: str | None, written: Collection[str] = ()
    ) -> Rewrite | Uncertain:
        """The note with an entry for an action's card, even if the card has since got another id in the log."""
        path = action.card.path
        note, settings = self.files.parsed(path, raw), self.files.settings_of(path)
        done = with_entry(raw, action.seen, entry, settings, written, note=note, strict=True)
        if isinstance(done, Uncertain) and (now := self._current(action)) != action.card:
            seen = replace(action.seen, id=now)
            done = with_entry(raw, seen, entry, settings, written, note=note, strict=True)
        return done

    def _reversed(self, raw: bytes, action: Action, change: Change) -> Rewrite | None:
        """A note as it was before a change, with the questions that it had.

        None if it is not as the change left it, or the log is not to be trusted in this.
        """
        edits = reverse(change.edits)
        if digest_of(raw) != change.digest_after:
            return None
        try:
            new = apply(raw, edits)
        except StaleEditError:
            return None
        if action.ours:
            as_it_was = digest_of(new) == change.digest_before
            return Rewrite(new, edits, None, None, change.had_comment) if as_it_was else None
        done = self._checked(action.card.path, raw, edits) if differ_in_comments(raw, new) else None
        return done if isinstance(done, Rewrite) else None

    def _write_back(
        self, action: Action, change: Change, otherwise: Callable[[bytes], Rewrite | Uncertain], now: datetime
    ) -> bytes:
        """Reverse a change if the note is as the change left it, else do what `otherwise` works out.

        A log from another machine may only reverse schedule comments.
        """
        path = self.files.find(action.card.path)
        if path is None:
            raise self._stays(action, _GONE)
        begun = False
        try:
            for raw in turns(path):
                if action.status is Status.UNDOING and digest_of(raw) == change.digest_before:
                    return raw  # a crash came just after it was written
                back = self._reversed(raw, action, change)
                done = otherwise(raw) if back is None else back
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
    """What became of an action, under its card's present id."""
    return replace(saved, action=replace(saved.action, seen=replace(saved.action.seen, id=action.card)))


def _change_of(raw: bytes, done: Rewrite) -> Change:
    """The edits of a note as a change, with what is needed to find their places again."""
    around = contexts(raw, done.edits)
    return Change(digest_of(raw), digest_of(done.raw), done.edits, had_comment=True, contexts=around)


def _written(change: Change) -> tuple[str, ...]:
    """The entries that a change wrote into its note."""
    new = "".join(edit.new.decode("utf-8", "surrogateescape") for edit in change.edits)
    return tuple(entry.raw for entry in read_entries(new))
