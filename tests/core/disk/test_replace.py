"""Replacing a note's bytes keeps everything else about the file."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.disk import replace
from studyapp.core.disk.files import read_note
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.disk.replace import replace_bytes
from studyapp.core.errors import NoteError
from tests.helpers.one_note import NEW, OLD, names
from tests.helpers.steps import only_linux, record_steps
from tests.helpers.writer import put_in_place


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_stays(note: Path, mode: int) -> None:
    note.chmod(mode)
    replace_bytes(note, OLD, NEW)
    assert note.read_bytes() == NEW
    assert stat.S_IMODE(note.stat().st_mode) == mode
    assert names(note.parent) == ["note.md"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_and_group_stay(note: Path) -> None:
    os.chown(note, 12345, 23456)
    replace_bytes(note, OLD, NEW)
    assert (note.stat().st_uid, note.stat().st_gid) == (12345, 23456)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes")
def test_extended_attributes_stay(note: Path) -> None:
    try:
        os.setxattr(note, "user.comment", b"kept")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    replace_bytes(note, OLD, NEW)
    assert os.getxattr(note, "user.comment") == b"kept"


def test_a_symbolic_link_stays_one_and_its_target_is_written(note: Path) -> None:
    link = note.with_name("link.md")
    link.symlink_to(note.name)
    replace_bytes(link, OLD, NEW)
    assert link.is_symlink()
    assert note.read_bytes() == NEW
    assert not note.is_symlink()


def test_both_names_of_a_hard_link_see_the_new_bytes(note: Path) -> None:
    other = note.with_name("other.md")
    os.link(note, other)
    replace_bytes(note, OLD, NEW)
    assert other.read_bytes() == NEW
    assert note.stat().st_nlink == 2
    assert note.samefile(other)
    replace_bytes(other, NEW, OLD)
    assert note.read_bytes() == OLD
    assert names(note.parent) == ["note.md", "other.md"]


def test_a_name_as_long_as_a_name_can_be_is_written(tmp_path: Path) -> None:
    note = tmp_path / ("n" * 252 + ".md")
    note.write_bytes(OLD)
    replace_bytes(note, OLD, NEW)
    assert note.read_bytes() == NEW


def test_where_the_system_cannot_exchange_two_files_the_new_one_replaces_the_old(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replace, "_exchange", lambda one, other: False)
    replace_bytes(note, OLD, NEW)
    assert note.read_bytes() == NEW
    with pytest.raises(OvertakenError):
        replace_bytes(note, OLD, b"third")
    assert note.read_bytes() == NEW
    assert names(note.parent) == ["note.md"]


@only_linux
def test_the_new_bytes_are_durable_before_the_swap_and_the_swap_before_the_old_ones_go(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = record_steps(monkeypatch)
    replace_bytes(note, OLD, NEW)
    assert steps == [
        "write draft",
        "fsync draft",
        "replace draft twin",
        "exchange twin note.md",
        f"fsync {note.parent.name}",
        "unlink twin",
    ]


@only_linux
def test_where_files_cannot_be_exchanged_the_new_bytes_are_durable_before_they_take_the_place(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replace, "_exchange", lambda one, other: False)
    steps = record_steps(monkeypatch)
    replace_bytes(note, OLD, NEW)
    assert steps == [
        "write draft",
        "fsync draft",
        "replace draft twin",
        "exchange twin note.md",  # it fails
        "replace twin note.md",
        f"fsync {note.parent.name}",
    ]


def test_where_files_cannot_be_exchanged_what_was_saved_until_then_stays(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_meanwhile(twin: Path, real: Path) -> bool:
        put_in_place(real, b"theirs")
        return False

    monkeypatch.setattr(replace, "_exchange", save_meanwhile)
    with pytest.raises(OvertakenError):
        replace_bytes(note, OLD, NEW)
    assert note.read_bytes() == b"theirs"
    assert names(note.parent) == ["note.md"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges files")
def test_a_swap_that_cannot_be_made_durable_is_taken_back(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def fail(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(5, "Input/output error")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(NoteError, match="it is unchanged"):
        replace_bytes(note, OLD, NEW)
    assert note.read_bytes() == OLD
    assert names(note.parent) == ["note.md"]


@pytest.mark.parametrize("call", ["write", "fchmod", "fsync"])
def test_a_draft_that_cannot_be_finished_leaves_nothing(
    note: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(NoteError, match="Input/output error"):
        replace_bytes(note, OLD, NEW)
    monkeypatch.undo()
    assert note.read_bytes() == OLD
    assert names(note.parent) == ["note.md"]


def test_where_the_owner_could_not_be_kept_the_file_itself_is_written(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    inode = note.stat().st_ino
    monkeypatch.setattr(os, "fchmod", refuse)
    replace_bytes(note, OLD, NEW)
    assert note.read_bytes() == NEW
    assert note.stat().st_ino == inode
    assert names(note.parent) == ["note.md"]


@pytest.mark.parametrize("linked", [False, True])
def test_other_bytes_than_expected_are_left_alone(note: Path, linked: bool) -> None:
    if linked:
        os.link(note, note.parent.parent / f"{note.parent.name}-twin")
    note.write_bytes(b"theirs")
    with pytest.raises(OvertakenError):
        replace_bytes(note, OLD, NEW)
    assert note.read_bytes() == b"theirs"
    assert names(note.parent) == ["note.md"]


def test_a_read_only_note_is_not_written(note: Path) -> None:
    note.chmod(0o444)
    with pytest.raises(NoteError, match="read-only"):
        replace_bytes(note, OLD, NEW)
    assert note.read_bytes() == OLD


@pytest.mark.parametrize("linked", [False, True])
def test_a_full_disk_leaves_the_old_bytes(note: Path, monkeypatch: pytest.MonkeyPatch, linked: bool) -> None:
    if linked:
        os.link(note, note.with_name("other.md"))
    write, left = os.write, [len(NEW) + len(OLD) + 4 if linked else 4]

    def filling(handle: int, data: Any) -> int:
        if bytes(data) == OLD:  # what was there before still has its blocks
            return write(handle, data)
        if not left[0]:
            raise OSError(28, "No space left on device")
        part = bytes(data)[: left[0]]
        left[0] -= len(part)
        return write(handle, part)

    monkeypatch.setattr(os, "write", filling)
    with pytest.raises(NoteError, match="No space left"):
        replace_bytes(note, OLD, NEW)
    monkeypatch.undo()
    assert note.read_bytes() == OLD
    assert names(note.parent) == (["note.md", "other.md"] if linked else ["note.md"])


def test_a_note_that_is_gone_is_reported_as_gone(note: Path) -> None:
    note.unlink()
    with pytest.raises(NoteError, match="no longer exists"):
        read_note(note)
    with pytest.raises(NoteError, match="can't write"):
        replace_bytes(note, OLD, NEW)


def test_symbolic_links_in_a_circle_are_an_error_with_words(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for attempt in (lambda: read_note(tmp_path / "a"), lambda: replace_bytes(tmp_path / "a", OLD, NEW)):
        with pytest.raises(NoteError, match="can't"):
            attempt()


def test_a_pipe_or_a_folder_is_not_a_note(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    for path in (tmp_path / "pipe.md", tmp_path):
        with pytest.raises(NoteError, match="not a regular file"):
            read_note(path)
