"""Reviews made elsewhere, as lines of a review log of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.lines import line_of
from studyapp.core.log.state import FollowUp, Step
from studyapp.core.notes.cards import Card, Question
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import Grade


class PastReview(Struct, frozen=True):
    """A grade given elsewhere, or a reset."""

    id: str
    """Unique, and the same whenever the same review is imported again."""
    at: datetime
    """Aware."""
    grade: Grade | None
    """None for a reset."""
    seconds: float
    before: str | None
    """The card's entry before; None for a new card."""
    after: str


def lines_of(note: Note, question: Question, card: Card, reviews: Iterable[PastReview]) -> Iterator[bytes]:
    """The lines of a log, with line ends, that make a card's reviews count."""
    seen = replace(Seen.of(note, question, card), digest="", entries=())
    for one in reviews:
        kind = ActionKind.RESET if one.grade is None else ActionKind.GRADE
        action = Action(one.id, kind, one.at, seen, one.grade, one.seconds, one.before, one.after)
        yield line_of(action) + b"\n"
        yield line_of(FollowUp(one.id, Step.WRITTEN)) + b"\n"
