"""A program that writes a file is noticed, and waits while the file is held."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studyapp.core.disk import lease
from studyapp.core.disk.lease import has_writer, hold

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux gives leases")

OPENED_WHILE_LOOKED_AT = """
import fcntl, os, sys
from pathlib import Path
from studyapp.core.disk import lease
path = Path(sys.argv[1])
call = fcntl.fcntl
opened = []
def open_while_leased(handle, command, argument=0):
    answer = call(handle, command, argument)
    if command == fcntl.F_SETLEASE and argument == fcntl.F_RDLCK:
        try:
            os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
        except BlockingIOError:
            opened.append(path)
    return answer
fcntl.fcntl = open_while_leased
lease.has_writer(path)
print("survived", len(opened))
"""


def test_an_editor_that_opens_a_note_at_that_very_moment_does_not_end_the_program(tmp_path: Path) -> None:
    note = tmp_path / "n.md"
    note.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", OPENED_WHILE_LOOKED_AT, str(note)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "survived 1\n")


def test_who_has_a_file_open_to_write_is_seen_and_who_reads_it_is_not(tmp_path: Path) -> None:
    note = tmp_path / "n.md"
    note.write_bytes(b"old")
    with note.open("rb"):
        assert not has_writer(note)
    with note.open("r+b"):
        assert has_writer(note)
        assert hold(note, b"old") is None
    assert not has_writer(note)


def test_a_file_with_other_content_is_not_held(tmp_path: Path) -> None:
    note = tmp_path / "n.md"
    note.write_bytes(b"new")
    assert hold(note, b"old") is None


def test_a_file_that_is_no_longer_in_its_place_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note, other = tmp_path / "n.md", tmp_path / "o.md"
    note.write_bytes(b"old")
    other.write_bytes(b"old")

    def opened(path: Path) -> int:
        handle = os.open(path, os.O_RDONLY)
        other.replace(note)
        return handle

    monkeypatch.setattr(lease, "open_handle", opened)
    assert hold(note, b"old") is None


def test_the_user_is_told_that_another_program_waits_or_put_another_file_in_its_place(tmp_path: Path) -> None:
    note, other = tmp_path / "n.md", tmp_path / "o.md"
    note.write_bytes(b"old")
    other.write_bytes(b"old")
    held = hold(note, b"old")
    assert held is not None
    with held:
        assert not held.is_wanted_by_others(note)
        with pytest.raises(BlockingIOError):
            os.open(note, os.O_RDWR | os.O_NONBLOCK)
        assert held.is_wanted_by_others(note)
    held = hold(note, b"old")
    assert held is not None
    with held:
        other.replace(note)
        assert held.is_wanted_by_others(note)
