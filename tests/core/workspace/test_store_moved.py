"""Actions follow a renamed note; a deleted one blocks nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import ActionKind, Move
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin, begin_with
from tests.helpers.vaults import NOW, handles_of, make_vault, workspace

TEXT = "#flashcards\n\nfirst::1\n\nsecond::2\n"
OTHER = "#flashcards\n\nother::3\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault", {"folder/a.md": TEXT, "z.md": OTHER})


def opened(root: Path, days: int = 0) -> Workspace:
    return workspace(root, root.parent / "home", NOW + timedelta(days=days))


def graded(root: Path, cards: int = 1) -> bytes:
    """Grade the first cards; the note's bytes before the last grade."""
    one = opened(root)
    session, before = begin(one), b""
    for _ in range(cards):
        before = (root / "folder/a.md").read_bytes()
        assert one.store.save(session.grade(Grade.GOOD)).why_not is None
    return before


def renamed(root: Path) -> Path:
    (root / "folder/a.md").rename(root / "b.md")
    return root / "b.md"


def test_undo_and_redo_follow_a_note_that_was_renamed(root: Path) -> None:
    before = graded(root, 2)
    note = renamed(root)
    after = note.read_bytes()
    one = opened(root)
    action = one.journal.last_applied()
    assert action is not None
    one.find_again([action])
    saved = one.store.undo(action, NOW)
    assert saved.action.card.path == "b.md"
    assert note.read_bytes() == saved.raw == before
    again = opened(root)
    undone = again.journal.last_undone()
    assert undone is not None
    saved = again.store.redo(undone, NOW)
    assert (saved.why_not, saved.action.card.path) == (None, "b.md")
    assert note.read_bytes() == after
    assert not (root / "folder/a.md").exists()


def test_a_grade_that_waits_follows_its_card_to_another_text_of_the_same_note(root: Path) -> None:
    one = opened(root)
    action, note = begin(one).grade(Grade.GOOD), root / "folder/a.md"
    note.write_text(TEXT.replace("first::1", "the very first::1"))
    assert one.store.save(action).why_not is not None
    one.journal.move(Move(str(action.card), str(handles_of(workspace(root, root.parent / "h").vault)[0].id), NOW))
    assert one.store.retry(one.journal.waiting[0]).why_not is None
    assert "the very first::1\n<!--SR:" in note.read_text()


def test_a_note_that_was_renamed_twice_is_followed(root: Path) -> None:
    before = graded(root)
    note = renamed(root)
    opened(root).find_again(opened(root).journal.applied)
    note = note.rename(root / "c.md")
    one = opened(root, days=1)
    one.find_again(one.journal.applied)
    one.store.undo(one.journal.applied[0], NOW)
    assert note.read_bytes() == before


def test_a_waiting_grade_follows_a_note_that_was_renamed(root: Path) -> None:
    graded(root)
    (root / "folder/a.md").chmod(0o444)
    one = opened(root)
    assert one.store.save(begin(one).grade(Grade.EASY)).why_not is not None
    note = renamed(root)
    note.chmod(0o644)
    (saved,) = opened(root).recover()
    assert (saved.why_not, saved.action.card.path) == (None, "b.md")
    assert note.read_bytes().count(b"<!--SR:") == 2
    assert not opened(root).journal.waiting


def test_a_question_that_was_deleted_comes_back_in_a_note_that_was_renamed(root: Path) -> None:
    one = opened(root)
    (handle, *_) = handles_of(one.vault)
    one.store.delete(Seen.of(handle.note, handle.question, handle.card), NOW)
    note = renamed(root)
    one = opened(root)
    one.find_again(one.journal.applied)
    one.store.undo(one.journal.applied[0], NOW)
    assert note.read_bytes() == TEXT.encode()
    again = opened(root)
    undone = again.journal.last_undone()
    assert undone is not None
    again.store.redo(undone, NOW)
    assert note.read_bytes() == TEXT.replace("first::1\n\n", "").encode()


def test_a_note_that_was_deleted_does_not_keep_undo_from_what_came_before(root: Path) -> None:
    one = opened(root)
    session = begin_with(one, [row for row in one.vault.rows() if row.path == "z.md"])
    one.store.save(session.grade(Grade.GOOD))
    graded(root)
    (root / "folder/a.md").unlink()
    one = opened(root)
    last = one.journal.last_applied()
    assert last is not None
    with pytest.raises(NoteError, match="no longer in this vault"):
        one.store.undo(last, NOW)
    again = opened(root)
    before = again.journal.last_applied()
    assert before is not None
    again.store.undo(before, NOW)
    assert (root / "z.md").read_text() == OTHER


