"""A parsed note without its text, to compare the table's rows with."""

from __future__ import annotations

from studyapp.core.notes.note import Note
from studyapp.core.text.front_matter import aliases_of
from studyapp.core.vault.sheet import Sheet, row_of


def sheet_of(note: Note) -> Sheet:
    """A note without its text."""
    cards = tuple(row_of(note, question, card) for question in note.questions for card in question.cards)
    return Sheet(note.digest, cards, note.problems, tuple(aliases_of(note.front_matter.values)))
