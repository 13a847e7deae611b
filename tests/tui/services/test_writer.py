from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.message import Message

from studyapp.core.errors import JournalError
from studyapp.core.log.actions import Action, Move
from studyapp.core.log.journal import new_id
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.groups import Reverted
from studyapp.study.review.session import Session
from studyapp.study.review.today import begin
from studyapp.tui.services.reports import (
    GroupTurning,
    NotDone,
    NoteSaved,
    Redone,
    Reported,
    Retried,
    SaveFailed,
    Undone,
)
from studyapp.tui.services.writer import Writer
from tests.helpers.vaults import NOW, workspace
from tests.helpers.written import NOTE, Desk, full_disk, is_outcome


def test_what_waits_is_tried_again_once_the_log_knows_where_its_note_is(desk: Desk) -> None:
    note = desk.root / "Notes.md"
    note.rename(desk.root / "Other.md")
    desk.grade()
    assert isinstance(desk.last(), SaveFailed)
    desk.writer.move([Move("Notes.md", "Other.md", NOW, of_note=True)])
    assert isinstance(desk.last(), Retried)
    assert not desk.writer.standing.waiting
    assert "<!--SR:" in (desk.root / "Other.md").read_text()
    assert not note.exists()


def test_a_grade_is_written_and_reported_as_saved(desk: Desk) -> None:
    desk.grade()
    message = desk.last()
    assert isinstance(message, NoteSaved)
    assert "France::Paris <!--SR:" in desk.note.replace("\n", " ")
    assert message.standing.waiting == ()


def test_grades_are_written_in_the_order_in_which_they_were_given(desk: Desk) -> None:
    given = [desk.grade(), desk.grade(Grade.HARD), desk.grade(Grade.EASY)]
    assert desk.writer.flush()
    saved = [message.saved.action.id for message in desk.heard if isinstance(message, NoteSaved)]
    assert saved == [action.id for action in given]
    assert desk.note.count("<!--SR:") == 3


def test_while_another_copy_of_the_program_writes_a_grade_waits_and_the_log_can_be_read(desk: Desk) -> None:
    with desk.workspace.locations.alone(desk.root):
        desk.grade()
        with desk.writer.quiet() as journal:
            assert journal.applied == []
        assert not desk.writer.flush(timeout=0.05)
        assert desk.note == NOTE
    assert isinstance(desk.last(), NoteSaved)
    assert desk.note.count("<!--SR:") == 1


def test_undo_and_redo_go_through_the_same_queue_and_restore_the_bytes(desk: Desk) -> None:
    desk.grade()
    desk.writer.undo()
    assert isinstance(desk.last(), Undone)
    assert desk.note == NOTE
    desk.writer.redo()
    assert isinstance(desk.last(), Redone)
    assert desk.note.count("<!--SR:") == 1


def test_undo_with_nothing_to_take_back_says_so(desk: Desk) -> None:
    desk.writer.undo()
    message = desk.last()
    assert isinstance(message, NotDone)
    assert "nothing to undo" in message.why


def test_undo_reaches_grades_of_an_earlier_run(desk: Desk, tmp_path: Path) -> None:
    desk.grade()
    desk.writer.close()
    desk.workspace = workspace(desk.root, desk.home)
    desk.writer = desk._writer(desk.workspace)
    desk.writer.undo()
    assert isinstance(desk.last(), Undone)
    assert desk.note == NOTE


def test_a_note_that_cannot_be_written_leaves_the_grade_waiting_and_retry_writes_it(desk: Desk) -> None:
    note = desk.root / "Notes.md"
    hidden = note.rename(note.with_suffix(".away"))
    action = desk.grade()
    message = desk.last()
    assert isinstance(message, SaveFailed)
    assert [waiting.id for waiting in message.standing.waiting] == [action.id]
    assert message.standing.unsaved == ()
    assert message.standing.waiting[0].why
    hidden.rename(note)
    desk.writer.retry()
    retried = desk.last()
    assert isinstance(retried, Retried)
    assert retried.standing.waiting == ()
    assert "France::Paris\n<!--SR:" in desk.note


