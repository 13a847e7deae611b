"""Repairs of a note's schedule comments: logged, written whole, undone and redone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.device import sealed
from studyapp.core.disk import leftovers
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import ActionKind, Status
from studyapp.core.text.note_text import Edit, Span
from studyapp.core.workspace import note_files
from studyapp.core.workspace.store import Saved
from tests.helpers.whole_notes import COMMENT, NOW, RAW, SECRET, Desk

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
    with pytest.raises(NoteError, match="has changed in the meantime"):
        mend(desk)
    assert desk.raw == RAW + b"!"
    assert not desk.journal.actions


def test_a_repair_that_is_overtaken_is_not_done_and_not_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_: object) -> None:
        raise OvertakenError

    monkeypatch.setattr(note_files, "replace_bytes", overtaken)
    with pytest.raises(NoteError, match="has changed in the meantime"):
        mend(desk)
    desk.restart()
    assert not desk.journal.applied
    assert not desk.journal.waiting
    assert desk.journal.last_undone() is None


def test_a_repair_in_a_note_that_cannot_be_written_is_not_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise NoteError("no space is left")

    monkeypatch.setattr(note_files, "replace_bytes", full)
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
        patch.setattr(note_files, "replace_bytes", crash)
        with pytest.raises(KeyboardInterrupt):
            mend(desk)
    desk.restart()
    (waiting,) = desk.journal.waiting
    desk.store.retry(waiting)
    desk.restart()
    assert not desk.journal.waiting
    assert [one.kind for one in desk.journal.applied] == ([ActionKind.EDIT] if written else [])
    assert desk.raw == (RAW.replace(OLD, NEW) if written else RAW)


@pytest.mark.parametrize("graded", [False, True])
def test_what_another_program_wrote_at_the_moment_of_a_crash_is_put_back_before_the_outcome_is_reported(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, graded: bool
) -> None:
    theirs = RAW + b"theirs"

    def crash(path: Path, old: bytes, new: bytes) -> None:
        """Die with our file in place, before noticing that theirs came out."""
        path.write_bytes(new)
        leftovers.name_beside(path, old, new, "0a1b2c3d", leftovers.TWIN).write_bytes(theirs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(note_files, "replace_bytes", crash)
        with pytest.raises(KeyboardInterrupt):
            (desk.grade if graded else lambda: mend(desk))()
    desk.restart()
    (waiting,) = desk.journal.waiting
    saved = desk.store.retry(waiting)
    assert desk.raw == (theirs.replace(b"a::b\r\n", b"a::b\r\n" + COMMENT + b"\r\n") if graded else theirs)
    assert saved.raw == desk.raw
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
    assert len(desk.journal.applied) == graded


def delete_first(desk: Desk) -> Saved:
    block = desk.raw[desk.raw.index(b"first") : desk.raw.index(b"second")]
    start = desk.raw.index(block)
    edit = Edit(Span(start, start + len(block)), block, b"")
    return desk.store.edit("deck/note.md", desk.raw, (edit,), NOW, "the deletion")


SMALL = b"#flashcards\n\nfirst::1\n<!--SR:!2024-01-01,3,250-->\n\nsecond::2\n\nthird::3\n"


@given(st.binary(max_size=30), st.binary(max_size=30), st.booleans())
def test_a_repair_is_taken_back_and_done_again_in_a_note_that_has_changed_elsewhere_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory, above: bytes, below: bytes, deletes: bool
) -> None:
    desk = Desk(tmp_path_factory.mktemp("x"), SMALL if deletes else RAW)
    whole = desk.raw
    action = (delete_first if deletes else mend)(desk).action
    repaired = desk.raw
    desk.note.write_bytes(above + repaired + below)
    try:
        undone = desk.store.undo(action, NOW).action
    except NoteError:
        assert desk.raw == above + repaired + below
        return
    assert desk.raw == above + whole + below
    desk.store.redo(undone, NOW)
    assert desk.raw == above + repaired + below


@pytest.mark.parametrize("deletes", [False, True])
def test_text_added_above_and_below_does_not_keep_a_repair_from_being_taken_back(
    tmp_path: Path, deletes: bool
) -> None:
    desk = Desk(tmp_path, SMALL if deletes else RAW)
    whole = desk.raw
    action = (delete_first if deletes else mend)(desk).action
    desk.note.write_bytes(desk.raw + b"\nmore::4\n")
    desk.store.undo(action, NOW)
    assert desk.raw == whole + b"\nmore::4\n"


def test_what_cannot_be_taken_back_for_certain_stays_and_does_not_block_what_came_before(desk: Desk) -> None:
    desk.grade()
    before = desk.raw
    start = before.index(OLD)
    desk.store.edit("deck/note.md", before, (Edit(Span(start, start + len(OLD)), OLD, NEW),), NOW)
    desk.note.write_bytes(desk.raw.replace(NEW, b"<!--SR:!2024-03-03,5,250-->"))
    spoilt = desk.raw
    repair = desk.journal.last_applied()
    assert repair is not None
    with pytest.raises(NoteError, match=r"changed at that place.*the next undo"):
        desk.store.undo(repair, NOW)
    assert desk.raw == spoilt
    for _ in range(2):  # also after a restart
        grade = desk.journal.last_applied()
        assert grade is not None
        assert grade.kind is ActionKind.GRADE
        desk.restart()
    assert grade is not None
    desk.store.undo(grade, NOW)
    assert COMMENT not in desk.raw
    assert [one.kind for one in desk.journal.applied] == [ActionKind.EDIT]
    assert desk.journal.last_applied() is None
    desk.grade()
    desk.store.undo(desk.journal.applied[-1], NOW)
    assert desk.journal.last_applied() == desk.journal.find(repair.id)  # the note may be as it was again


def test_a_repair_of_an_earlier_version_is_not_taken_back_in_a_note_that_has_changed(desk: Desk) -> None:
    mend(desk)
    lines = [json.loads(line) for line in desk.journal.path.read_text().splitlines()]
    assert lines[0].pop("around")
    lines[1].pop("around")
    texts = [json.dumps({name: line[name] for name in line if name != "seal"}) for line in lines]
    desk.journal.path.write_bytes(b"".join(sealed(text.encode(), SECRET) + b"\n" for text in texts))
    desk.restart()
    desk.note.write_bytes(desk.raw + b"\n")
    with pytest.raises(NoteError, match="has changed since then"):
        desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == RAW.replace(OLD, NEW) + b"\n"


def test_grades_after_a_repair_are_taken_back_before_it(desk: Desk) -> None:
    mend(desk)
    desk.grade(0)
    assert COMMENT in desk.raw
    for _ in range(2):
        last = desk.journal.last_applied()
        assert last is not None
        desk.store.undo(last, NOW)
    assert desk.raw == RAW
