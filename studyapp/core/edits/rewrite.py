"""The bytes of a note with a new schedule for one card."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from studyapp.core.edits.comments import new_entries, ways_to_erase, ways_to_write
from studyapp.core.edits.identity import Seen, Uncertain, locate
from studyapp.core.edits.standing import standing
from studyapp.core.notes.cards import Question
from studyapp.core.notes.note import Note, parse_text
from studyapp.core.schedule.entries import entry_text
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, NoteText, apply


class Rewrite(Struct, frozen=True):
    """A note with one schedule changed."""

    raw: bytes
    edits: tuple[Edit, ...]
    before: str | None
    """The card's entry before; None if it had none."""
    had_comment: bool
    """Whether its question had a schedule comment before."""
    note: Note | None = None
    """The new bytes, parsed; None if they have not been."""


def with_entry(
    raw: bytes,
    seen: Seen,
    entry: str | None,
    settings: Settings,
    written: Collection[str] = (),
    *,
    note: Note | None = None,
) -> Rewrite | Uncertain:
    """Give a card a schedule entry, in the current bytes of its note, which may be parsed already.

    None removes the card's entry: its question's comment goes, unless it also has entries of other cards. The comment
    goes where the plugin puts it, unless that would change a question of the note. `written` are the entries that
    this session wrote, see `new_entries`.
    """
    text = NoteText(raw)
    path = seen.id.path
    note = parse_text(path, text, settings) if note is None else note
    if note.conflicted:
        return Uncertain("the note has unresolved merge conflicts")
    found = locate(note, seen)
    if isinstance(found, Uncertain):
        return found
    question, card = found
    before = question.entries[card.side].raw if card.side < len(question.entries) else None
    wanted = standing(note.questions)
    place = next(number for number, one in enumerate(note.questions) if one is question)
    for edits, entries in ways(text, question, card.side, entry, settings, written):
        new = apply(raw, edits)
        read = parse_text(path, NoteText(new), settings)
        wanted[place] = wanted[place]._replace(entries=entries)
        if standing(read.questions) == wanted:
            return Rewrite(new, edits, before, bool(question.entries), read)
    return Uncertain("there is no place for its schedule in the note that would leave every card as it is")


def ways(
    text: NoteText, question: Question, side: int, entry: str | None, settings: Settings, written: Collection[str]
) -> Iterator[tuple[tuple[Edit, ...], tuple[str, ...]]]:
    """The edits that give a card an entry, the best first, each with the question's resulting entries."""
    others = [other for place, other in enumerate(question.entries) if place != side]
    if entry is None and all(other.schedule is None and other.sound for other in others):
        for edits in ways_to_erase(text, question):
            yield edits, ()
    entry = entry_text(None, settings.base_ease) if entry is None else entry
    entries = new_entries(question, side, entry, settings.base_ease, written)
    for edits in ways_to_write(text, question, entries, settings):
        yield edits, tuple(entries)
