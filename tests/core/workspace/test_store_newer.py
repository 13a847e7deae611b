"""A newer schedule that a card got elsewhere is never overwritten silently."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import Action, ActionKind, Status
from studyapp.core.log.journal import new_id
from studyapp.core.schedule.entries import Grade
from tests.helpers.whole_notes import ENTRY, NOW, Desk

SEEN = "2026-06-01,4,250"
THEIRS = "2027-03-01,300,250"
FSRS = "fsrs,2027-03-01T09:30:00.000Z,5,5.1,4.5,2,3,0,0,2024-06-15T09:30:00.000Z"
LATER = NOW + timedelta(minutes=1)


def raw(entry: str | None) -> bytes:
    return b"#flashcards\n\na::b\n" + (f"<!--SR:!{entry}-->\n".encode() if entry else b"") + b"\nc::d\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, raw(SEEN))


@pytest.mark.parametrize("theirs", [THEIRS, "2026-06-02,5,250", FSRS])
@pytest.mark.parametrize("seen", [SEEN, None])
def test_a_newer_schedule_stays_and_the_grade_is_kept_until_the_user_decides(
    tmp_path: Path, seen: str | None, theirs: str
) -> None:
    desk = Desk(tmp_path, raw(seen))
    action = desk.action()
    desk.note.write_bytes(raw(theirs))
    saved = desk.store.save(action)
    assert desk.raw == raw(theirs)
    assert saved.newer == theirs
    assert "newer" in (saved.why_not or "")
    desk.restart()
    assert [one.id for one in desk.journal.waiting] == [action.id]
    again = desk.store.retry(desk.journal.waiting[0])
    assert again.newer == theirs
    assert desk.raw == raw(theirs)


@pytest.mark.parametrize("other", ["2026-05-20,2,250", None, "2000-01-01,1,250", "soon,3,250"])
def test_an_older_schedule_is_what_a_grade_replaces(desk: Desk, other: str | None) -> None:
    action = desk.action()
    desk.note.write_bytes(raw(other))
    assert desk.store.save(action).why_not is None
    assert ENTRY.encode() in desk.raw


def test_a_change_of_another_card_asks_nothing(desk: Desk) -> None:
    action = desk.action()
    desk.note.write_bytes(desk.raw + b"<!--SR:!2027-03-01,300,250-->\n")
    assert desk.store.save(action).why_not is None


def test_what_the_note_had_when_the_card_was_seen_is_not_news(desk: Desk) -> None:
    """The next grade follows from one that could not be written yet."""
    first = desk.action(entry="2024-06-15,0,230")
    desk.note.chmod(0o444)
    assert desk.store.save(first).why_not is not None
    desk.note.chmod(0o644)
    second = replace(first, id=new_id(), before=first.after, after=ENTRY)
    assert desk.store.save(second).why_not is None
    assert ENTRY.encode() in desk.raw


def test_a_grade_that_waited_is_not_written_over_what_was_seen_before_the_one_that_it_follows(desk: Desk) -> None:
    first = desk.action(entry="2024-06-15,0,230")
    second = replace(first, id=new_id(), before=first.after, after=ENTRY)
    desk.note.chmod(0o444)
    assert desk.store.save(second).why_not is not None
    desk.note.chmod(0o644)
    assert desk.store.retry(desk.journal.waiting[0]).why_not is not None
    assert desk.raw == raw(SEEN)


def test_a_grade_is_not_done_again_over_a_newer_schedule(desk: Desk) -> None:
    saved = desk.grade()
    desk.store.undo(saved.action, LATER)
    desk.note.write_bytes(raw(THEIRS))
    undone = desk.journal.last_undone()
    assert undone is not None
    with pytest.raises(NoteError, match="newer"):
        desk.store.redo(undone, LATER)
    assert desk.raw == raw(THEIRS)
    assert not desk.journal.waiting


def test_a_grade_that_is_withdrawn_does_not_count_and_is_not_tried_again(desk: Desk) -> None:
    action = desk.action()
    desk.note.write_bytes(raw(THEIRS))
    saved = desk.store.save(action)
    assert desk.store.withdraw(saved.action).action.status is Status.UNDONE
    desk.restart()
    assert not desk.journal.waiting
    assert desk.journal.last_applied() is None
    assert desk.raw == raw(THEIRS)


def test_the_schedule_of_a_whole_note_is_not_overwritten_either(tmp_path: Path) -> None:
    front = "---\nsr-due: {}\nsr-interval: 4\nsr-ease: 250\n---\ntext\n"
    desk = Desk(tmp_path, front.format("2026-06-01").encode())
    seen = Seen.whole("deck/note.md", "")
    action = Action(new_id(), ActionKind.NOTE, NOW, seen, Grade.GOOD, 1, SEEN, "2026-06-09,9,250")
    desk.note.write_bytes(front.format("2027-03-01").encode())
    assert desk.store.save(action).newer is not None
    assert b"2027-03-01" in desk.raw


@pytest.mark.parametrize("day", ["2027-03-01", "2026-01-01"])
def test_undo_of_a_whole_note_does_not_touch_a_schedule_that_it_got_since(tmp_path: Path, day: str) -> None:
    front = "---\nsr-due: {}\nsr-interval: 4\nsr-ease: 250\n---\ntext\n"
    desk = Desk(tmp_path, front.format("2026-06-01").encode())
    action = Action(
        new_id(), ActionKind.NOTE, NOW, Seen.whole("deck/note.md", ""), Grade.GOOD, 1, SEEN, "2026-06-09,4,250"
    )
    saved = desk.store.save(action)
    assert saved.why_not is None
    there = front.format(day).encode()
    desk.note.write_bytes(there)
    with pytest.raises(NoteError, match="the note now has another schedule"):
        desk.store.undo(saved.action, LATER)
    assert desk.raw == there
    desk.note.write_bytes(front.format("2026-06-09").encode() + b"more\n")
    assert desk.store.undo(saved.action, LATER).raw == front.format("2026-06-01").encode() + b"more\n"
    assert desk.journal.path.read_bytes().splitlines()[-1].startswith(b'{"v":1,"kind":"undo",')
