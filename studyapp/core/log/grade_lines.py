"""Grades and their outcomes: nearly all lines of a log are one of the two, so these are parsed in one step.

The results equal those of `read_line`, which parses everything else: other kinds of lines, other values, lines from
other programs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, DecodeError, Meta, Struct, UnsetType
from msgspec.json import Decoder

from studyapp.core.log.actions import ActionKind, Marking, Status
from studyapp.core.log.lines import ERRORS, MOST_SECONDS, moment
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade

_GRADE = b'{"v":1,"kind":"grade",'
_OUTCOME = b'{"v":1,"kind":"written",'


class GradeLine(Struct, frozen=True):
    """A grade of a card, which sets no mark; the names are those of an `Action`."""

    kind: ClassVar[ActionKind] = ActionKind.GRADE
    status: ClassVar[Status] = ActionKind.GRADE.begun
    marks: ClassVar[tuple[Marking, ...]] = ()

    id: str
    at: datetime
    card: CardId
    grade: Grade | None
    seconds: float | None
    before: str | None
    after: str


class OutcomeLine(Struct, frozen=True):
    """An action is in its note."""

    of: str
    has_change: bool
    """Whether it says how the note was changed."""


def read_grade_line(text: bytes) -> GradeLine | OutcomeLine | None:
    """Parse one of the two; None if it is another line, or not as this program writes it."""
    try:
        if text.startswith(_GRADE):
            grade = _read_grade(text)
            if _is_whole(grade) and (grade.seconds is None or abs(grade.seconds) < MOST_SECONDS):
                card, at = CardId.parse(grade.card), moment(grade.at)
                return GradeLine(grade.id, at, card, grade.grade, grade.seconds, grade.before, grade.after)
        elif text.startswith(_OUTCOME):
            outcome = _read_outcome(text)
            if _is_whole(outcome):
                return OutcomeLine(outcome.of, outcome.digests is not UNSET)
    except (DecodeError, *ERRORS):  # `read_line` reports what is wrong
        pass
    return None


class _Line(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What both may contain: a change, and the seal."""

    v: Literal[1]
    digests: tuple[str, str] | UnsetType = UNSET
    edits: list[tuple[Annotated[int, Meta(ge=0)], str, str]] | UnsetType = UNSET
    around: list[tuple[str, str]] | UnsetType = UNSET
    had_comment: bool | UnsetType = UNSET
    replaced: str | UnsetType | None = UNSET
    seal: str = ""


class _Grade(_Line, kw_only=True, forbid_unknown_fields=True, gc=False):
    kind: Literal["grade"]
    id: str
    at: str
    card: str
    grade: Grade | None = None
    seconds: float | None = None
    before: str | None
    after: str
    seen: tuple[str, Kind, int, int, str | None, list[str]]


class _Outcome(_Line, kw_only=True, forbid_unknown_fields=True, gc=False):
    kind: Literal["written"]
    of: str


_read_grade = Decoder(_Grade).decode
_read_outcome = Decoder(_Outcome).decode


def _is_whole(line: _Line) -> bool:
    """Whether a line has all fields of a change, or none."""
    told = line.edits is not UNSET and line.had_comment is not UNSET and line.replaced is not UNSET
    return told or line.digests is UNSET