def test_where_the_log_cannot_be_written_the_grade_is_kept_and_the_next_one_waits_behind_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = True
    full_disk(monkeypatch, lambda _: full)
    first = desk.grade()
    message = desk.last()
    assert isinstance(message, SaveFailed)
    assert [kept.action.id for kept in message.standing.unsaved] == [first.id]
    assert "No space left" in message.standing.unsaved[0].why
    assert desk.note == NOTE
    full = False
    second = desk.grade()
    assert isinstance(desk.last(), NoteSaved)
    assert [action.id for action in desk.logged().applied] == [first.id, second.id]
    assert desk.writer.standing.unsaved == ()


def test_behind_a_grade_that_the_log_refuses_no_later_one_is_logged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[str] = []
    full_disk(monkeypatch, lambda said: isinstance(said, Action) and said.id in refused)
    first = desk.session.grade(Grade.GOOD)
    refused.append(first.id)
    desk.writer.save(first)
    later = [desk.grade(), desk.grade()]
    message = desk.last()
    assert isinstance(message, SaveFailed)
    assert [kept.action.id for kept in message.standing.unsaved] == [first.id, *(one.id for one in later)]
    assert all("No space left" in kept.why for kept in message.standing.unsaved)
    assert desk.logged().applied == []
    assert desk.note == NOTE
    refused.clear()
    desk.writer.retry()
    assert isinstance(desk.last(), Retried)
    assert [action.id for action in desk.logged().applied] == [first.id, *(one.id for one in later)]


def test_a_waiting_grade_stays_until_the_log_has_what_replaces_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = desk.root / "Notes.md"
    hidden = note.rename(note.with_suffix(".away"))
    waiting = desk.grade()
    assert isinstance(desk.last(), SaveFailed)
    hidden.rename(note)
    instead = replace(waiting, id=new_id())
    with monkeypatch.context() as patch:
        full_disk(patch, lambda said: isinstance(said, Action) and said.id == instead.id)
        desk.writer.answer(waiting, instead)
        message = desk.last()
        assert isinstance(message, Retried)
        assert [action.id for action in message.standing.waiting] == [waiting.id]
        assert [kept.action.id for kept in message.standing.unsaved] == [instead.id]
    desk.writer.answer(waiting, instead)
    message = desk.last()
    assert isinstance(message, Reported)
    assert message.standing.waiting == ()
    assert [action.id for action in desk.logged().applied] == [instead.id]


