"""The review log: what was reported as kept is there after any restart, whatever else the file holds."""

from __future__ import annotations

import errno
import fcntl
import json
import math
import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.device import device_name
from studyapp.core.edits.identity import Seen
from studyapp.core.edits.relocate import Change
from studyapp.core.errors import JournalError
from studyapp.core.log import journal as journal_module
from studyapp.core.log.actions import Action, ActionKind, Status
from studyapp.core.log.journal import Journal, new_id
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.core.text.note_text import Edit, Span
from tests.faults.failing import Failing
from tests.helpers.steps import only_linux, record_steps
from tests.helpers.whole_notes import SECRET

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
SEEN = Seen(CardId("a: b/ü.md", "abc", 2, 1), "digest", Kind.CLOZE, 3, 2, "^id", ("2024-01-01,3,250", "x"))
CHANGE = Change("before", "after", (Edit(Span(3, 5), b"\xff\r", b"\x00\xc3\xa9"),), had_comment=True)


def action(**more: Any) -> Action:
    made = Action(new_id(), ActionKind.GRADE, NOW, SEEN, Grade.HARD, 1.25, "2024-01-01,3,250", "2031-05-06,17,230")
    return replace(made, **more)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".studyapp" / "reviews" / "laptop.jsonl"


def test_what_is_logged_is_read_back_whole(path: Path) -> None:
    journal = Journal(path, secret=SECRET)
    intended = journal.intend(action(), CHANGE)
    (read,) = Journal(path, secret=SECRET).applied
    assert read == intended == replace(intended, change=CHANGE, status=Status.INTENDED)
    journal.written(intended, CHANGE)
    assert Journal(path, secret=SECRET).applied[0].status is Status.WRITTEN


def test_ids_ascend_even_if_the_clock_is_set_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_latest", [0])
    first = new_id()
    monkeypatch.setattr(journal_module, "datetime", SimpleNamespace(now=lambda _: NOW))
    second = new_id()
    assert second > first
    Journal(path, secret=SECRET).intend(action(id=second), None)
    monkeypatch.setattr(journal_module, "_latest", [0])  # as at the next start
    assert new_id() < first
    Journal(path, secret=SECRET)
    assert new_id() > second


@pytest.mark.parametrize("seconds", [1.8e9, -1.8e9, math.inf])
def test_a_grade_counts_also_if_the_clock_was_set_while_its_card_was_shown(path: Path, seconds: float) -> None:
    logged = Journal(path, secret=SECRET).intend(action(seconds=seconds), None)
    assert logged.seconds is None
    journal = Journal(path, secret=SECRET)
    assert journal.applied == [logged]
    assert not journal.problems


def test_each_line_says_which_version_of_the_schema_it_is_in(path: Path) -> None:
    journal = Journal(path, secret=SECRET)
    journal.pending(journal.intend(action(), None), "why")
    assert [json.loads(line)["v"] for line in path.read_text().splitlines()] == [1, 1]


def test_an_action_begins_without_what_became_of_one_that_it_was_made_from(path: Path) -> None:
    journal = Journal(path, secret=SECRET)
    begun = journal.intend(action(why="its note was away", undo_at=NOW), CHANGE)
    assert (begun.status, begun.why, begun.undo_at) == (Status.INTENDED, None, None)


def test_undo_skips_an_action_only_until_something_new_is_done(path: Path) -> None:
    journal = Journal(path, secret=SECRET)
    stays = journal.written(journal.intend(action(), CHANGE), CHANGE)
    journal.passed(stays)
    assert journal.last_applied() is None
    journal.undo(journal.written(journal.intend(action(), CHANGE), CHANGE), NOW)
    last = journal.last_applied()
    assert last is not None
    assert last.id == stays.id


def test_undo_and_redo_are_followed_in_order(path: Path) -> None:
    journal = Journal(path, secret=SECRET)
    actions = [journal.written(journal.intend(action(), CHANGE), CHANGE) for _ in range(3)]
    journal.undo(actions[2], NOW)
    journal.undo(actions[1], NOW)
    again = Journal(path, secret=SECRET)
    assert again.last_applied() == actions[0]
    undone = again.last_undone()
    assert undone is not None
    assert undone.id == actions[1].id
    journal.redo(actions[1], NOW, CHANGE)
    again = Journal(path, secret=SECRET)
    assert [one.id for one in again.applied] == [actions[0].id, actions[1].id]
    journal.intend(action(), None)
    assert Journal(path, secret=SECRET).last_undone() is None


