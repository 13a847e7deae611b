"""Damaged lines of a log are set aside; none is lost, and a crash may come anywhere."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.disk.stamp import Stamp
from studyapp.core.log.actions import Status
from studyapp.core.log.journal import Journal
from studyapp.core.log.set_aside import damaged_lines, set_aside
from studyapp.core.workspace.tidy import tidy
from tests.helpers.whole_notes import NOW, Desk

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
    before = Stamp.of(desk.journal.path.stat())
    assert set_aside(desk.journal.path) is None
    assert Stamp.of(desk.journal.path.stat()) == before
    assert not aside(desk)


def test_a_log_that_another_copy_has_just_replaced_is_left_to_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    log = desk.journal.path
    log.write_bytes(log.read_bytes() + HALF + b"\n")
    theirs = log.read_bytes() + LATER + b"\n"

    def locked_after_them(*_: object) -> None:
        new = log.with_name("new")
        new.write_bytes(theirs)
        new.replace(log)

    monkeypatch.setattr("studyapp.core.log.set_aside.fcntl.flock", locked_after_them)
    assert set_aside(log) is None
    assert log.read_bytes() == theirs
    assert not aside(desk)


def test_who_may_read_a_log_stays_as_it_was(desk: Desk) -> None:
    log = desk.journal.path
    log.write_bytes(log.read_bytes() + HALF)
    log.chmod(0o640)
    assert set_aside(log) is not None
    assert log.stat().st_mode & 0o777 == 0o640


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