def test_each_grade_that_is_kept_says_its_own_reason(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = desk.session.current
    assert broken is not None

    def failing(_: object, action: Action) -> Any:
        raise ValueError("a bug") if action.card == broken.id else JournalError("No space left")

    monkeypatch.setattr(desk.workspace.store.__class__, "save", failing)
    desk.grade()
    desk.grade()
    assert isinstance(desk.last(), SaveFailed)
    assert [kept.why for kept in desk.writer.standing.unsaved] == ["ValueError: a bug", "No space left"]


def test_undo_takes_the_last_grade_whether_it_is_in_the_log_or_in_memory(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk.grade()
    assert isinstance(desk.last(), NoteSaved)
    after = desk.note
    with monkeypatch.context() as patch:
        full_disk(patch, lambda _: True)
        later = [desk.grade(), desk.grade()]
        assert isinstance(desk.last(), SaveFailed)
        taken: list[str] = []
        for _ in later:
            desk.writer.undo()
            message = desk.last()
            assert isinstance(message, Undone)
            taken.append(message.saved.action.id)
        assert desk.note == after
    desk.writer.undo()
    message = desk.last()
    assert isinstance(message, Undone)
    assert [*taken, message.saved.action.id] == [later[1].id, later[0].id, first.id]
    assert desk.note == NOTE


def test_undo_takes_a_later_grade_in_the_log_before_an_earlier_one_in_memory(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = desk.workspace.store.__class__
    save, broken = store.save, desk.session.current
    assert broken is not None

    def failing(self: Any, action: Action) -> Any:
        if action.card == broken.id:
            raise ValueError("a bug")
        return save(self, action)

    monkeypatch.setattr(store, "save", failing)
    given = [desk.grade(), desk.grade()]
    taken = []
    for _ in given:
        desk.writer.undo()
        message = desk.last()
        assert isinstance(message, Undone)
        taken.append(message.saved.action.id)
    assert taken == [given[1].id, given[0].id]
    assert desk.note == NOTE
    assert desk.writer.standing.unsaved == ()


def test_the_end_tries_once_more_and_hands_back_what_is_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full_disk(monkeypatch, lambda _: True)
    action = desk.grade()
    left = desk.writer.close()
    assert [kept.action.id for kept in left] == [action.id]
    assert "No space left" in left[0].why


def test_the_end_saves_what_can_be_saved_by_then(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full = True
    full_disk(monkeypatch, lambda _: full)
    desk.grade()
    assert desk.writer.flush()
    full = False
    assert desk.writer.close() == []
    assert "France::Paris\n<!--SR:" in desk.note


def test_undo_takes_back_a_grade_that_could_not_be_saved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full_disk(monkeypatch, lambda _: True)
    action = desk.grade()
    desk.writer.undo()
    message = desk.last()
    assert isinstance(message, Undone)
    assert message.saved.action.id == action.id
    assert desk.writer.close() == []
    assert desk.note == NOTE


def test_a_disk_that_fills_up_between_intent_and_outcome_does_not_spoil_the_undo(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = True
    full_disk(monkeypatch, lambda said: full and is_outcome(said))
    desk.grade()
    assert isinstance(desk.last(), NoteSaved)
    full = False
    desk.writer.undo()
    assert isinstance(desk.last(), Undone)
    assert desk.note == NOTE


def test_undo_of_a_grade_whose_outcome_is_unknown_restores_the_note(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk(monkeypatch, is_outcome)
    desk.grade()
    assert isinstance(desk.last(), NoteSaved)
    monkeypatch.undo()
    desk.writer = desk._writer(workspace(desk.root, desk.home))
    desk.writer.undo()
    assert isinstance(desk.last(), Undone)
    assert desk.note == NOTE


def test_of_a_long_undo_only_every_25th_note_is_reported(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def undone(_store: object, _group: str, _now: object, tell: Callable[[int, int], None]) -> Reverted:
        for done in range(60):
            tell(done, 60)
        return Reverted()

    monkeypatch.setattr("studyapp.core.workspace.groups.undo_group", undone)
    desk.writer._turn_group("group", back=True)
    assert [(one.done, one.of) for one in desk.heard if isinstance(one, GroupTurning)] == [(25, 60), (50, 60)]


def test_an_unexpected_error_keeps_the_grade_and_the_writer_continues(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = desk.workspace.store.__class__.save
    broken = desk.session.current
    assert broken is not None

    def failing(self: Any, action: Action) -> Any:
        if action.card == broken.id:
            raise ValueError("a bug")
        return save(self, action)

    monkeypatch.setattr(desk.workspace.store.__class__, "save", failing)
    first = desk.grade()
    second = desk.grade()
    assert desk.writer.flush()
    assert [message.saved.action.id for message in desk.heard if isinstance(message, NoteSaved)] == [second.id]
    (kept,) = desk.writer.standing.unsaved
    assert kept.action.id == first.id
    assert "a bug" in kept.why
    assert "Italy::Rome\n<!--SR:" in desk.note


def test_a_grade_on_its_way_is_not_reported_as_unsaved(desk: Desk) -> None:
    desk.grade()
    desk.grade()
    assert desk.writer.flush()
    reports = [message for message in desk.heard if isinstance(message, Reported)]
    assert all(message.standing.unsaved == () for message in reports)


def test_a_disk_that_does_not_answer_ends_the_wait_and_the_grade_is_handed_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    save = desk.workspace.store.__class__.save

    def hanging(self: Any, action: Action) -> Any:
        answers.wait()
        return save(self, action)

    monkeypatch.setattr(desk.workspace.store.__class__, "save", hanging)
    action = desk.grade()
    assert desk.writer.flush(0.01) is False
    left = desk.writer.close(0.01)
    answers.set()
    assert [kept.action.id for kept in left] == [action.id]
    assert left[0].why


def test_messages_to_an_app_that_has_ended_are_dropped(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    def ended(_: Message) -> None:
        raise RuntimeError("Event loop is closed")

    writer = Writer(desk.workspace, ended)
    writer.start()
    writer.save(Session(desk.workspace.vault, begin(desk.workspace).waiting, lambda: NOW).grade(Grade.GOOD))
    assert writer.close() == []
    assert desk.note.count("<!--SR:") == 1
    desk.writer.close()