def test_what_was_done_again_is_what_the_next_undo_takes_back(path: Path) -> None:
    journal = Journal(path, secret=SECRET)
    first, _ = (journal.written(journal.intend(action(), CHANGE), CHANGE) for _ in range(2))
    journal.undo(first, NOW)
    journal.redo(first, NOW, CHANGE)
    for one in (journal, Journal(path, secret=SECRET)):
        last = one.last_applied()
        assert last is not None
        assert last.id == first.id


def test_an_undo_that_was_begun_waits_to_be_finished(path: Path) -> None:
    journal = Journal(path, secret=SECRET)
    logged = journal.written(journal.intend(action(), CHANGE), CHANGE)
    journal.undoing(logged, NOW)
    (waiting,) = Journal(path, secret=SECRET).waiting
    assert (waiting.status, waiting.undo_at) == (Status.UNDOING, NOW)
    journal.kept(logged)
    assert Journal(path, secret=SECRET).waiting == []
    assert Journal(path, secret=SECRET).applied[0].status is Status.WRITTEN


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"5",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"v":1}',
        b'{"v":2,"kind":"grade"}',
        b'{"v":"1","kind":"grade"}',
        b'{"v":1,"kind":"grade","id":"x"}',
        b'{"v":1,"kind":"frobnicate","of":"x"}',
        b'{"v":1,"kind":"undo","of":"not there"}',
        b'{"v":1,"kind":"undo","of":["x"]}',
        b'{"v":1,"kind":["undo"],"of":"x"}',
        b"[" * 100_000,
        b'{"v":1,"kind":"grade","id":' + b"9" * 5000 + b"}",
    ],
    ids=lambda line: line[:40].decode("latin-1"),
)
def test_a_line_that_cannot_be_understood_is_reported_and_left_where_it_is(path: Path, line: bytes) -> None:
    journal = Journal(path, secret=SECRET)
    first = journal.intend(action(), None)
    with path.open("ab") as file:
        file.write(line + b"\n")
    journal = Journal(path, secret=SECRET)
    (problem,) = journal.problems
    assert problem.line == 2
    second = journal.intend(action(), None)
    assert [one.id for one in Journal(path, secret=SECRET).applied] == [first.id, second.id]
    assert line in path.read_bytes()


@given(st.data())
def test_no_line_that_was_tampered_with_keeps_the_log_from_being_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("log") / "laptop.jsonl"
    journal = Journal(path, secret=SECRET)
    logged = journal.written(journal.intend(action(), CHANGE), CHANGE)
    journal.undo(logged, NOW)
    journal.redo(logged, NOW, CHANGE)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    line = data.draw(st.sampled_from(lines))
    key = data.draw(st.sampled_from(sorted(line)))
    line[key] = data.draw(
        st.sampled_from([None, 5, "x", [], {}, ["x"], [[1, 2, 3]], True, "2024-01-01", [None, None]])
    )
    path.write_text("".join(json.dumps(one) + "\n" for one in data.draw(st.permutations(lines))))
    read = Journal(path, secret=SECRET)
    assert all(isinstance(one.after, str) and one.at.tzinfo for one in read.applied)


