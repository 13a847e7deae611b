"""Changes of many schedules as one action: note by note, so that they can be interrupted, resumed, and undone.

The plan is kept in the state folder until all of it is done. Each note is an edit in the log, with the name of its
group: from these it follows what is left to do, whatever came in between.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct, convert, field, to_builtins

from studyapp.core.disk.files import read_file
from studyapp.core.disk.whole import whole
from studyapp.core.edits.comments import replace_comment
from studyapp.core.errors import JournalError, NoteError, StudyError
from studyapp.core.log.actions import FORGOTTEN, Action, ActionKind, Marking
from studyapp.core.log.journal import Journal
from studyapp.core.notes.cards import CardId, Question
from studyapp.core.schedule.entries import comment_text, is_entry
from studyapp.core.text.note_text import Edit, NoteText
from studyapp.core.workspace.arrivals import take_away
from studyapp.core.workspace.store import Saved, Store
from studyapp.core.workspace.workspace import Workspace

_LARGEST: Final = 1 << 28
TellNotes = Callable[[int, int], object]
"""Called repeatedly with the number of notes done and the total."""


class NewEntry(Struct, frozen=True):
    """Another schedule for a card."""

    card: str
    before: str
    """Its current entry; if it has another one by then, it is left unchanged."""
    after: str


class EntryGroup(Struct, frozen=True):
    """Other schedules for many cards."""

    id: str
    """Earlier than the ids of its actions."""
    what: str
    """A description."""
    notes: dict[str, tuple[NewEntry, ...]]
    """By their paths, in order."""
    resets: bool = False
    """Whether the cards' histories begin again."""

    @property
    def cards(self) -> int:
        """How many there are."""
        return sum(map(len, self.notes.values()))


class Carried(Struct):
    """The outcome."""

    notes: int = 0
    """Notes that were written, in this run or before it."""
    left: list[tuple[str, str]] = field(default_factory=list)
    """Cards and notes left unchanged, and why."""


class Reverted(Struct):
    """The outcome of undoing or redoing a group."""

    saved: list[Saved] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """The files of an import that are gone."""
    left: list[tuple[str, str]] = field(default_factory=list)


class UnfinishedError(StudyError):
    """Changes of many schedules were interrupted, and must be finished or undone first."""


def unfinished(workspace: Workspace) -> EntryGroup | None:
    """What was begun and is not finished; None if there is nothing, or nothing readable."""
    try:
        return convert(json.loads(read_file(_file(workspace), _LARGEST)), EntryGroup)
    except (OSError, ValueError, RecursionError):
        return None


def begin_group(workspace: Workspace, group: EntryGroup) -> None:
    """Save the plan, so that it can be resumed.

    Raises:
        UnfinishedError: if something else was begun and not finished.
        StudyError: if it cannot be kept; then nothing was begun.
    """
    if (other := unfinished(workspace)) is not None:
        raise UnfinishedError(
            f"{other.what} was interrupted: `studyapp plan resume` finishes it, `studyapp undo` reverts it"
        )
    file = _file(workspace)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole(file, 0o600) as written:
            written.write(json.dumps(to_builtins(group)).encode())
    except OSError as error:
        raise StudyError(f"can't write {file} ({error.strerror or error}); nothing was changed") from error


def carry_out(
    workspace: Workspace,
    group: EntryGroup,
    tell: TellNotes = lambda _done, _of: None,
    part: slice = slice(None),
) -> Carried:
    """Do what is left of the plan; an interruption leaves the rest to do.

    With `part` only these notes; the part with the last one ends it. JournalError if the log cannot be written,
    NoteError if the vault is gone; if no note was written before that, nothing was begun.
    """
    done, made = Carried(), {action.card.path for action in _members(workspace.journal, group.id)}
    notes = [*group.notes.items()]
    for number, (path, wishes) in [*enumerate(notes)][part]:
        tell(number, len(notes))
        if path in made:
            done.notes += 1
            continue
        try:
            _write(workspace, group, path, wishes, done)
        except (NoteError, JournalError) as error:
            if isinstance(error, NoteError) and workspace.place.is_there:
                done.left.append((path, str(error)))
                continue
            if not made and not done.notes:
                forget(workspace, group.id)
            raise
    if part.stop is None or part.stop >= len(notes):
        tell(len(notes), len(notes))
        forget(workspace, group.id)
    return done


