"""What a crash left is put in order, loses nothing, and may itself be cut short anywhere."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.disk.leftovers import beside
from studyapp.core.log.journal import Journal, Status
from studyapp.core.vault.walk import Walk
from studyapp.core.workspace.tidy import clean_up, damaged_lines, set_aside, tidy
from tests.helpers.whole_notes import NOW, RAW, Desk

HALF = b'{"v":1,"kind":"wri'
LATER = b'{"v":99,"kind":"grade","id":"z"}'
OF_LATER = b'{"v":1,"kind":"written","of":"z"}'


def aside(desk: Desk) -> bytes:
    path = desk.journal.path.with_name("laptop.damaged")
    return path.read_bytes() if path.exists() else b""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.grade()
    return desk


def test_damaged_lines_are_moved_beside_the_log_and_the_others_stay(desk: Desk) -> None:
    whole = desk.journal.path.read_bytes()
    first, rest = whole.split(b"\n", 1)
    desk.journal.path.write_bytes(b"\n".join([first, HALF, LATER, OF_LATER, b"\0\0", rest]) + HALF)
    said = set_aside(desk.journal.path)
    assert said is not None
    assert "3 damaged lines" in said.message
    assert desk.journal.path.read_bytes() == b"\n".join([first, LATER, OF_LATER, rest])
    assert [line for line in aside(desk).split(b"\n") if line and not line.startswith(b"#")] == [HALF, b"\0\0", HALF]
    assert set_aside(desk.journal.path) is None
    desk.restart()
    assert [action.status for action in desk.journal.applied] == [Status.WRITTEN]


def test_a_log_without_damage_is_not_written(desk: Desk) -> None:
    before = desk.journal.path.stat()
    assert set_aside(desk.journal.path) is None
    assert desk.journal.path.stat() == before
    assert not aside(desk)


def test_what_speaks_of_a_damaged_line_goes_with_it(desk: Desk) -> None:
    first, second = desk.journal.path.read_bytes().splitlines()
    desk.journal.path.write_bytes(first[:-5] + b"\n" + second + b"\n")
    assert damaged_lines(desk.journal.path) == {1, 2}
    journal = Journal(desk.journal.path)
    tidy(desk.root, journal, (), alone=True)
    assert len(journal.problems) == 1
    assert not Journal(desk.journal.path).problems


@given(st.lists(st.sampled_from([HALF, b"\0", b"{}", b"\xff", b"null", b'{"v":1}', b"[" * 2000]), min_size=1))
def test_whatever_is_damaged_no_byte_of_it_is_lost_and_none_stays(
    tmp_path_factory: pytest.TempPathFactory, junk: list[bytes]
) -> None:
    log = tmp_path_factory.mktemp("vault") / "laptop.jsonl"
    log.write_bytes(b"\n".join(junk))
    assert set_aside(log) is not None
    assert log.read_bytes() == b""
    _, *kept = log.with_name("laptop.damaged").read_bytes().split(b"\n")
    assert kept == [*junk, b""]


@pytest.mark.parametrize("name", ["fsync", "replace"])
@pytest.mark.parametrize("nth", range(6))
def test_a_crash_at_any_step_loses_and_doubles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, nth: int
) -> None:
    good = desk.journal.path.read_bytes()
    desk.journal.path.write_bytes(good + HALF)
    owner: Any = os if name == "fsync" else Path
    done = getattr(owner, name)
    calls = 0

    def cut(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > nth:
            raise KeyboardInterrupt
        return done(*given)

    monkeypatch.setattr(owner, name, cut)
    with suppress(KeyboardInterrupt):
        set_aside(desk.journal.path)
    assert HALF in aside(desk) + desk.journal.path.read_bytes()
    monkeypatch.undo()
    set_aside(desk.journal.path)
    assert desk.journal.path.read_bytes() == good
    assert aside(desk).count(HALF) == 1


def test_a_line_that_another_copy_adds_meanwhile_is_in_the_new_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.journal.path.write_bytes(desk.journal.path.read_bytes() + HALF)
    stale = os.open(desk.journal.path, os.O_RDWR | os.O_APPEND)
    opened, real_open = [stale], os.open
    assert set_aside(desk.journal.path) is not None
    monkeypatch.setattr(
        "studyapp.core.log.journal.os.open",
        lambda *given: opened.pop() if opened and str(given[0]).endswith(".jsonl") else real_open(*given),
    )
    desk.journal.undo(desk.journal.applied[0], NOW)
    assert json.loads(desk.journal.path.read_bytes().splitlines()[-1])["kind"] == "undo"


def strays(desk: Desk) -> list[str]:
    walk = Walk(desk.root)
    assert [path for path, _ in walk.notes()] == ["deck/note.md"]
    return walk.strays


def test_files_that_a_crash_left_beside_notes_are_cleaned_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    old, new = RAW, RAW + b"x"
    for kind, data in ((".studyapp", new), (".studyapp-draft", new[:3])):
        beside(desk.note, old, new, "0a1b2c3d", kind).write_bytes(data)
    found = strays(desk)
    assert len(found) == 2
    assert not clean_up(desk.root, found, alone=True)
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
    assert desk.raw == RAW


def test_a_text_that_is_nowhere_else_stays_and_is_reported(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    theirs = beside(desk.note, b"old", b"new", "0a1b2c3d", ".studyapp")
    theirs.write_bytes(b"what somebody wrote")
    orphan = theirs.with_name(beside(desk.note.with_name("gone.md"), b"a", b"b", "11111111", ".studyapp").name)
    orphan.write_bytes(b"b")
    problems = clean_up(desk.root, strays(desk), alone=True)
    assert {problem.path for problem in problems} == {str(theirs), str(orphan)}
    assert theirs.read_bytes() == b"what somebody wrote"
    assert orphan.read_bytes() == b"b"


def test_a_young_file_may_belong_to_a_write_that_goes_on(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    draft = beside(desk.note, RAW, RAW, "0a1b2c3d", ".studyapp-draft")
    draft.write_bytes(b"")
    assert not clean_up(desk.root, strays(desk), alone=False)
    assert draft.exists()
    os.utime(draft, (0, 0))
    clean_up(desk.root, strays(desk), alone=False)
    assert not draft.exists()


@pytest.mark.parametrize(
    ("kind", "holds", "note", "goes"),
    [
        (".studyapp", b"old", b"new", True),
        (".studyapp", b"new", b"old", True),
        (".studyapp", b"new", b"another", False),
        (".studyapp", b"theirs", b"new", False),
        (".studyapp", b"theirs", b"theirs", True),
        (".studyapp-draft", b"ne", b"another", True),
        (".studyapp-new", b"newold", b"new", True),
        (".studyapp-new", b"newold", b"neold", False),
    ],
)
def test_a_file_of_a_note_that_was_renamed_goes_if_its_text_is_in_a_note(
    tmp_path: Path, kind: str, holds: bytes, note: bytes, *, goes: bool
) -> None:
    desk = Desk(tmp_path)
    last = "3" if kind == ".studyapp-new" else "0a1b2c3d"
    left = beside(desk.note.with_name("before.md"), b"old", b"new", last, kind)
    left.write_bytes(holds)
    (desk.root / "elsewhere").mkdir()
    (desk.root / "elsewhere" / "after.md").write_bytes(note)
    problems = clean_up(desk.root, [f"deck/{left.name}"], alone=True)
    assert left.exists() is not goes
    assert [problem.path for problem in problems] == ([] if goes else [str(left)])
    assert desk.raw == RAW
