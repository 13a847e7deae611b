"""Questions that come in → the text of notes that hold them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from studyapp.core.edits.append import open_at_end
from studyapp.core.errors import NoteError
from studyapp.core.notes.note import parse_note
from studyapp.core.notes.outline import deck_of_tag, within
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText, as_bytes
from studyapp.study.exchange.incoming import IncomingQuestion


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


def appended(
    name: str, raw: bytes, questions: Iterable[IncomingQuestion], settings: Settings, *, one_note: bool
) -> bytes:
    """A note with more questions at its end; NoteError if nothing can stand there."""
    note = NoteText(raw)
    if (opened := open_at_end(note.lines)) is not None:
        raise NoteError(f"{name} ends within {opened} that is not closed; close it first")
    text = "\n\n".join(one.written(settings) for one in questions)
    if one_note:
        there = parse_note(name, raw, settings).questions
        text = _below_tags(questions, settings, there[-1].decks if there else ())
    text = text.replace("\n", note.newline)
    gap = "" if not raw else note.newline if raw.endswith(b"\n") else note.newline * 2
    return raw + as_bytes(f"{gap}{text}{note.newline}")
