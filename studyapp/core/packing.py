"""A parsed note ⇄ JSON, for the cache: plain lists, and only what cannot be worked out quickly from the rest."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

from studyapp.core.cards import Card, Question
from studyapp.core.errors import Problem, Severity
from studyapp.core.frontmatter import NONE, FrontMatter
from studyapp.core.note import Note
from studyapp.core.scan import Kind
from studyapp.core.schedule import read_entry
from studyapp.core.tags import Heading

_KINDS = {str(kind): kind for kind in Kind}
_MOST_VALUES = 1000
"""Front matter with more values is read again each time: by YAML's aliases a few lines can mean billions."""
_DEEPEST = 20


def pack(note: Note) -> str | None:
    """Write a note as JSON in ASCII, without its path; None if its front matter holds what JSON cannot."""
    front = note.front_matter
    if not _is_plain(dict(front.values), [_MOST_VALUES]):
        return None
    problems = [[one.code, one.line, one.message, one.remedy, one.severity] for one in note.problems]
    questions = [
        [
            one.kind,
            one.text,
            None if one.body == one.text else one.body,
            one.first_line,
            one.last_line,
            one.sources,
            one.decks,
            one.context,
            one.block_id,
            [entry.raw for entry in one.entries],
            [text for card in one.cards for text in (card.front, card.back)],
            one.occurrence,
        ]
        for one in note.questions
    ]
    front_matter = [front.lines, dict(front.values), front.error] if front.lines else None
    return json.dumps(
        [note.digest, front_matter, note.headings, questions, problems, note.conflicted, note.tags],
        separators=(",", ":"),
    )


def unpack(path: str, data: str) -> Note:
    """Read what `pack` wrote.

    Raises:
        ValueError, TypeError, LookupError: if it is something else.
    """
    digest, front, headings, questions, problems, conflicted, tags = json.loads(data)
    return Note(
        path,
        digest,
        NONE if front is None else FrontMatter(front[0], MappingProxyType(front[1]), front[2]),
        tuple(Heading(*heading) for heading in headings),
        tuple(map(_question, questions)),
        tuple(
            Problem(code, path, line, message, remedy, Severity(severity))
            for code, line, message, remedy, severity in problems
        ),
        conflicted,
        tuple(tags),
    )


def _question(fields: list[Any]) -> Question:
    kind, text, body, first, last, sources, decks, context, block_id, raws, faces, occurrence = fields
    entries = tuple(map(read_entry, raws))
    scheduled = len(entries)
    return Question(
        _KINDS[kind],
        text,
        text if body is None else body,
        first,
        last,
        tuple(sources),
        tuple(decks),
        tuple(context),
        block_id,
        entries,
        tuple(
            Card(side, front, back, entries[side].schedule if side < scheduled else None)
            for side, (front, back) in enumerate(zip(faces[::2], faces[1::2], strict=True))
        ),
        occurrence,
    )


def _is_plain(value: Any, left: list[int], depth: int = 0) -> bool:
    """Tell whether JSON gives a value back as it is, and is not much longer than it; `left` counts values down."""
    left[0] -= 1
    if left[0] < 0 or depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        return all(type(key) is str and _is_plain(inner, left, depth + 1) for key, inner in value.items())
    if isinstance(value, list):
        return all(_is_plain(inner, left, depth + 1) for inner in value)
    return value is None or type(value) in (str, int, float, bool)
