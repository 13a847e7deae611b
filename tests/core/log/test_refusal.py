"""Lines in a log that are not this machine's change nothing but schedule comments; they are reported and kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.edits.comments import differ_in_comments
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import Status
from studyapp.core.log.refusal import CODE
from studyapp.core.text.note_text import Edit, Span, digest_of
from studyapp.core.workspace.tidy import tidy
from tests.helpers.whole_notes import COMMENT, ENTRY, RAW, Desk
from tests.helpers.whole_notes import NOW as AT

WRITTEN = RAW.replace(b"a::b\r\n", b"a::b\r\n" + COMMENT + b"\r\n")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def plant(desk: Desk, *followed_by: str, **values: Any) -> None:
    """Add to the log a line that this machine did not write, and lines that refer to it."""
    line: dict[str, Any] = {
        "v": 1,
        "kind": "grade",
        "id": "1",
        "at": "2024-06-15T09:30:00+00:00",
        "card": str(desk.action().card),
        "grade": "good",
        "seconds": 1,
        "before": None,
        "after": ENTRY,
        "seen": [digest_of(RAW), 0, 1, 1, None, []],
    }
    line["seen"][1] = desk.action().seen.kind
    lines = [line | values, *({"v": 1, "kind": kind, "of": "1", "at": AT.isoformat()} for kind in followed_by)]
    desk.journal.path.parent.mkdir(parents=True, exist_ok=True)
    with desk.journal.path.open("a") as file:
        file.write("".join(json.dumps(one) + "\n" for one in lines))
    desk.restart()


def change(raw: bytes, start: int, old: str, new: str) -> dict[str, Any]:
    before, after = raw, raw[:start] + new.encode() + raw[start + len(old.encode()) :]
    return {
        "digests": [digest_of(before), digest_of(after)],
        "edits": [[start, old, new]],
        "had_comment": False,
        "replaced": None,
    }


def test_what_a_log_says_of_bytes_is_not_what_a_grade_does(desk: Desk) -> None:
    plant(desk, **change(RAW, 0, "#flashcards", "#planted"))
    (waiting,) = desk.journal.waiting
    assert desk.store.retry(waiting).why_not is None
    assert desk.raw == WRITTEN


@pytest.mark.parametrize(
    "values",
    [
        {"after": "2031-05-06,17,230-->text<!--"},
        {"after": "2031-05-06,17,230!2031-05-06,17,230"},
        {"after": "2031-05-06 text,17,230"},
        {"after": "text"},
        {"card": ".git/config:0:1:1"},
        {"card": "/etc/passwd.md:0:1:1"},
        {"card": "../x.md:0:1:1"},
        {"kind": "edit"},
        {"kind": "note", "after": "2031-05-06,17,230"},
    ],
    ids=str,
)
def test_a_line_that_asks_for_more_than_a_schedule_is_refused_reported_and_kept(
    desk: Desk, values: dict[str, Any]
) -> None:
    plant(desk, **change(RAW, 0, "#flashcards", "#planted") | values)
    grade = desk.grade()
    desk.restart()
    log = desk.journal.path.read_bytes()
    assert desk.journal.waiting == []
    (problem,) = desk.journal.problems
    assert (problem.code, problem.line) == (CODE, 1)
    action = desk.journal.find("1")
    assert action is not None
    saved = desk.store.retry(action)
    assert saved.action.status is Status.PENDING
    assert saved.why_not is not None
    assert saved.why_not in problem.message
    tidy(desk.root, desk.journal, [], alone=True)
    assert [one.code for one in desk.journal.problems] == [CODE]
    assert desk.journal.path.read_bytes() == log
    assert desk.raw == WRITTEN
    assert desk.journal.last_applied() == desk.journal.find(grade.action.id)


def test_undo_passes_over_a_line_that_was_refused(desk: Desk) -> None:
    graded = desk.grade().action
    plant(desk, after="text")
    last = desk.journal.last_applied()
    assert last is not None
    assert last.id == graded.id


@pytest.mark.parametrize("kind", ["edit", "note"])
def test_undo_of_a_planted_line_gives_no_text_back_and_continues_with_what_came_before(desk: Desk, kind: str) -> None:
    graded = desk.grade().action
    plant(desk, "written", kind=kind, **change(RAW, RAW.index(b"end"), "end", "the end") | {"id": "1"})
    planted = WRITTEN.replace(b"end", b"the end")
    with desk.journal.path.open() as file:
        lines = [json.loads(line) for line in file]
    lines[-2] |= change(WRITTEN, WRITTEN.index(b"end"), "end", "the end")
    desk.journal.path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    desk.note.write_bytes(planted)
    desk.restart()
    action = desk.journal.last_applied()
    assert action is not None
    assert action.id == "1"
    with pytest.raises(NoteError, match="cannot be undone"):
        desk.store.undo(action, AT)
    assert desk.raw == planted
    last = desk.journal.last_applied()
    assert last is not None
    assert last.id == graded.id


def test_undo_of_a_grade_that_was_not_logged_here_takes_back_the_comment_alone(desk: Desk) -> None:
    planted = WRITTEN.replace(b"end", b"the end")
    desk.note.write_bytes(planted)
    plant(desk, "written", **change(WRITTEN, WRITTEN.index(b"end"), "end", "the end"))
    action = desk.journal.last_applied()
    assert action is not None
    desk.store.undo(action, AT)
    assert desk.raw == RAW.replace(b"end", b"the end")


@pytest.mark.parametrize("kind", ["edit", "note"])
def test_what_was_planted_is_not_done_again_and_does_not_keep_others_from_it(desk: Desk, kind: str) -> None:
    plant(desk, "undo", kind=kind, **change(RAW, 0, "#flashcards", "#planted"))
    action = desk.journal.last_undone()
    assert action is not None
    with pytest.raises(NoteError, match="cannot be redone"):
        desk.store.redo(action, AT)
    assert desk.raw == RAW
    assert desk.journal.last_undone() is None


@pytest.mark.parametrize("kind", ["undoing", "redo"])
def test_who_adds_a_line_to_this_machine_s_log_does_not_have_it_act(desk: Desk, kind: str) -> None:
    start = RAW.index(b"end")
    edit = Edit(Span(start, start + 3), b"end", b"the end")
    desk.store.edit("deck/note.md", RAW, (edit,), AT)
    written = desk.raw
    with desk.journal.path.open("a") as file:
        of = desk.journal.applied[0].id
        file.write(json.dumps({"v": 1, "kind": kind, "of": of, "at": AT.isoformat()}) + "\n")
    desk.restart()
    assert desk.journal.waiting == []
    assert [one.code for one in desk.journal.problems] == [CODE]
    (action,) = desk.journal.applied
    with pytest.raises(NoteError, match="cannot be undone"):
        desk.store.undo(action, AT)
    assert desk.raw == written


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        (b"a::b", b"a::b\n<!--SR:!2024-01-01,3,250-->", True),
        (b"a::b", b"a::b <!--SR:!2024-01-01,3,250-->", True),
        (b"<!--SR:!2024-01-01,3,250-->", b"<!--SR:!2024-01-02,4,250!2024-01-02,4,250-->", True),
        (b"a\n> [!sr|card-metadata] \n>  <!--SR:!2024-01-01,3,250-->\nb", b"a\nb", True),
        (b"<!--SR:!odd-->a", b"a<!--SR:!odd-->", True),
        (b"a", b"a<!--SR:!odd-->", False),
        (b"a", b"a<!--SR:text!2024-01-01,3,250-->", False),
        (b"a", b"a\n> [!sr|card-metadata] text\n> <!--SR:!2024-01-01,3,250-->", False),
        (b"a", b"a\n\n<!--SR:!2024-01-01,3,250-->", False),
        (b"a", b"a --> b <!--SR:!2024-01-01,3,250-->", False),
        (b"a", b"b", False),
        (b"\xff", b"\xfe", False),
    ],
)
def test_notes_that_differ_only_in_sound_comments_are_told_apart(old: bytes, new: bytes, *, holds: bool) -> None:
    assert differ_in_comments(old, new) is holds