def _write(workspace: Workspace, group: EntryGroup, path: str, wishes: tuple[NewEntry, ...], done: Carried) -> None:
    store = workspace.store
    raw = store.files.read(path)
    note = store.files.parsed(path, raw)
    if note.conflicted:
        raise NoteError("the note has unresolved merge conflicts")
    entries: dict[int, list[str]] = {}
    questions: dict[int, Question] = {}
    forgotten: list[Marking] = []
    for wish in wishes:
        card = CardId.parse(wish.card)
        found = note.find(card)
        if found is None or not is_entry(wish.after):
            done.left.append((wish.card, "the card no longer exists"))
            continue
        question, one = found
        if one.side >= len(question.entries) or question.entries[one.side].raw != wish.before:
            done.left.append((wish.card, "it has been reviewed since"))
            continue
        questions[id(question)] = question
        entries.setdefault(id(question), [*question.raws])[one.side] = wish.after
        forgotten += [Marking(card, FORGOTTEN, "1")] * group.resets
    text, edits = NoteText(raw), list[Edit]()
    for key, question in questions.items():
        edits += replace_comment(text, question, comment_text(entries[key]))
    if edits:
        now, marks = workspace.clock(), tuple(forgotten)
        saved = store.edit(path, raw, tuple(edits), now, group.what, marks, group=group.id)
        done.notes += 1
        if saved.raw is not None:
            workspace.vault.take(path, saved.raw)


def forget(workspace: Workspace, group: str) -> None:
    """Discard the plan, as it is finished or undone."""
    kept = unfinished(workspace)
    if kept is not None and kept.id == group:
        with suppress(OSError):
            _file(workspace).unlink()


def _members(journal: Journal, group: str) -> Iterator[Action]:
    """The actions of a group that count, the last one first."""
    for action in journal.latest():
        if action.id < group:
            return
        if action.group == group:
            yield action


def undo_group(store: Store, group: str, now: datetime, tell: TellNotes = lambda _done, _of: None) -> Reverted:
    """Undo all actions of a group, the last one first; what cannot be undone stays, and is reported."""
    members = [*_members(store.journal, group)]
    undone = Reverted()
    for number, action in enumerate(members):
        tell(number, len(members))
        try:
            if action.kind is ActionKind.IMPORT:
                _take_away(store, action, undone)
            undone.saved.append(store.undo(action, now))
        except NoteError as error:
            undone.left.append((action.card.path, str(error)))
    tell(len(members), len(members))
    if any(saved.action.kind is ActionKind.IMPORT for saved in undone.saved):
        for saved in undone.saved:  # nothing keeps its files, so it cannot be redone
            store.journal.dropped(saved.action)
    return undone


def _take_away(store: Store, action: Action, undone: Reverted) -> None:
    """Remove the files of an import."""
    store.files.place.check()
    try:
        files = take_away(store.files.place, action)
    except NoteError:
        store.journal.passed(action)
        raise
    undone.removed += [path for path, gone in files.items() if gone]
    undone.left += [(path, "it was changed since") for path, gone in files.items() if not gone]


def turn_whole(
    workspace: Workspace, group: str, *, back: bool, tell: TellNotes = lambda _done, _of: None
) -> Reverted:
    """Undo or redo a group as a whole, and update the vault."""
    turned = (undo_group if back else redo_group)(workspace.store, group, workspace.clock(), tell)
    for saved in turned.saved:
        if saved.raw is not None:
            workspace.vault.take(saved.action.card.path, saved.raw)
    for path in filter(workspace.vault.knows, turned.removed):
        workspace.vault.refresh_if_changed(path)
    if back:
        forget(workspace, group)
    return turned


def redo_group(store: Store, group: str, now: datetime, tell: TellNotes = lambda _done, _of: None) -> Reverted:
    """Redo all undone actions of a group; one that can be neither redone nor passed over now ends that."""
    redone, last = Reverted(), ""
    while (action := store.journal.last_undone()) is not None and action.group == group and action.id != last:
        last = action.id
        tell(len(redone.saved), 0)
        try:
            redone.saved.append(store.redo(action, now))
        except NoteError as error:
            redone.left.append((action.card.path, str(error)))
    return redone


def _file(workspace: Workspace) -> Path:
    return workspace.locations.plan(workspace.vault.root)
