"""Questions that come in → the text of notes that hold them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import product

from studyapp.core.edits.append import ends_above, room_around, why_no_card
from studyapp.core.errors import NoteError
from studyapp.core.notes.cards import Question
from studyapp.core.notes.note import Note, parse_note, parse_text
from studyapp.core.notes.outline import deck_of_tag, within
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText, as_bytes
from studyapp.study.exchange.reading.incoming import IncomingQuestion


def note_text(questions: Sequence[IncomingQuestion], settings: Settings, *, one_note: bool = False) -> str:
    """A new note with questions of the same decks, or of any where it is the one note for all."""
    if one_note:
        return f"{_below_tags(questions, settings)}\n"
    tags = ", ".join(json.dumps(tag, ensure_ascii=False) for tag in tags_of(questions[0], settings))
    return "\n\n".join([f"---\ntags: [{tags}]\n---", *(one.written(settings) for one in questions)]) + "\n"


def _below_tags(questions: Iterable[IncomingQuestion], settings: Settings, above: tuple[str, ...] = ()) -> str:
    """Questions, those of each deck below a line with its tag; `above` is the deck of what stands above them."""
    pieces: list[str] = []
    for one in questions:
        if (tags := tags_of(one, settings)) != above:
            pieces.append(" ".join(f"#{tag}" for tag in tags))
            above = tags
        pieces.append(one.written(settings))
    return "\n\n".join(pieces)


def tags_of(one: IncomingQuestion, settings: Settings) -> tuple[str, ...]:
    """The tags that name a question's decks, without their `#`."""
    return tuple(_tag_of(deck, settings) for deck in one.decks)


def _tag_of(deck: str, settings: Settings) -> str:
    """The tag that names a deck: its own path, where that is one of those for cards, else one below the first."""
    if within(f"#{deck}", settings.flashcard_tags) or not settings.flashcard_tags:
        return deck
    return f"{deck_of_tag(settings.flashcard_tags[0])}/{deck}"


def with_questions(
    name: str, raw: bytes, questions: Sequence[IncomingQuestion], settings: Settings, *, one_note: bool
) -> tuple[bytes, Note]:
    """A note with more questions at its end, and how it is read; NoteError if they would not be."""
    note = NoteText(raw)
    before = parse_text(name, note, settings).questions
    tagged = _below_tags(questions, settings, before[-1].decks if one_note and before else ())
    texts = [tagged] if one_note else ["\n\n".join(one.written(settings) for one in questions), tagged]
    for end, text in product(ends_above(note, settings), texts):
        gap, _ = room_around(note, end)
        new = raw + gap + as_bytes(f"{text}\n".replace("\n", note.newline))
        after = parse_note(name, new, settings)
        if _are_read(after.questions[len(before) :], questions):
            return new, after
    raise _cannot(name, note, settings)


def new_note(
    name: str, questions: Sequence[IncomingQuestion], settings: Settings, *, one_note: bool
) -> tuple[bytes, Note]:
    """A note with nothing but questions, and how it is read; NoteError if they would not be."""
    raw = as_bytes(note_text(questions, settings, one_note=one_note))
    note = parse_note(name, raw, settings)
    if not _are_read(note.questions[-len(questions) :], questions):
        raise _cannot(name, NoteText(raw), settings)
    return raw, note


def _are_read(found: Sequence[Question], questions: Sequence[IncomingQuestion]) -> bool:
    return [len(one.cards) for one in found] == [len(one.cards) for one in questions]


def _cannot(name: str, note: NoteText, settings: Settings) -> NoteError:
    return NoteError(f"nothing can be imported into {name}: {why_no_card(name, note, settings)}")
