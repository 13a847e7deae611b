"""Find a card again in a note that may have changed, and work out the bytes with its new schedule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from studyapp.core.cards import Card, CardId, Question
from studyapp.core.comment import erase_comment, new_entries, write_comment
from studyapp.core.note import Note, parse_text
from studyapp.core.scan import Kind
from studyapp.core.schedule import entry_text
from studyapp.core.settings import Settings
from studyapp.core.text import Edit, NoteText, apply


@dataclass(frozen=True, slots=True)
class Seen:
    """A card as the person saw it: enough to know it again."""

    id: CardId
    digest: str
    """Of the note's bytes that it was read from."""
    kind: Kind
    cards: int
    """How many cards its question had."""
    copies: int
    """How many questions of the note had the same text."""
    block_id: str | None
    entries: tuple[str, ...]
    """Its question's schedule entries, as they stood."""

    @classmethod
    def of(cls, note: Note, question: Question, card: Card) -> Seen:
        """Remember a card of a note."""
        return cls(
            question.id_of(note.path, card),
            note.digest,
            question.kind,
            len(question.cards),
            sum(other.text == question.text for other in note.questions),
            question.block_id,
            tuple(entry.raw for entry in question.entries),
        )


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The card cannot be found again for certain, or its note must not be written now; why, in words."""

    why: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A note with one schedule changed."""

    raw: bytes
    edits: tuple[Edit, ...]
    before: str | None
    """The card's entry as it stood; None if it had none."""
    after: str | None
    """The card's entry now; None if it has none any more."""
    had_comment: bool
    """Whether its question had a schedule comment before."""


def with_entry(
    raw: bytes, seen: Seen, entry: str | None, settings: Settings, written: Collection[str] = ()
) -> Rewrite | Uncertain:
    """Give a card a schedule entry, in the bytes of its note as they are now.

    None takes the card's entry away: its question's comment goes, unless it holds something about other cards.
    `written` are the entries that this session wrote, see `new_entries`.
    """
    text = NoteText(raw)
    note = parse_text(seen.id.path, text, settings)
    if note.conflicted:
        return Uncertain("the note has unresolved merge conflicts")
    found = locate(note, seen)
    if isinstance(found, Uncertain):
        return found
    question, card = found
    before = question.entries[card.side].raw if card.side < len(question.entries) else None
    others = [other for side, other in enumerate(question.entries) if side != card.side]
    if entry is None and all(other.schedule is None and other.sound for other in others):
        edits = erase_comment(text, question)
    else:
        entry = entry_text(None, settings.base_ease) if entry is None else entry
        entries = new_entries(question, card.side, entry, settings.base_ease, written)
        edits = write_comment(text, question, entries, settings)
    return Rewrite(apply(raw, edits), edits, before, entry, bool(question.entries))


def locate(note: Note, seen: Seen) -> tuple[Question, Card] | Uncertain:
    """Find a card again: by its id, then by its block id, then by its question's schedule."""
    side = seen.id.side - 1
    alike = [question for question in note.questions if question.hash == seen.id.hash]
    if not alike:
        alike = [
            question
            for question in note.questions
            if (seen.block_id is not None and question.block_id == seen.block_id)
            or (seen.entries and tuple(entry.raw for entry in question.entries) == seen.entries)
        ]
        alike = [question for question in alike if (question.kind, len(question.cards)) == (seen.kind, seen.cards)]
        by_block_id = [question for question in alike if seen.block_id and question.block_id == seen.block_id]
        alike = by_block_id or alike
        if not alike:
            return Uncertain("its question is not in the note any more")
    elif note.digest == seen.digest or (len(alike) == seen.copies and seen.copies > 1):
        alike = [question for question in alike if question.occurrence == seen.id.occurrence]
    elif len(alike) > 1:
        same = [question for question in alike if tuple(entry.raw for entry in question.entries) == seen.entries]
        alike = same if seen.entries else alike
    if len(alike) != 1:
        return Uncertain("the note now has several questions that it could be")
    question = alike[0]
    if not 0 <= side < len(question.cards):
        return Uncertain("its question has fewer cards now")
    return question, question.cards[side]
