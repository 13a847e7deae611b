"""A note's bytes → its questions, its decks, and its problems."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec.structs import asdict

from studyapp.core.notes.cards import Card, CardId, Question, build_question
from studyapp.core.notes.footnotes import footnotes
from studyapp.core.notes.outline import titles_above
from studyapp.core.notes.questions import Questions, read_questions
from studyapp.core.schedule.entries import Schedule
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText


class Note(Questions, frozen=True, kw_only=True, dict=True):
    """The meaning of a note's bytes under given settings."""

    path: str
    """Within the vault, with `/`."""
    questions: tuple[Question, ...] = ()
    footnotes: Mapping[str, str] = {}
    """The texts of its footnotes by name; empty if the note is ignored."""

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where the questions with one text stand among all, by their key: notes with thousands of cards exist."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, question in enumerate(self.questions):
            found[question.key].append(place)
        return dict(found)

    def alike(self, key: str) -> list[Question]:
        """The questions with one text, in order."""
        return [self.questions[place] for place in self.places.get(key, ())]

    @property
    def schedules(self) -> Iterator[Schedule | None]:
        """The schedules of its cards, in order."""
        return (card.schedule for question in self.questions for card in question.cards)

    def find(self, card_id: CardId) -> tuple[Question, Card] | None:
        """The card of that id, if the note has it."""
        for question in self.alike(card_id.hash):
            if question.occurrence == card_id.occurrence:
                side = card_id.side - 1
                return (question, question.cards[side]) if 0 <= side < len(question.cards) else None
        return None


def parse_note(path: str, raw: bytes, settings: Settings) -> Note:
    """Parse a note; never raises, whatever the bytes are: invalid parts become problems."""
    return parse_text(path, NoteText(raw), settings)


def parse_text(path: str, text: NoteText, settings: Settings) -> Note:
    """Parse a decoded note."""
    return note_of(path, text, settings, read_questions(path, text, settings, headings=True))


def note_of(path: str, text: NoteText, settings: Settings, read: Questions) -> Note:
    """Make the cards of a note's questions and headings."""
    above = titles_above(read.headings)
    starts = [line for line, _ in above]
    questions: list[Question] = []
    for found in read.questions:
        place = bisect_right(starts, found.first_line)
        questions.append(build_question(found, settings, above[place - 1][1] if place else ()))
    may_have = read.blocks is not None and "[^" in text.text
    beside = footnotes(text.lines, read.front_matter.lines) if may_have else {}
    as_read = asdict(read) | {"questions": tuple(questions)}
    return Note(**as_read, path=path, footnotes=beside)
