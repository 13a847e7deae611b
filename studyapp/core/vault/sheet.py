"""What is kept in memory of each note: everything that lists, queues and counts need, but none of its text.

A vault holds tens of thousands of cards, and a review shows one at a time. The text of a note is read again from its
file when one of its cards is shown. The cache keeps a sheet as JSON: plain lists, and only what cannot be worked out
quickly from the rest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import Problem, Severity
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Card, CardId, Question, hash_together
from studyapp.core.notes.links import aliases_of
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import Schedule, read_entry


class QuestionRow(NamedTuple):
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
    """How many it has."""
    copies: int
    """How many questions of the note have the same text."""
    entries: tuple[str, ...]
    """Its schedule entries, as they stand."""


class CardRow(NamedTuple):
    """A card without its text."""

    question: QuestionRow
    side: int
    """Which card of its question, from 0."""
    schedule: Schedule | None

    @property
    def id(self) -> CardId:
        """Who the card is."""
        question = self.question
        return CardId(question.path, question.key, question.occurrence, self.side + 1)

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


class Sheet(NamedTuple):
    """A note without its text."""

    digest: str
    cards: tuple[CardRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    aliases: tuple[str, ...] = ()
    """The other names that its front matter gives it."""

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


def sheet_of(note: Note) -> Sheet:
    """Take down what matters of a note."""
    copies = Counter(question.key for question in note.questions)
    cards = tuple(
        CardRow(row, card.side, card.schedule)
        for number, question in enumerate(note.questions)
        for row in (_question_row(note, number, question, copies[question.key]),)
        for card in question.cards
    )
    return Sheet(note.digest, cards, note.problems, tuple(aliases_of(note.front_matter.values)))


def sheets_of(notes: Sequence[Note]) -> list[Sheet]:
    """The same for many notes, whose questions' hashes are then worked out at once."""
    hash_together([question for note in notes for question in note.questions])
    return [sheet_of(note) for note in notes]


def row_of(note: Note, question: Question, card: Card) -> CardRow:
    """The row of one card of a note."""
    copies = sum(other.key == question.key for other in note.questions)
    return CardRow(_question_row(note, note.questions.index(question), question, copies), card.side, card.schedule)


def seen_of(row: CardRow) -> Seen:
    """What is needed to know a card again, of which its row is known."""
    one = row.question
    return Seen(row.id, one.digest, one.kind, one.cards, one.copies, one.block_id, one.entries)


def _question_row(note: Note, number: int, question: Question, copies: int) -> QuestionRow:
    return QuestionRow(
        note.path,
        note.digest,
        number,
        question.key,
        question.occurrence,
        question.hash,
        question.kind,
        question.decks,
        question.first_line + 1,
        question.block_id,
        len(question.cards),
        copies,
        question.raws,
    )


def questions_of(cards: Iterable[CardRow]) -> Iterable[QuestionRow]:
    """The questions of cards that are in order, each once."""
    last: QuestionRow | None = None
    for row in cards:
        if row.question is not last:
            last = row.question
            yield last


_KINDS = {str(kind): kind for kind in Kind}


def pack(sheet: Sheet) -> str:
    """Write a sheet as JSON in ASCII, without its note's path."""
    questions = [
        [
            one.number,
            one.key,
            one.occurrence,
            None if one.hash == one.key else one.hash,
            one.kind,
            one.decks,
            one.line,
            one.block_id,
            one.cards,
            one.copies,
            one.entries,
        ]
        for one in questions_of(sheet.cards)
    ]
    problems = [[one.code, one.line, one.message, one.remedy, one.severity] for one in sheet.problems]
    return json.dumps([sheet.digest, questions, problems, sheet.aliases], separators=(",", ":"))


def unpack(path: str, data: str, decks: dict[tuple[str, ...], tuple[str, ...]]) -> Sheet:
    """Read what `pack` wrote; `decks` has equal combinations of decks be the same objects.

    Raises:
        ValueError, TypeError, LookupError: if it is something else.
    """
    digest, questions, problems, aliases = json.loads(data)
    return Sheet(
        digest,
        tuple(row for fields in questions for row in _cards(path, digest, fields, decks)),
        tuple(
            Problem(code, path, line, message, remedy, Severity(severity))
            for code, line, message, remedy, severity in problems
        ),
        tuple(aliases),
    )


def _cards(
    path: str, digest: str, fields: list[Any], decks: dict[tuple[str, ...], tuple[str, ...]]
) -> Iterator[CardRow]:
    number, key, occurrence, hash_, kind, names, line, block_id, cards, copies, entries = fields
    names = tuple(names)
    question = QuestionRow(
        path,
        digest,
        number,
        key,
        occurrence,
        key if hash_ is None else hash_,
        _KINDS[kind],
        decks.setdefault(names, names),
        line,
        block_id,
        cards,
        copies,
        tuple(entries),
    )
    scheduled = len(entries)
    return (
        CardRow(question, side, read_entry(entries[side]).schedule if side < scheduled else None)
        for side in range(cards)
    )
