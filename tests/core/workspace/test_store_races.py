"""Crashes at every step of a write, and other programs that write the same note: nobody's text is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.disk import replace
from studyapp.core.disk.lease import has_writer
from studyapp.core.errors import NoteError
from studyapp.core.log.journal import Journal
from studyapp.core.workspace import note_files
from tests.helpers.whole_notes import COMMENT, NOW, RAW, Desk
from tests.helpers.writer import around_exchanges, put_in_place, start_writing


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("how", ["in place", "by a new file"])
def test_what_another_program_writes_between_reading_and_swapping_is_kept_and_the_grade_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    writers = []

    def write() -> None:
        theirs = RAW + b"\nthey wrote this"
        if how == "in place":
            writers.append(start_writing(desk.note, theirs))
        else:
            put_in_place(desk.note, theirs)

    action = desk.action()
    with monkeypatch.context() as patch:
        around_exchanges(patch, {1: write})
        saved = desk.store.save(action)
    assert [writer.wait(60) for writer in writers] in ([], [0])
    assert saved.why_not is None
    assert desk.raw.endswith(b"\nthey wrote this")
    assert COMMENT in desk.raw
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]


def test_a_note_that_is_written_without_end_is_left_alone_and_the_grade_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter(range(1000))

    def overtaken(path: Path, old: bytes, new: bytes) -> None:
        desk.note.write_bytes(RAW + str(next(turns)).encode())
        replace.replace_bytes(path, old, new)

    action = desk.action()
    monkeypatch.setattr(note_files, "replace_bytes", overtaken)
    saved = desk.store.save(action)
    assert "keeps being written" in (saved.why_not or "")
    assert COMMENT not in desk.raw
    assert desk.raw.startswith(RAW)


def test_an_undo_that_a_rewritten_note_stops_halfway_is_not_gone_on_with_after_a_restart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = desk.store.save(desk.action())

    def overtaken(path: Path, old: bytes, new: bytes) -> None:
        desk.note.write_bytes(b"no cards any more\n")
        replace.replace_bytes(path, old, new)

    monkeypatch.setattr(note_files, "replace_bytes", overtaken)
    with pytest.raises(NoteError, match="cannot be undone"):
        desk.store.undo(saved.action, NOW)
    assert not Journal(desk.journal.path).waiting
    assert desk.journal.last_applied() is None  # undo skips it


def test_a_note_that_is_open_for_writing_elsewhere_is_not_swapped_away_from_its_writer(desk: Desk) -> None:
    if not has_writer(desk.note):
        with desk.note.open("ab"):
            if not has_writer(desk.note):
                pytest.skip("this file system cannot tell who has a file open")
    action = desk.action()
    with desk.note.open("ab") as theirs:
        saved = desk.store.save(action)
        theirs.write(b"!")
    assert saved.why_not is not None
    assert desk.raw == RAW + b"!"


def crash_at(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a child process that dies at its n-th step, as by `kill -9`; False if it finished."""
    child = os.fork()
    if child == 0:
        left = [step]

        def dying(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **more: Any) -> Any:
                if left[0] == 0:
                    os._exit(9)
                left[0] -= 1
                return function(*args, **more)

            return call

        real_write = os.write

        def torn_write(handle: int, data: Any) -> int:
            if left[0] == 0:
                real_write(handle, bytes(data)[: len(data) // 2])
                os._exit(9)
            left[0] -= 1
            return real_write(handle, data)

        os.write = torn_write
        for name in ("fsync", "fchmod", "open", "ftruncate", "close"):
            setattr(os, name, dying(getattr(os, name)))
        for name in ("unlink", "replace"):
            setattr(Path, name, dying(getattr(Path, name)))
        replace._exchange = dying(replace._exchange)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.slow
@pytest.mark.parametrize("linked", [False, True], ids=["swapped", "in place"])
def test_a_crash_at_any_step_of_a_grade_leaves_old_or_new_bytes_and_a_log_that_brings_it_to_its_end(
    tmp_path: Path, linked: bool
) -> None:
    step = 0
    while True:
        desk = Desk(tmp_path / str(step))
        if linked:
            os.link(desk.note, desk.root / "twin.md")
        action = desk.action()
        if not crash_at(step, partial(desk.store.save, action)):
            break
        desk.restart()
        if desk.journal.applied:
            for waiting in desk.journal.waiting:
                assert desk.store.retry(waiting).why_not is None
            assert COMMENT in desk.raw
            desk.store.undo(desk.journal.applied[0], NOW)
        assert desk.raw == RAW
        assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
        step += 1
    assert step > 10


@pytest.mark.slow
def test_a_crash_at_any_step_of_an_undo_is_brought_to_its_end(tmp_path: Path) -> None:
    step = 0
    while True:
        desk = Desk(tmp_path / str(step))
        after = desk.grade().raw
        action = desk.journal.applied[0]
        if not crash_at(step, partial(desk.store.undo, action, NOW)):
            break
        desk.restart()
        for waiting in desk.journal.waiting:
            desk.store.retry(waiting)
        assert not desk.journal.waiting
        assert desk.raw == (after if desk.journal.applied else RAW)
        assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
        step += 1
    assert step > 10


def test_what_another_program_wrote_at_the_moment_of_a_crash_is_put_back(desk: Desk) -> None:
    """The program died after swapping in its file, before noticing that theirs came out."""
    action = desk.action()
    theirs = RAW + b"theirs"

    def work() -> None:
        exchange = replace._exchange

        def die_after(one: Path, other: Path) -> bool:
            put_in_place(desk.note, theirs)
            exchange(one, other)
            os._exit(9)

        replace._exchange = die_after
        desk.store.save(action)

    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    os.waitpid(child, 0)
    assert b"theirs" not in desk.raw
    desk.restart()
    assert desk.store.retry(desk.journal.waiting[0]).why_not is None
    assert desk.raw.endswith(b"theirs")
    assert COMMENT in desk.raw
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
