"""A line of the log says what it was meant to say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.identity import Seen
from studyapp.core.edits.relocate import Change, Context
from studyapp.core.log.actions import RENAMED, Action, ActionKind, Marking, Move
from studyapp.core.log.lines import line_of, read_line
from studyapp.core.log.marks import Mark
from studyapp.core.log.state import FollowUp, LogState, Said, Step
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.core.text.note_text import Edit, Span

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)

TEXTS = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=5)
TIMES = st.datetimes(
    datetime.fromisoformat("1980-01-01"), datetime.fromisoformat("2100-01-01"), timezones=st.timezones()
).map(lambda at: at.astimezone(timezone(at.utcoffset() or timedelta())))
"""With an offset, as the clock gives them: a time that its zone skips or repeats equals no time of another zone."""
BYTES = st.binary(max_size=5)
CARDS = st.builds(CardId, TEXTS, st.text("abc", max_size=3), st.integers(0, 9), st.integers(0, 9))
SEEN = st.builds(
    Seen,
    CARDS,
    TEXTS,
    st.sampled_from(Kind),
    st.integers(0, 9),
    st.integers(0, 9),
    st.none() | TEXTS,
    st.lists(TEXTS, max_size=2).map(tuple),
)
EDITS = st.builds(
    lambda start, old, new: Edit(Span(start, start + len(old)), old, new), st.integers(0, 99), BYTES, BYTES
)
CHANGES = st.none() | st.builds(
    Change,
    TEXTS,
    TEXTS,
    st.lists(EDITS, max_size=2).map(tuple),
    st.booleans(),
    st.none() | TEXTS,
    st.lists(st.builds(Context, BYTES, BYTES), max_size=2).map(tuple),
)
MARKS = st.builds(Marking, CARDS, st.sampled_from([*Mark, RENAMED]), TEXTS)
ACTIONS = st.builds(
    lambda kind, **more: Action(kind=kind, status=kind.begun, **more),
    st.sampled_from(ActionKind),
    id=TEXTS,
    at=TIMES,
    seen=SEEN,
    grade=st.none() | st.sampled_from(Grade),
    seconds=st.none() | st.integers(0, 10**6).map(lambda number: number / 1000),
    before=st.none() | TEXTS,
    after=TEXTS,
    change=CHANGES,
    marks=st.lists(MARKS, max_size=2).map(tuple),
    what=st.none() | TEXTS,
)
MOVES = st.builds(Move, CARDS.map(str), CARDS.map(str), TIMES, st.booleans())
FOLLOW_UPS = st.one_of(
    st.builds(FollowUp, TEXTS, st.sampled_from([Step.UNDOING, Step.UNDO]), TIMES),
    st.builds(FollowUp, TEXTS, st.just(Step.REDO), TIMES, change=CHANGES),
    st.builds(FollowUp, TEXTS, st.just(Step.WRITTEN), change=CHANGES),
    st.builds(FollowUp, TEXTS, st.just(Step.PENDING), why=TEXTS),
    st.builds(FollowUp, TEXTS, st.just(Step.KEPT), passed=st.booleans()),
    st.builds(FollowUp, TEXTS, st.just(Step.DROPPED)),
)


@given(ACTIONS | MOVES | FOLLOW_UPS)
def test_a_line_is_read_as_what_was_to_be_said(said: Said) -> None:
    assert read_line(line_of(said), lambda _: True) == said


@pytest.mark.parametrize(
    ("steps", "undone", "passed"),
    [
        ([("a", Step.UNDO), ("b", Step.UNDO)], ["a", "b"], []),
        ([("a", Step.UNDO), ("b", Step.UNDO), ("a", Step.UNDO)], ["b", "a"], []),
        ([("a", Step.UNDO), ("a", Step.REDO)], [], []),
        ([("a", Step.UNDO), ("a", Step.WRITTEN)], [], []),
        ([("a", Step.UNDOING), ("b", Step.KEPT)], [], ["b"]),
        ([("b", Step.KEPT), ("b", Step.UNDO)], ["b"], []),
    ],
)
def test_redo_does_again_what_was_taken_back_last(
    steps: list[tuple[str, Step]], undone: list[str], passed: list[str]
) -> None:
    state = LogState()
    for name, step in steps:
        state.take(FollowUp(name, step, NOW, passed=step is Step.KEPT))
    assert (state.undone, state.passed) == (undone, passed)
