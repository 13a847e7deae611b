"""Tidying up after a crash loses nothing, and may itself be interrupted anywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studyapp.core.disk.leftovers import name_beside
from studyapp.core.vault.scan.walk import Walk
from studyapp.core.workspace.tidy import clean_up
from tests.helpers.whole_notes import RAW, Desk


def strays(desk: Desk) -> list[str]:
    walk = Walk(desk.root)
    assert [path for folder in walk.folders() for path, _ in folder.notes()] == ["deck/note.md"]
    return walk.strays


def test_files_that_a_crash_left_beside_notes_are_cleaned_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    old, new = RAW, RAW + b"x"
    for kind, data in ((".studyapp", new), (".studyapp-draft", new[:3])):
        name_beside(desk.note, old, new, "0a1b2c3d", kind).write_bytes(data)
    found = strays(desk)
    assert len(found) == 2
    assert not clean_up(desk.root, found, alone=True)
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
    assert desk.raw == RAW


def test_a_text_that_is_nowhere_else_stays_and_is_reported(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    theirs = name_beside(desk.note, b"old", b"new", "0a1b2c3d", ".studyapp")
    theirs.write_bytes(b"what another program wrote")
    orphan = theirs.with_name(name_beside(desk.note.with_name("gone.md"), b"a", b"b", "11111111", ".studyapp").name)
    orphan.write_bytes(b"b")
    problems = clean_up(desk.root, strays(desk), alone=True)
    assert {problem.path for problem in problems} == {str(theirs), str(orphan)}
    assert theirs.read_bytes() == b"what another program wrote"
    assert orphan.read_bytes() == b"b"


def test_a_young_file_may_belong_to_a_write_that_continues(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    draft = name_beside(desk.note, RAW, RAW, "0a1b2c3d", ".studyapp-draft")
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
    left = name_beside(desk.note.with_name("before.md"), b"old", b"new", last, kind)
    left.write_bytes(holds)
    (desk.root / "elsewhere").mkdir()
    (desk.root / "elsewhere" / "after.md").write_bytes(note)
    problems = clean_up(desk.root, [f"deck/{left.name}"], alone=True)
    assert left.exists() is not goes
    assert [problem.path for problem in problems] == ([] if goes else [str(left)])
    assert desk.raw == RAW
