"""Repairs of a note's schedule comments: logged, written whole, taken back and done again."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core import store as storing
from studyapp.core.atomic import OvertakenError
from studyapp.core.errors import NoteError
from studyapp.core.journal import ActionKind, Status
from studyapp.core.store import Saved
from studyapp.core.text import Edit, Span
from tests.desk import COMMENT, NOW, RAW, Desk

OLD = b"<!--SR:!2024-01-01,3,250!2024-02-02,4,250-->"
NEW = b"<!--SR:!2024-01-01,3,250-->"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def mend(desk: Desk) -> Saved:
    start = RAW.index(OLD)
    return desk.store.edit("deck/note.md", RAW, (Edit(Span(start, start + len(OLD)), OLD, NEW),), NOW)


def test_a_repair_is_logged_written_taken_back_and_done_again_across_restarts(desk: Desk) -> None:
    saved = mend(desk)
    assert desk.raw == saved.raw == RAW.replace(OLD, NEW)
    desk.restart()
    action = desk.journal.last_applied()
    assert action is not None
    assert (action.kind, action.status, action.card.path) == (ActionKind.EDIT, Status.WRITTEN, "deck/note.md")
    desk.store.undo(action, NOW)
    assert desk.raw == RAW
    desk.restart()
    undone = desk.journal.last_undone()
    assert undone is not None
    desk.store.redo(undone, NOW)
    assert desk.raw == RAW.replace(OLD, NEW)
    desk.restart()
    assert not desk.journal.problems
    assert not desk.journal.waiting


def test_a_repair_of_a_note_that_has_changed_leaves_it_and_the_log_alone(desk: Desk) -> None:
    desk.note.write_bytes(RAW + b"!")
    with pytest.raises(NoteError, match="has changed meanwhile"):
        mend(desk)
    assert desk.raw == RAW + b"!"
    assert not desk.journal.actions


def test_a_repair_that_is_overtaken_is_not_done_and_not_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_: object) -> None:
        raise OvertakenError

    monkeypatch.setattr(storing, "replace_bytes", overtaken)
    with pytest.raises(NoteError, match="has changed meanwhile"):
        mend(desk)
    desk.restart()
    assert not desk.journal.applied
    assert not desk.journal.waiting
    assert desk.journal.last_undone() is None


def test_a_repair_in_a_note_that_cannot_be_written_is_not_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise NoteError("no space is left")

    monkeypatch.setattr(storing, "replace_bytes", full)
    with pytest.raises(NoteError, match="no space"):
        mend(desk)
    desk.restart()
    assert not desk.journal.applied
    assert desk.raw == RAW


@pytest.mark.parametrize("written", [True, False])
def test_a_repair_that_a_crash_cut_short_counts_if_it_is_in_its_note_and_else_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    def crash(path: Path, _: bytes, new: bytes) -> None:
        if written:
            path.write_bytes(new)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storing, "replace_bytes", crash)
        with pytest.raises(KeyboardInterrupt):
            mend(desk)
    desk.restart()
    (waiting,) = desk.journal.waiting
    desk.store.retry(waiting)
    desk.restart()
    assert not desk.journal.waiting
    assert [one.kind for one in desk.journal.applied] == ([ActionKind.EDIT] if written else [])
    assert desk.raw == (RAW.replace(OLD, NEW) if written else RAW)


def test_a_repair_is_not_taken_back_or_done_again_in_a_note_that_has_changed_since(desk: Desk) -> None:
    action = mend(desk).action
    desk.note.write_bytes(desk.raw + b"\n")
    with pytest.raises(NoteError, match="has changed since then"):
        desk.store.undo(action, NOW)
    assert desk.journal.last_applied() is not None
    desk.note.write_bytes(desk.raw[:-1])
    action = desk.store.undo(desk.journal.actions[action.id], NOW).action
    desk.note.write_bytes(RAW + b"\n")
    with pytest.raises(NoteError, match="has changed since then"):
        desk.store.redo(action, NOW)
    assert desk.raw == RAW + b"\n"


def test_grades_after_a_repair_are_taken_back_before_it(desk: Desk) -> None:
    mend(desk)
    desk.grade(0)
    assert COMMENT in desk.raw
    for _ in range(2):
        last = desk.journal.last_applied()
        assert last is not None
        desk.store.undo(last, NOW)
    assert desk.raw == RAW
