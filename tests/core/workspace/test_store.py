"""A grade reaches its note or waits in the log, and can be undone and redone, whatever happens in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from studyapp.core.disk import replace
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.errors import JournalError, NoteError
from studyapp.core.log.actions import Action, Status
from studyapp.core.log.journal import Journal, new_id
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Settings
from studyapp.core.workspace import note_files
from tests.helpers import strategies
from tests.helpers.steps import only_linux, record_steps
from tests.helpers.strategies import examples
from tests.helpers.whole_notes import COMMENT, ENTRY, NOW, RAW, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_grade_is_in_the_note_and_in_the_log(desk: Desk) -> None:
    saved = desk.grade()
    assert saved.why_not is None
    assert saved.raw == desk.raw == RAW.replace(b"a::b\r\n", b"a::b\r\n" + COMMENT + b"\r\n")
    desk.restart()
    (action,) = desk.journal.applied
    assert (action.status, action.grade, action.seconds, action.after) == (Status.WRITTEN, Grade.GOOD, 2.5, ENTRY)


def test_undo_and_redo_give_back_the_very_bytes_also_after_a_restart(desk: Desk) -> None:
    after = desk.grade().raw
    desk.restart()
    desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == RAW
    desk.restart()
    assert desk.journal.last_applied() is None
    undone = desk.journal.last_undone()
    assert undone is not None
    desk.store.redo(undone, NOW)
    assert desk.raw == after
    desk.restart()
    assert [action.status for action in desk.journal.applied] == [Status.WRITTEN]


@given(strategies.notes(strategies.COMMENTS), strategies.SETTINGS, st.integers(0, 50))
@examples(40)
def test_any_grade_can_be_undone_and_redone_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, options: Settings, pick: int
) -> None:
    desk = Desk(tmp_path_factory.mktemp("vault"), raw, options)
    note = parse_note("deck/note.md", raw, options)
    cards = [(q, card.side) for q, question in enumerate(note.questions) for card in question.cards]
    if not cards:
        return
    after = desk.grade(*cards[pick % len(cards)]).raw
    assert after == desk.raw
    desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == raw
    undone = desk.journal.last_undone()
    assert undone is not None
    desk.store.redo(undone, NOW)
    assert desk.raw == after


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=8))
@examples(25)
def test_two_programs_that_write_in_turn_lose_nothing(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[int, int, int]]
) -> None:
    raw = b"#flashcards\n\na::b\n\nc::d\n\ne::f\n"
    desks = [Desk(tmp_path_factory.mktemp("vault"), raw)]
    desks.append(Desk(desks[0].root, raw))
    stale = [[desk.action(question) for question in range(3)] for desk in desks]
    last: dict[int, str] = {}
    for number, (who, question, _) in enumerate(turns):
        entry = f"2031-01-{number + 1:02},{number},250"
        old = stale[who][question]
        action = Action(new_id(), old.kind, NOW, old.seen, old.grade, None, last.get(question), entry)
        assert desks[who].store.save(action).why_not is None
        last[question] = entry
    questions = parse_note("deck/note.md", desks[0].raw, Settings()).questions
    assert {place: one.entries[0].raw for place, one in enumerate(questions) if one.entries} == last
    assert len(Journal(desks[0].journal.path).applied) == len(turns)
    assert not Journal(desks[0].journal.path).problems


def test_undo_gives_back_no_other_bytes_than_the_note_had(desk: Desk) -> None:
    action = desk.grade().action
    change = action.change
    assert change is not None
    (edit,) = change.edits
    other = structs.replace(change, edits=(structs.replace(edit, old=b"other"),))
    desk.store.undo(structs.replace(action, change=other), NOW)
    assert desk.raw == RAW


def test_undo_in_a_note_that_has_changed_since_takes_back_the_comment_only(desk: Desk) -> None:
    desk.grade()
    desk.note.write_bytes(desk.raw.replace(b"end", b"the end") + b"\nx::y")
    desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == RAW.replace(b"end", b"the end") + b"\nx::y"


def test_undo_in_a_changed_note_gives_an_old_schedule_back(desk: Desk) -> None:
    desk.grade(1, 1)
    desk.note.write_bytes(desk.raw + b"!")
    desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == RAW + b"!"


def test_undo_refuses_where_the_card_was_graded_since(desk: Desk) -> None:
    desk.grade()
    later = desk.raw.replace(b"2031-05-06,17,230", b"2032-01-01,90,250")
    desk.note.write_bytes(later)
    with pytest.raises(NoteError, match="another schedule"):
        desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == later
    assert desk.journal.applied[0].status is Status.WRITTEN


def test_undo_of_a_grade_that_waits_takes_it_out_of_the_log_only(desk: Desk) -> None:
    action = desk.action()
    desk.note.unlink()
    desk.store.undo(desk.store.save(action).action, NOW)
    assert not desk.journal.applied
    assert not desk.note.exists()


def read_only(desk: Desk) -> None:
    desk.note.chmod(0o444)


def conflicted(desk: Desk) -> None:
    desk.note.write_bytes(RAW + b"\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> z\n")


def deleted(desk: Desk) -> None:
    desk.note.unlink()


def a_folder(desk: Desk) -> None:
    desk.note.unlink()
    desk.note.mkdir()


def ambiguous(desk: Desk) -> None:
    desk.note.write_bytes(RAW + b"\n\na::b\n")


def gone(desk: Desk) -> None:
    desk.note.write_bytes(RAW.replace(b"a::b", b"z::b"))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (read_only, "read-only"),
        (conflicted, "merge conflicts"),
        (deleted, "no longer exists"),
        (a_folder, "not a regular file"),
        (ambiguous, "several questions"),
        (gone, "no longer in the note"),
    ],
)
def test_a_grade_that_cannot_be_written_waits_in_the_log_and_is_written_once_it_can_be(
    desk: Desk, spoil: Callable[[Desk], None], why: str
) -> None:
    action = desk.action()
    spoil(desk)
    spoiled = desk.note.read_bytes() if desk.note.is_file() else None
    saved = desk.store.save(action)
    assert saved.why_not is not None
    assert why in saved.why_not
    assert (desk.note.read_bytes() if desk.note.is_file() else None) == spoiled

    desk.restart()
    (waiting,) = desk.journal.waiting
    if desk.note.is_dir():
        desk.note.rmdir()
    else:
        desk.note.unlink(missing_ok=True)
    desk.note.write_bytes(RAW)
    assert desk.store.retry(waiting).why_not is None
    assert COMMENT in desk.raw
    assert not desk.journal.waiting


def test_a_waiting_grade_is_not_put_over_a_later_one(desk: Desk) -> None:
    action = desk.action()
    desk.note.chmod(0o444)
    desk.store.save(action)
    desk.note.chmod(0o644)
    later = RAW.replace(b"a::b", b"a::b\n<!--SR:!2030-01-01,9,250-->")
    desk.note.write_bytes(later)
    assert "newer schedule" in (desk.store.retry(desk.journal.waiting[0]).why_not or "")
    assert desk.raw == later


@pytest.mark.parametrize("path", ["../outside.md", "/etc/passwd", "deck/../../x.md", "a\0b"])
def test_a_log_cannot_make_it_write_outside_the_vault(desk: Desk, path: str) -> None:
    action = desk.action()
    seen = structs.replace(action.seen, id=structs.replace(action.seen.id, path=path))
    saved = desk.store.save(structs.replace(action, seen=seen))
    assert "not in this vault" in (saved.why_not or "")


def test_nothing_is_written_if_the_log_cannot_be(desk: Desk) -> None:
    desk.journal.path.parent.parent.mkdir()
    desk.journal.path.parent.write_text("a file where the folder should be")
    with pytest.raises(JournalError, match="free some space"):
        desk.grade()
    assert desk.raw == RAW
    assert not desk.journal.applied


def test_a_full_disk_leaves_the_note_as_it_was_and_the_grade_in_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = desk.action()

    def full(handle: int, data: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replace, "write_all", full)
    saved = desk.store.save(action)
    assert "No space left" in (saved.why_not or "")
    assert desk.raw == RAW
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
    monkeypatch.undo()
    assert desk.store.retry(desk.journal.waiting[0]).why_not is None


def test_entries_that_cannot_be_understood_and_surplus_ones_stay_as_they_are(tmp_path: Path) -> None:
    raw = b"#flashcards\n\na:::b\n<!--SR:!2024-01-01,3,250!2024-99-99, x,1!2024-05-05,1,1-->\n"
    desk = Desk(tmp_path, raw)
    desk.grade()
    assert desk.raw == raw.replace(b"2024-01-01,3,250", ENTRY.encode())


def test_many_grades_undone_one_after_the_other_lead_back_to_the_first_bytes(desk: Desk) -> None:
    choose = random.Random(5)
    for number in range(12):
        question, side = choose.choice([(0, 0), (1, 0), (1, 1)])
        desk.grade(question, side, f"2031-01-{number + 1:02},{number},250")
    desk.restart()
    while (action := desk.journal.last_applied()) is not None:
        desk.store.undo(action, NOW)
    assert desk.raw == RAW


def test_undo_gives_back_what_another_program_had_written(tmp_path: Path) -> None:
    desk = Desk(tmp_path, b"#flashcards\n\na::b\n")
    action = desk.action()
    theirs = b"#flashcards\n\na::b\n<!--SR:!2026-12-30,37,250-->\n"
    desk.note.write_bytes(theirs)
    saved = desk.store.save(action)
    desk.note.write_bytes(desk.raw + b"more\n")
    desk.store.undo(saved.action, NOW)
    assert desk.raw == theirs + b"more\n"


def test_a_write_whose_outcome_was_not_logged_can_be_undone_in_a_note_that_changed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, b"#flashcards\n\na::b\n")
    desk.grade()
    log = desk.journal.path.read_bytes().splitlines(keepends=True)
    desk.journal.path.write_bytes(log[0])  # the outcome never reached the log
    desk.note.write_bytes(desk.raw + b"more\n")
    desk.restart()
    (waiting,) = desk.journal.waiting
    retried = desk.store.retry(waiting)
    assert retried.action.status is Status.WRITTEN
    desk.store.undo(retried.action, NOW)
    assert desk.raw == b"#flashcards\n\na::b\nmore\n"


def test_a_grade_can_be_undone_after_a_typo_in_its_question_was_mended(tmp_path: Path) -> None:
    desk = Desk(tmp_path, b"#flashcards\n\nteh::b\n\nc::d\n")
    saved = desk.grade()
    desk.note.write_bytes(desk.raw.replace(b"teh", b"the"))
    desk.store.undo(saved.action, NOW)
    assert desk.raw == b"#flashcards\n\nthe::b\n\nc::d\n"


def test_a_grade_that_cannot_be_taken_out_of_its_note_still_counts(desk: Desk) -> None:
    after = desk.grade().raw
    desk.note.chmod(0o444)
    with pytest.raises(NoteError, match="read-only"):
        desk.store.undo(desk.journal.applied[0], NOW)
    desk.note.chmod(0o644)
    desk.restart()
    assert not desk.journal.waiting
    assert [action.status for action in desk.journal.applied] == [Status.WRITTEN]
    assert desk.raw == after


def test_a_grade_that_others_keep_from_being_taken_out_of_its_note_still_counts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_: object) -> None:
        raise OvertakenError

    after = desk.grade().raw
    monkeypatch.setattr(note_files, "replace_bytes", overtaken)
    with pytest.raises(NoteError, match="keeps being written"):
        desk.store.undo(desk.journal.applied[0], NOW)
    desk.restart()
    assert not desk.journal.waiting
    assert [action.status for action in desk.journal.applied] == [Status.WRITTEN]
    assert desk.raw == after


@only_linux
def test_the_intent_is_durable_before_the_note_is_touched_and_the_note_before_the_outcome(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.grade(1)
    action, log = desk.action(), f"fsync {desk.journal.path.name}"
    steps = record_steps(monkeypatch)
    saved = desk.store.save(action)
    there = [steps.index(log), steps.index("exchange twin note.md"), steps.index("fsync deck")]
    assert [*there, len(steps) - 1 - steps[::-1].index(log)] == sorted(
        {*there, len(steps) - 1 - steps[::-1].index(log)}
    )
    assert steps.count(log) == 2
    steps.clear()
    desk.store.undo(saved.action, NOW)
    assert [step for step in steps if step in (log, "exchange twin note.md")] == [log, "exchange twin note.md", log]
