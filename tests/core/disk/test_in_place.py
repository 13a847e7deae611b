"""Writing into a file itself: it holds the old bytes or the new ones, or copies of both are beside it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.disk import leftovers
from studyapp.core.disk.in_place import OvertakenError, is_mixed, overwrite, write_in_place
from studyapp.core.disk.replace import recover
from studyapp.core.errors import NoteError
from tests.helpers.one_note import NEW, OLD
from tests.helpers.steps import only_linux, record_steps


@pytest.fixture
def steps(note: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return record_steps(monkeypatch)


def beside(note: Path) -> list[Path]:
    return [path for path in note.parent.iterdir() if path != note]


@only_linux
def test_the_copy_is_durable_before_the_note_is_touched_and_stays_until_the_note_is(
    note: Path, steps: list[str]
) -> None:
    write_in_place(note, OLD, NEW)
    assert steps == [
        "write spare",
        "fsync spare",
        f"fsync {note.parent.name}",
        "write note.md",
        "ftruncate note.md",
        "fsync note.md",
        "unlink spare",
    ]


def test_a_link_in_the_place_of_the_copy_is_not_followed(note: Path) -> None:
    other = note.with_name("other.md")
    other.write_bytes(b"theirs")
    leftovers.name_beside(note, OLD, NEW, str(len(NEW)), leftovers.SPARE).symlink_to(other)
    with pytest.raises(OSError, match="symbolic links"):
        write_in_place(note, OLD, NEW)
    assert other.read_bytes() == b"theirs"
    assert note.read_bytes() == OLD


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_without_a_copy_the_note_is_not_touched(note: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="No space left"):
        write_in_place(note, OLD, NEW)
    monkeypatch.undo()
    assert note.read_bytes() == OLD
    assert beside(note) == []


def test_nobody_else_can_read_the_copy(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync
    modes: set[int] = set()

    def look(handle: int) -> None:
        fsync(handle)
        modes.update(stat.S_IMODE(path.stat().st_mode) for path in beside(note))

    monkeypatch.setattr(os, "fsync", look)
    write_in_place(note, OLD, NEW)
    assert modes == {0o600}


def test_where_nothing_can_be_put_beside_it_the_note_is_written_without_a_copy(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != note.parent)
    before = note.parent.stat().st_mtime_ns
    write_in_place(note, OLD, NEW)
    assert note.read_bytes() == NEW
    assert note.parent.stat().st_mtime_ns == before


@pytest.mark.parametrize("new", [NEW, b"new", b""])
def test_a_shorter_text_leaves_no_end_of_the_longer_one(note: Path, new: bytes) -> None:
    write_in_place(note, OLD, new)
    assert note.read_bytes() == new
    assert beside(note) == []


def test_a_text_that_is_not_the_old_one_is_left_alone(note: Path) -> None:
    note.write_bytes(b"theirs")
    for write in (write_in_place, overwrite):
        with pytest.raises(OvertakenError):
            write(note, OLD, NEW)
    assert note.read_bytes() == b"theirs"
    assert beside(note) == []


@pytest.mark.parametrize("call", ["write", "ftruncate", "fsync"])
def test_what_fails_once_is_taken_back(note: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    done, calls = getattr(os, call), []

    def fail_once(handle: int, *arguments: Any) -> Any:
        if os.path.samestat(os.fstat(handle), note.stat()):
            calls.append(call)
            if len(calls) == 1:
                raise OSError(5, "Input/output error")
        return done(handle, *arguments)

    monkeypatch.setattr(os, call, fail_once)
    with pytest.raises(OSError, match="Input/output error"):
        write_in_place(note, OLD, NEW)
    assert note.read_bytes() == OLD
    assert beside(note) == []


def test_a_note_that_can_be_given_neither_text_keeps_the_copy_and_is_mended_from_it(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def cut_short(handle: int, data: Any) -> int:
        if not os.path.samestat(os.fstat(handle), note.stat()):
            return write(handle, data)
        if os.lseek(handle, 0, os.SEEK_CUR) == 0 and bytes(data) == NEW:
            return write(handle, bytes(data)[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", cut_short)
    with pytest.raises(NoteError, match="cut short by a full disk"):
        write_in_place(note, OLD, NEW)
    monkeypatch.undo()
    assert note.read_bytes() == b"new bytes\r\n"
    (copy,) = beside(note)
    assert copy.name.endswith(leftovers.SPARE)
    assert recover(note) == []
    assert note.read_bytes() == NEW
    assert beside(note) == []


@given(st.binary(max_size=8), st.binary(max_size=8), st.integers(0, 8))
def test_what_a_write_leaves_wherever_it_is_cut_is_known(old: bytes, new: bytes, cut: int) -> None:
    written = new[:cut]
    assert is_mixed(written + old[len(written) :], old, new)
    assert is_mixed(new, old, new)


@pytest.mark.parametrize(
    ("torn", "old", "new"),
    [
        (b"ab", b"abcd", b"abXYZ"),  # shorter than both: it was cut
        (b"", b"abcd", b"abXYZ"),
        (b"abXYZd", b"abcd", b"abXYZ"),  # longer than both
        (b"abcQ", b"abcd", b"abXYZ"),  # a byte of neither
        (b"bacd", b"abcd", b"abXYZ"),  # the bytes of both, at other places
    ],
)
def test_what_no_cut_write_leaves_is_not_mistaken_for_it(torn: bytes, old: bytes, new: bytes) -> None:
    assert not is_mixed(torn, old, new)
