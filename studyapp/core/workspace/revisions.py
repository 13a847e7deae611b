"""A note's text once an action is done or undone; nothing is written."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.disk.place import is_gone, is_note
from studyapp.core.edits.comments import differ_in_comments
from studyapp.core.edits.identity import Uncertain, locate
from studyapp.core.edits.relocate import Change, relocated
from studyapp.core.edits.rewrite import Rewrite, with_entry
from studyapp.core.edits.standing import loses_a_question
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.history import History
from studyapp.core.log.journal import Journal
from studyapp.core.log.refusal import NOT_OURS, refusal
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import entry_text, is_entry, read_entries
from studyapp.core.text.note_text import Edit, StaleEditError, apply, as_text, digest_of, reverse
from studyapp.core.workspace.conflicts import unless_given
from studyapp.core.workspace.note_files import NoteFiles


class Revisions(Struct, frozen=True):
    """Works out a note's new bytes; a revision that would change another question is refused."""

    files: NoteFiles
    journal: Journal

    def checked(self, note: str, raw: bytes, edits: tuple[Edit, ...]) -> Rewrite | Uncertain:
        """The note with the edits made, if they keep every question whose text they do not touch."""
        new = apply(raw, edits)
        after = parse_note(note, new, self.files.settings_of(note))
        if loses_a_question(self.files.parsed(note, raw), after, raw, edits):
            return Uncertain("it would change another question of the note")
        return Rewrite(new, edits, None, had_comment=True, note=after)

    def done(self, raw: bytes, action: Action) -> Rewrite | Uncertain:
        """The note with an action in it, worked out from the card: bytes recorded in the log do not count."""
        if action.kind is not ActionKind.NOTE:
            return self._with_entry(raw, action, action.after, [action.after])
        return self._with_values(raw, action, action.after)

    def _with_values(self, raw: bytes, action: Action, entry: str | None) -> Rewrite | Uncertain:
        """A note with another schedule for the whole note; see `whole_note`."""
        from studyapp.core.edits.whole_note import with_values

        done = with_values(action.card.path, raw, entry)
        checked = done if isinstance(done, Uncertain) else self.checked(action.card.path, raw, done.edits)
        return checked if isinstance(checked, Uncertain) else replace(done, note=checked.note)

    def _with_entry(
        self, raw: bytes, action: Action, entry: str | None, written: Collection[str] = ()
    ) -> Rewrite | Uncertain:
        """The note with an entry for an action's card, even if the card has since got another id in the log."""
        path = action.card.path
        note, settings = self.files.parsed(path, raw), self.files.settings_of(path)
        done = with_entry(raw, action.seen, entry, settings, written, note=note)
        if isinstance(done, Uncertain) and (now := self._current(action)) != action.card:
            seen = replace(action.seen, id=now)
            done = with_entry(raw, seen, entry, settings, written, note=note)
        return done

    def why_kept(self, action: Action, change: Change) -> str | None:
        """Why an action cannot be undone, whatever its note is now; None if it may be."""
        if action.kind is ActionKind.NOTE:
            return refusal(action)
        if action.kind is ActionKind.EDIT or action.ours:
            return None
        before = self._entry_before(action, change)
        return None if before is None or is_entry(before) else NOT_OURS

    def undone(self, raw: bytes, action: Action, change: Change) -> Rewrite | Uncertain:
        """The note without an action: every byte as before if it is as the action left it, else only what it did."""
        if (back := self._reversed(raw, action, change)) is not None:
            return back
        if action.kind is ActionKind.EDIT:
            return self._taken_out(raw, action, change)
        if action.kind is ActionKind.NOTE:
            done = self._with_values(raw, action, change.replaced)
            return unless_given(done, "note", action.after, change.replaced)
        entry = self._entry_before(action, change)
        done = self._with_entry(raw, action, entry)
        if isinstance(done, Uncertain):  # its text may have changed: then look for the schedule that was written
            seen = replace(action.seen, entries=_written(change))
            done = self._with_entry(raw, replace(action, seen=seen), entry)
        return unless_given(done, "card", action.after, entry)

    def _entry_before(self, action: Action, change: Change) -> str | None:
        """The entry that a card had before an action; None if its question had no comment."""
        if change.replaced is None and change.had_comment:
            return entry_text(None, self.files.settings_of(action.card.path).base_ease)
        return change.replaced

    def _reversed(self, raw: bytes, action: Action, change: Change) -> Rewrite | None:
        """A note as it was before a change, with its questions then.

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
            return Rewrite(new, edits, None, change.had_comment) if as_it_was else None
        done = self.checked(action.card.path, raw, edits) if differ_in_comments(raw, new) else None
        return done if isinstance(done, Rewrite) else None

    def _taken_out(self, raw: bytes, action: Action, change: Change) -> Rewrite | Uncertain:
        """A note that has changed since a repair, without the repair."""
        if not action.ours:
            return Uncertain(NOT_OURS)
        edits = relocated(raw, change, back=True)
        return edits if isinstance(edits, Uncertain) else self.checked(action.card.path, raw, edits)

    def called_now(self, action: Action) -> Action:
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


def _written(change: Change) -> tuple[str, ...]:
    """The entries that a change wrote into its note."""
    new = "".join(as_text(edit.new) for edit in change.edits)
    return tuple(entry.raw for entry in read_entries(new))
