"""Fixes: edits that change schedule comments only, tried on the note before they are offered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from studyapp.core.notes.cards import Question
from studyapp.core.notes.note import Note, parse_note
from studyapp.core.schedule.entries import Entry, comment_text
from studyapp.core.text.note_text import Edit, StaleEditError, apply
from studyapp.study.doctor.comments import Mark, later
from studyapp.study.doctor.findings import Fix
from studyapp.study.doctor.subject import Patient

_PLACED: Final = re.compile(rb"(?:(?:\r\n|\r|\n)[ \t]*|[ \t])?<!--SR:[^\n\r]*?-->[ \t]*")


def drop(patient: Patient, mark: Mark) -> Edit:
    """Take a comment away: with its line if it has one of its own, else with the space before it."""
    text, line = patient.text, mark.line
    if mark.alone and line:
        return text.edit(text.line_end(line - 1), text.line_end(line), "")
    start, end = mark.start, mark.end
    if start > text.place(line) and text.text[start - 1] == " ":
        start -= 1
    return text.edit(start, end, "")


def moved(patient: Patient, mark: Mark, behind: Question) -> tuple[Edit, Edit]:
    """Move a comment up to the line below a question; only white space is between."""
    below = patient.text.place(behind.sources[-1] + 1)
    return patient.text.edit(mark.start, mark.end, ""), patient.text.edit(below, below, mark.text)


def appended(patient: Patient, mark: Mark, behind: Question) -> Edit:
    """Put a comment on a line of its own below a question."""
    end = patient.text.line_end(behind.sources[-1])
    return patient.text.edit(end, end, patient.text.newline + mark.text)


def reworded(patient: Patient, mark: Mark, entries: Sequence[str]) -> Edit:
    """Put other entries into a comment."""
    return patient.text.edit(mark.start, mark.end, comment_text(list(entries)))


def merged(one: Sequence[Entry], other: Sequence[Entry]) -> list[str] | None:
    """The entries of two comments about the same cards, for each the later review; None if that is not certain."""
    if len(one) != len(other) or not one:
        return None
    chosen = [later(first, second) for first, second in zip(one, other, strict=True)]
    return None if None in chosen else [entry.raw for entry in chosen if entry is not None]


def certain(
    patient: Patient, edits: Sequence[Edit], question: Question, entries: Sequence[str], what: str
) -> Fix | None:
    """Try edits that are to leave one question with these entries and change nothing else; None if they do not."""
    note = patient.note
    if note.conflicted:
        return None
    try:
        new = apply(patient.text.raw, edits)
    except StaleEditError:
        return None
    if outside(new) != outside(patient.text.raw):
        return None
    after = parse_note(patient.path, new, patient.settings)
    wanted = _standing(note)
    place = next(number for number, one in enumerate(note.questions) if one is question)
    wanted[place] = (question.key, question.occurrence, question.decks, tuple(entries))
    if _standing(after) != wanted:
        return None
    return Fix(patient.path, note.digest, tuple(edits), what)


def outside(raw: bytes) -> bytes:
    """A note without its schedule comments and the white space that came with them."""
    return b"\n".join(line for line in re.split(rb"\r\n|\r|\n", _PLACED.sub(b"", raw)) if line.strip())


def _standing(note: Note) -> list[tuple[str, int, tuple[str, ...], tuple[str, ...]]]:
    """What a note says of its questions."""
    return [(one.key, one.occurrence, one.decks, tuple(entry.raw for entry in one.entries)) for one in note.questions]