@given(st.integers(1, 400))
def test_a_torn_last_line_does_not_swallow_the_next_one(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("log") / "laptop.jsonl"
    first = Journal(path, secret=SECRET).intend(action(), None)
    Journal(path, secret=SECRET).intend(action(), CHANGE)
    whole = path.read_bytes()
    path.write_bytes(whole[: max(whole.index(b"\n") + 1, len(whole) - cut)])
    kept = [one.id for one in Journal(path, secret=SECRET).applied]
    assert kept[0] == first.id
    third = Journal(path, secret=SECRET).intend(action(), None)
    assert [one.id for one in Journal(path, secret=SECRET).applied] == [*kept, third.id]


def test_a_line_that_the_disk_had_no_room_for_leaves_no_trace(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(path, secret=SECRET)
    first = journal.intend(action(), None)
    before = path.read_bytes()
    write = os.write
    room = [40]

    def filling(handle: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(28, "No space left on device")
        part, room[0] = data[: room[0]], 0
        return write(handle, part)

    monkeypatch.setattr(os, "write", filling)
    with pytest.raises(JournalError, match="No space left"):
        journal.intend(action(), None)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert journal.applied == Journal(path, secret=SECRET).applied == [first]


@pytest.mark.parametrize("outcome", ["written", "pending", "undo"])
def test_an_outcome_that_the_disk_had_no_room_for_is_logged_with_the_next_line(path: Path, outcome: str) -> None:
    journal = Journal(path, secret=SECRET)
    first = journal.intend(action(), CHANGE)
    if outcome == "undo":
        journal.undoing(first, NOW)
    before = path.read_bytes()
    with Failing(1, errno.ENOSPC, only="write", for_good=True):
        log = {
            "written": lambda: journal.written(first, CHANGE),
            "pending": lambda: journal.pending(first, "the note is away"),
            "undo": lambda: journal.undo(first, NOW),
        }
        said = log[outcome]()
        with pytest.raises(JournalError, match="No space left"):
            journal.intend(action(), None)
    assert path.read_bytes() == before
    second = journal.intend(action(), None)
    assert [*Journal(path, secret=SECRET).actions.values()] == [said, second] == [*journal.actions.values()]


@pytest.mark.parametrize("wish", ["withdraw", "undo"])
def test_a_wish_that_the_disk_had_no_room_for_is_refused(path: Path, wish: str) -> None:
    journal = Journal(path, secret=SECRET)
    waits = journal.pending(journal.intend(action(), CHANGE), "the note is away")
    log = {"withdraw": lambda: journal.dropped(waits), "undo": lambda: journal.undo(waits, NOW)}
    with Failing(1, errno.ENOSPC, only="write", for_good=True), pytest.raises(JournalError, match="No space left"):
        log[wish]()
    journal.intend(action(), None)
    assert Journal(path, secret=SECRET).actions[waits.id] == journal.actions[waits.id] == waits


def test_a_line_that_could_not_be_made_durable_does_not_count_after_a_restart(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(path, secret=SECRET)

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(JournalError, match="Input/output error"):
        journal.intend(action(), None)
    assert Journal(path, secret=SECRET).applied == []


@only_linux
def test_the_first_line_of_a_log_is_durable_with_the_names_of_the_log_and_of_its_folders(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, top = Journal(path, secret=SECRET), path.parents[2].name
    steps = record_steps(monkeypatch)
    logged = journal.intend(action(), CHANGE)
    assert steps[:2] == ["mkdir .studyapp", "mkdir reviews"]
    assert sorted(steps[2:5]) == sorted(["fsync reviews", "fsync .studyapp", f"fsync {top}"])
    assert steps[5:] == ["write laptop.jsonl", "fsync laptop.jsonl"]
    steps.clear()
    journal.written(logged, CHANGE)
    assert steps == ["write laptop.jsonl", "fsync laptop.jsonl"]


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_while_a_line_is_added_no_other_program_can_lock_the_log(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    journal, done, locked = Journal(path, secret=SECRET), getattr(os, call), []

    def look(*arguments: Any) -> Any:
        with path.open("rb") as other:
            try:
                fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                locked.append(call)
        return done(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, look)
        journal.intend(action(), None)
    assert locked[0] == call
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)  # and then it is free


def test_a_line_goes_into_the_log_that_took_the_place_of_the_one_whose_lock_was_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, lock = Journal(path, secret=SECRET), fcntl.flock
    journal.intend(action(), None)

    def late(file: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        newer = path.with_suffix(".newer")
        newer.write_bytes(path.read_bytes())
        newer.replace(path)
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    logged = journal.intend(action(), None)
    assert logged.id in Journal(path, secret=SECRET).actions


def test_two_programs_can_take_turns_in_one_log(path: Path) -> None:
    one, other = Journal(path, secret=SECRET), Journal(path, secret=SECRET)
    logged = [journal.intend(action(), None) for journal in (one, other, one)]
    other.undo(logged[1], NOW)
    both = Journal(path, secret=SECRET)
    assert [each.id for each in both.applied] == [logged[0].id, logged[2].id]
    assert not both.problems


def test_undoing_twice_from_two_programs_leaves_one_thing_to_redo(path: Path) -> None:
    one = Journal(path, secret=SECRET)
    logged = one.written(one.intend(action(), CHANGE), CHANGE)
    other = Journal(path, secret=SECRET)
    one.undo(logged, NOW)
    other.undo(logged, NOW)
    both = Journal(path, secret=SECRET)
    assert both.state.undone == [logged.id]
    both.redo(both.actions[logged.id], NOW, None)
    assert Journal(path, secret=SECRET).state.undone == []


def test_a_log_that_cannot_be_read_is_an_error_with_words(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="can't read"):
        Journal(tmp_path)


@pytest.mark.parametrize(
    ("node", "name"),
    [("My Laptop.local", "my-laptop.local"), ("../..", "device"), ("", "device"), ("ü" * 99, "device")],
)
def test_a_machine_s_name_becomes_a_file_name(node: str, name: str) -> None:
    assert device_name(node) == name
