"""What an edit must not change about a note: its questions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Question, lasting_text
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import OPEN, without_comments
from studyapp.core.text.note_text import Edit, as_text

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_DAMAGED: Final = re.compile(r"\s*<!--SR:[^\n]*")


class Standing(NamedTuple):
    """A question's identity, wherever in the note it is."""

    kind: Kind
    text: str
    """Without anything that a grade adds; see `bare_text`."""
    decks: tuple[str, ...]
    context: tuple[str, ...]
    cards: int
    """The number of its cards."""
    entries: tuple[str, ...] | None
    """The entries of its schedule comment; None if these may change."""


def bare_text(text: str) -> str:
    """A question's text, which no grade changes, even where a damaged comment counts as part of it."""
    return lasting_text(_DAMAGED.sub("", text) if OPEN in text else text)


def standing(questions: Iterable[Question], *, entries: bool = True) -> list[Standing]:
    """The standing of each question; without `entries` if these may change."""
    return [
        Standing(one.kind, bare_text(one.text), one.decks, one.context, len(one.cards), one.raws if entries else None)
        for one in questions
    ]


def loses_a_question(before: Note, after: Note, raw: bytes, edits: Sequence[Edit]) -> bool:
    """Whether the edits remove or change a question whose own text they do not touch.

    The schedule comments at the edits may change.
    """
    starts = [0, *(end.end() for end in _LINE_END.finditer(raw))]

    def lines(start: int, end: int) -> range:
        return range(bisect_right(starts, start) - 1, bisect_right(starts, end))

    texts = [edit for edit in edits if without_comments(as_text(edit.old)).strip()]
    rewritten = {line for edit in texts for line in lines(edit.span.start, edit.span.end - 1)}
    near = {line for edit in edits for line in lines(max(0, edit.span.start - 1), edit.span.end)}
    stay = [one for one in before.questions if rewritten.isdisjoint(one.sources)]
    far = [one for one in stay if near.isdisjoint(one.sources)]
    return _misses(stay, after, entries=False) or _misses(far, after, entries=True)


def _misses(questions: Iterable[Question], after: Note, *, entries: bool) -> bool:
    wanted = Counter(standing(questions, entries=entries))
    return bool(wanted - Counter(standing(after.questions, entries=entries)))