def test_a_note_that_was_deleted_does_not_keep_redo_from_what_came_before(root: Path) -> None:
    one = opened(root)
    session = begin_with(one, [row for row in one.vault.rows() if row.path == "z.md"])
    one.store.save(session.grade(Grade.GOOD))
    done = (root / "z.md").read_bytes()
    handle = next(handle for handle in handles_of(one.vault) if handle.note.path == "folder/a.md")
    one.store.delete(Seen.of(handle.note, handle.question, handle.card), NOW)
    for action in reversed(one.journal.applied):
        one.store.undo(action, NOW)
    grade = one.journal.last_undone()
    assert grade is not None
    one.store.redo(grade, NOW)
    one.store.undo(one.journal.applied[-1], NOW)  # the deletion is to be done again after it now
    (root / "folder/a.md").unlink()
    one = opened(root)
    kinds = []
    while (undone := one.journal.last_undone()) is not None:
        kinds.append(undone.kind)
        if undone.kind is ActionKind.EDIT:
            with pytest.raises(NoteError, match="no longer in this vault"):
                one.store.redo(undone, NOW)
        else:
            one.store.redo(undone, NOW)
    assert sorted(kinds) == [ActionKind.EDIT, ActionKind.GRADE]
    assert (root / "z.md").read_bytes() == done


def test_a_drive_that_was_taken_away_gets_no_log_and_the_grade_waits_outside(root: Path, tmp_path: Path) -> None:
    one = opened(root)
    session = begin(one)
    assert one.store.save(session.grade(Grade.GOOD)).why_not is None
    drive = root.rename(tmp_path / "drive")
    root.mkdir()  # the mount point
    saved = one.store.save(session.grade(Grade.EASY))
    assert saved.why_not is not None
    assert "drive" in saved.why_not
    assert list(root.iterdir()) == []
    assert one.journal.kept_in == one.locations.journal_outside(root)
    assert one.journal.kept_in.is_file()
    opened(root).recover()  # a reminder, say
    assert one.journal.kept_in.is_file()
    assert list(root.iterdir()) == []
    root.rmdir()
    drive.rename(root)
    again = opened(root)
    assert [waiting.grade for waiting in again.journal.waiting] == [Grade.EASY]
    assert [saved.why_not for saved in again.recover()] == [None]
    assert (root / "folder/a.md").read_bytes().count(b"<!--SR:") == 2
    assert not again.journal.problems


@pytest.mark.parametrize("comes_back", [True, False])
def test_what_is_done_without_the_drive_stays_together_if_that_comes_back(
    root: Path, tmp_path: Path, *, comes_back: bool
) -> None:
    one = opened(root)
    session = begin(one)
    drive = root.rename(tmp_path / "drive")
    root.mkdir()
    action = one.store.save(session.grade(Grade.GOOD)).action
    if comes_back:
        root.rmdir()
        drive.rename(root)
        assert one.store.retry(action).why_not is None
        one.store.undo(one.journal.applied[0], NOW)
    else:
        one.store.undo(action, NOW)
        root.rmdir()
        drive.rename(root)
    again = opened(root)
    assert not again.journal.problems
    assert not again.journal.waiting
    assert not again.journal.applied
    assert (root / "folder/a.md").read_text() == TEXT


def test_undo_and_redo_follow_cards_whose_note_has_given_its_name_to_another(root: Path) -> None:
    before = graded(root)
    (root / "folder/a.md").rename(root / "b.md")
    (root / "z.md").rename(root / "folder/a.md")
    after = (root / "b.md").read_bytes()
    one = opened(root)
    action = one.journal.last_applied()
    assert action is not None
    one.find_again([action])
    assert one.store.undo(action, NOW).action.card.path == "b.md"
    assert (root / "b.md").read_bytes() == before
    undone = one.journal.last_undone()
    assert undone is not None
    assert one.store.redo(undone, NOW).why_not is None
    assert (root / "b.md").read_bytes() == after
    assert (root / "folder/a.md").read_text() == OTHER
