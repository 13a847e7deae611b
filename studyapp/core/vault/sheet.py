"""A note, a question, a card without their text: what lists, queues and counts need.

A vault holds tens of thousands of cards, and a review shows one at a time. A note's text is reread from its file when
one of its cards is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from studyapp.core.errors import Problem
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Card, CardId, Question
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import Schedule

if TYPE_CHECKING:
    from studyapp.core.edits.identity import Seen


class QuestionRow(Struct, frozen=True):
    """A question without its text; its cards share it."""

    path: str
    digest: str
    """Of the note's bytes that it was read from."""
    number: int
    """Which question of its note, from 0."""
    key: str
    """See `Question.key`."""
    occurrence: int
    hash: str
    """See `Question.hash`; what the plugin's list of buried questions holds."""
    kind: Kind
    decks: tuple[str, ...]
    line: int
    """1-based: where it begins."""
    block_id: str | None
    cards: int
    """The number of its cards."""
    copies: int
    """How many questions of the note have the same text."""
    entries: tuple[str, ...]
    """Its schedule entries, as written."""


class CardRow(Struct, frozen=True):
    """A card without its text."""

    question: QuestionRow
    side: int
    """Which card of its question, from 0."""
    schedule: Schedule | None

    @property
    def id(self) -> CardId:
        """The card's id."""
        question = self.question
        return CardId(question.path, question.key, question.occurrence, self.side + 1)

    @property
    def is_new(self) -> bool:
        """Whether it was never reviewed."""
        return self.schedule is None

    @property
    def path(self) -> str:
        """Its note."""
        return self.question.path

    @property
    def decks(self) -> tuple[str, ...]:
        """The decks that it is in."""
        return self.question.decks

    @property
    def line(self) -> int:
        """1-based: where its question begins."""
        return self.question.line


class Sheet(Struct, frozen=True):
    """A note without its text."""

    digest: str
    cards: tuple[CardRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    aliases: tuple[str, ...] = ()
    """The aliases in its front matter."""

    def find(self, card_id: CardId) -> CardRow | None:
        """The card of that id, if the note has it."""
        for row in self.cards:
            question = row.question
            if (
                question.occurrence == card_id.occurrence
                and row.side + 1 == card_id.side
                and question.key == card_id.hash
            ):
                return row
        return None


def row_of(note: Note, question: Question, card: Card) -> CardRow:
    """The row of one card of a note."""
    row = QuestionRow(
        note.path,
        note.digest,
        next(place for place in note.places[question.key] if note.questions[place] == question),
        question.key,
        question.occurrence,
        question.hash,
        question.kind,
        question.decks,
        question.first_line + 1,
        question.block_id,
        len(question.cards),
        note.copies[question.lasting],
        question.raws,
    )
    return CardRow(row, card.side, card.schedule)


def seen_of(row: CardRow) -> Seen:
    """What is needed to recognise a card, from its row."""
    from studyapp.core.edits.identity import Seen

    one = row.question
    return Seen(row.id, one.digest, one.kind, one.cards, one.copies, one.block_id, one.entries)
