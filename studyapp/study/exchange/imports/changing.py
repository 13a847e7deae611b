"""Questions here whose text, or whose deck, changed where they came from."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.edits.comments import write_comment
from studyapp.core.edits.delete import deletion
from studyapp.core.edits.identity import Seen, Uncertain
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import RENAMED, Marking
from studyapp.core.notes.cards import CardId, Question
from studyapp.core.notes.note import Note, parse_note
from studyapp.core.schedule.entries import entry_text
from studyapp.core.text.note_text import Edit, NoteText, Span, apply, as_bytes, as_text, in_common
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.imports.imported import ImportedQuestion, bytes_of
from studyapp.study.exchange.imports.merging import KnownHere, QuestionPlace
from studyapp.study.exchange.reading.incoming import IncomingQuestion
from studyapp.study.exchange.reading.incoming_notes import note_text, with_questions

_AFTERWARDS: Final = timedelta(milliseconds=1)
"""How much later than a new text a move is logged, whatever the clock says: names are followed in order of time."""


class NewText(Struct, frozen=True):
    """A note with another text of one of its questions."""

    raw: bytes
    new: bytes
    note: Note
    question: Question
    renamed: tuple[Marking, ...]
    """The new names of the cards that are in both texts."""
    fresh: tuple[int, ...]
    """The sides of the cards that are only in the new one."""


def new_text(workspace: Workspace, one: IncomingQuestion, before: ImportedQuestion, name: str) -> NewText | None:
    """The note with the text that a question has there now; each card keeps its schedule by its number there."""
    raw, settings = workspace.store.files.read(name), workspace.vault.settings_of(name)
    old = as_bytes(before.text)
    if (start := raw.find(old)) < 0:
        return None
    new = raw[:start] + as_bytes(one.text) + raw[start + len(old) :]
    was, after = (parse_note(name, text, settings) for text in (raw, new))
    line = NoteText(raw).line_of(len(as_text(raw[:start])))
    old_question, question = (
        next((here for here in note.questions if here.sources[-1] >= line), None) for note in (was, after)
    )
    if old_question is None or question is None:
        return None
    numbers = [card.number for card in before.cards] or one.numbers
    sides = {number: side for side, number in enumerate(numbers) if side < len(old_question.cards)}
    raws, none = old_question.raws, entry_text(None, settings.base_ease)
    padded = [*raws, *[none] * len(numbers)]
    entries = [
        entry_text(card.schedule, settings.base_ease) if (side := sides.get(number)) is None else padded[side]
        for card, number in zip(one.cards, one.numbers, strict=True)
    ]
    if numbers != one.numbers and not one.is_scheduled and (raws or any(entry != none for entry in entries)):
        new = apply(new, write_comment(NoteText(new), question, entries, settings))
    names = {
        old_question.id_of(name, old_question.cards[side]): question.id_of(name, card)
        for card, number in zip(question.cards, one.numbers, strict=False)
        if (side := sides.get(number)) is not None
    }
    renamed = tuple(Marking(card, RENAMED, str(now)) for card, now in names.items() if card != now)
    fresh = tuple(place for place, number in enumerate(one.numbers) if number not in sides)
    return NewText(raw, new, after, question, renamed, fresh)


def take_text(
    workspace: Workspace, one: IncomingQuestion, before: ImportedQuestion, name: str, what: str, group: str
) -> CardId | None:
    """Write a new text; returns the name of the first card, or None if nothing was written."""
    found = new_text(workspace, one, before, name)
    if found is None:
        return None
    edit = _edit(found.raw, found.new)
    workspace.store.edit(name, found.raw, (edit,), workspace.clock(), what, found.renamed, group=group)
    return found.question.id_of(name, found.question.cards[0])


def move(
    workspace: Workspace, one: IncomingQuestion, place: QuestionPlace, target: str, what: str, group: str
) -> CardId | None:
    """Move a question, as it is here, into the note of its new deck; returns the new name of its first card.

    Raises:
        NoteError: if it cannot be taken out of its note, or stand in the other one.
    """
    name, files, settings = place.path, workspace.store.files, workspace.vault.settings_of(place.path)
    if (found := KnownHere(workspace).found(place)) is None:
        return None
    note, question = found
    raw, seen = files.read(name), Seen.of(note, question, question.cards[0])
    gone = deletion(name, raw, seen, settings)
    if isinstance(gone, Uncertain):
        raise NoteError(f"{name}: the question is not moved, because {gone.why}")
    rest, text, key = apply(raw, gone.edits), gone.text, as_bytes(f"<!--{one.key}-->")
    if key in rest:
        text, rest = f"<!--{one.key}-->\n\n{text}", _without_line(rest, key)
    moved = replace(one, text=text.replace("\r", ""), is_scheduled=True)
    there = rest if target == name else bytes_of(workspace, target)
    new, after = with_questions(target, there, [moved], workspace.vault.settings_of(target), one_note=target == name)
    last = after.questions[-1]
    if last.key != question.key:
        raise NoteError(f"{target}: the question would be another one there")
    names = [last.id_of(target, card) for card in last.cards]
    renamed = [Marking(was, RENAMED, str(now)) for was, now in gone.renamed]
    renamed += [
        Marking(question.id_of(name, card), RENAMED, str(now))
        for card, now in zip(question.cards, names, strict=True)
    ]
    now = workspace.clock() + _AFTERWARDS
    if target != name:
        workspace.store.edit(target, there, (_edit(there, new),), now, what, group=group)
    result = new if target == name else rest
    workspace.store.edit(name, raw, (_edit(raw, result),), now, what, tuple(renamed), group=group)
    return names[0]


def begun(one: IncomingQuestion, workspace: Workspace, name: str) -> bytes:
    """A note for a deck, without a question."""
    text = note_text([one], workspace.vault.settings_of(name))
    return as_bytes(text[: text.index("\n---\n") + len("\n---\n")])


def _without_line(raw: bytes, line: bytes) -> bytes:
    """A note without a line and the empty one below it."""
    start = raw.index(line)
    end = start + len(line)
    rest = raw[end:].lstrip(b"\r\n")
    return raw[:start] + rest


def _edit(raw: bytes, new: bytes) -> Edit:
    """The one edit between two texts, of whole lines."""
    start = raw.rfind(b"\n", 0, in_common((raw, new))) + 1
    same = in_common((raw[start:][::-1], new[start:][::-1]))
    _, end, below = raw[len(raw) - same :].partition(b"\n")
    same = len(end + below)
    return Edit(Span(start, len(raw) - same), raw[start : len(raw) - same], new[start : len(new) - same])
