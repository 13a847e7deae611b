"""A note's sheet ⇄ JSON, for the cache: plain lists, and only what cannot be worked out quickly from the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from studyapp.core.errors import Problem, Severity
from studyapp.core.notes.blocks import Kind
from studyapp.core.schedule.entries import read_entry
from studyapp.core.vault.sheet import CardRow, QuestionRow, Sheet, questions_of

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
