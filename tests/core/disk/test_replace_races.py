"""Programs that write a note while it is being replaced lose nothing."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studyapp.core.disk import replace
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.disk.replace import recover, replace_bytes
from studyapp.core.disk.stamp import Stamp
from tests.helpers.one_note import NEW, OLD, names
from tests.helpers.steps import only_linux
from tests.helpers.writer import around_exchanges, put_in_place, start_writing


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges files")
@pytest.mark.parametrize("finished", [False, True])
def test_a_file_that_is_written_just_after_it_was_swapped_out_is_given_its_place_back(
    note: Path, monkeypatch: pytest.MonkeyPatch, finished: bool
) -> None:
    fsync = os.fsync
    opened: list[int] = []

    def open_what_came_out(handle: int) -> None:
        fsync(handle)
        if stat.S_ISDIR(os.fstat(handle).st_mode) and not opened:
            (twin,) = [name for name in names(note.parent) if name != "note.md"]
            opened.append(os.open(note.with_name(twin), os.O_RDWR | os.O_TRUNC if finished else os.O_RDWR))
            if finished:
                os.write(opened[0], b"theirs")
                os.close(opened[0])

    monkeypatch.setattr(os, "fsync", open_what_came_out)
    with pytest.raises(OvertakenError):
        replace_bytes(note, OLD, NEW)
    if not finished:
        assert note.read_bytes() == OLD
        os.ftruncate(opened[0], os.write(opened[0], b"theirs"))
        os.close(opened[0])
    assert note.read_bytes() == b"theirs"
    assert names(note.parent) == ["note.md"]


def test_what_is_saved_while_the_new_bytes_are_prepared_is_never_swapped_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "n.md"
    note.write_bytes(b"old")
    real_fsync, exchanged = os.fsync, []

    def save_meanwhile(handle: int) -> None:
        real_fsync(handle)
        note.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", save_meanwhile)
    monkeypatch.setattr(replace, "_exchange", lambda *paths: exchanged.append(paths))
    with pytest.raises(OvertakenError):
        replace_bytes(note, b"old", b"ours")
    assert note.read_bytes() == b"theirs"
    assert exchanged == []
    assert [file.name for file in tmp_path.iterdir()] == ["n.md"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux gives leases")
def test_who_opens_the_note_in_the_very_moment_of_the_swap_writes_into_the_note(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers: list[subprocess.Popen[bytes]] = []
    # It finds the old file, and waits for the lease on it.
    around_exchanges(monkeypatch, {1: lambda: writers.append(start_writing(note, b"theirs"))})
    with pytest.raises(OvertakenError):
        replace_bytes(note, OLD, NEW)
    assert writers[0].wait(60) == 0
    assert note.read_bytes() == b"theirs"
    assert names(note.parent) == ["note.md"]


WORDS = b"one word and two words\n"
FIRST = WORDS.replace(b"one", b"first")


def left_beside(note: Path) -> Path:
    """The one file that stays beside a note, and that cleaning up names."""
    (left,) = [name for name in names(note.parent) if name != "note.md"]
    assert [path.name for path in recover(note)] == [left]
    return note.with_name(left)


@pytest.mark.parametrize("meet", [False, True])
def test_of_two_foreign_writes_around_the_swap_both_are_in_the_note_or_one_stays_beside_it(
    note: Path, monkeypatch: pytest.MonkeyPatch, meet: bool
) -> None:
    note.write_bytes(WORDS)

    def write_once_more() -> None:  # by a program that has seen the note as it was for a moment
        note.write_bytes(note.read_bytes().replace(b"one" if meet else b"two", b"second"))

    around_exchanges(monkeypatch, {1: lambda: put_in_place(note, FIRST), 2: write_once_more})
    with pytest.raises(OvertakenError):
        replace_bytes(note, WORDS, WORDS + b"ours\n")
    if meet:
        assert note.read_bytes() == FIRST
        assert b"second word" in left_beside(note).read_bytes()
    else:
        assert note.read_bytes() == b"first word and second words\nours\n"
        assert names(note.parent) == ["note.md"]


@pytest.mark.parametrize("meet", [False, True])
def test_who_has_seen_ours_for_a_moment_does_not_take_away_what_was_put_back(
    note: Path, monkeypatch: pytest.MonkeyPatch, meet: bool
) -> None:
    note.write_bytes(WORDS)
    seen: list[bytes] = []

    def save_what_was_seen() -> None:
        put_in_place(note, seen[0].replace(b"one" if meet else b"two", b"second"))

    before: dict[int, Callable[[], object]] = {
        1: lambda: put_in_place(note, FIRST),
        2: lambda: seen.append(note.read_bytes()),
    }
    around_exchanges(monkeypatch, before, {2: save_what_was_seen})
    with pytest.raises(OvertakenError):
        replace_bytes(note, WORDS, WORDS + b"ours\n")
    if meet:
        assert note.read_bytes() == b"second word and two words\nours\n"
        assert left_beside(note).read_bytes() == FIRST
    else:
        assert note.read_bytes() == b"first word and second words\nours\n"
        assert names(note.parent) == ["note.md"]


def test_a_word_that_is_deleted_once_a_save_has_been_put_back_stays_deleted(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note.write_bytes(WORDS)
    with monkeypatch.context() as patch:
        around_exchanges(patch, {1: lambda: put_in_place(note, FIRST)})
        with pytest.raises(OvertakenError):
            replace_bytes(note, WORDS, WORDS + b"ours\n")
    assert note.read_bytes() == FIRST
    note.write_bytes(WORDS)
    replace.look_again()
    replace_bytes(note, WORDS, WORDS + b"ours\n")
    replace.look_at_last()
    assert note.read_bytes() == WORDS + b"ours\n"
    assert names(note.parent) == ["note.md"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges files")
@pytest.mark.parametrize("look", [replace.look_again, replace.look_at_last])
def test_who_writes_into_a_file_that_was_just_taken_away_has_written_into_the_note(
    note: Path, look: Callable[[], object]
) -> None:
    old = b"one word and two words\n"
    note.write_bytes(old)
    with note.open("rb") as opened:  # it stands for a file that was looked up, and is opened to write a moment later
        replace_bytes(note, old, old + b"ours\n")
        assert note.read_bytes() == old + b"ours\n"
        handle = os.open(f"/proc/self/fd/{opened.fileno()}", os.O_RDWR)
        os.write(handle, old.replace(b"two", b"2"))
        os.ftruncate(handle, len(old) - 2)
        os.close(handle)
    look()
    assert note.read_bytes() == b"one word and 2 words\nours\n"
    assert names(note.parent) == ["note.md"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges files")
def test_what_was_written_there_is_in_the_note_before_its_next_write(note: Path) -> None:
    note.write_bytes(WORDS)
    ours = WORDS + b"ours\n"
    with note.open("rb") as opened:
        replace_bytes(note, WORDS, ours)
        handle = os.open(f"/proc/self/fd/{opened.fileno()}", os.O_RDWR)
        os.write(handle, WORDS.replace(b"two", b"2"))
        os.ftruncate(handle, len(WORDS) - 2)
        os.close(handle)
    with pytest.raises(OvertakenError):
        replace_bytes(note, ours, ours + b"more\n")
    assert note.read_bytes() == b"one word and 2 words\nours\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges files")
def test_what_is_written_there_and_does_not_fit_the_note_stays_beside_it(note: Path) -> None:
    with note.open("rb") as opened:
        replace_bytes(note, OLD, b"something else")
        handle = os.open(f"/proc/self/fd/{opened.fileno()}", os.O_RDWR | os.O_TRUNC)
        os.write(handle, b"old but other")
        os.close(handle)
    replace.look_at_last()
    assert note.read_bytes() == b"something else"
    (left,) = [name for name in names(note.parent) if name != "note.md"]
    assert note.with_name(left).read_bytes() == b"old but other"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has a list of open files there")
@only_linux
def test_the_last_look_at_a_file_that_was_just_taken_away_waits_a_moment(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    replace_bytes(note, OLD, NEW)
    monkeypatch.setattr(replace, "_SHORT", 1000.0)
    monkeypatch.setattr(replace, "sleep", slept.append)
    replace.look_at_last()
    assert max(slept) > 0.0


def test_a_text_that_does_not_fit_the_note_stays_beside_it_only_once(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replace, "sleep", lambda _: None)
    note.write_bytes(b"something else")
    twin = note.with_name("twin")
    twin.write_bytes(b"old but other")
    assert not replace._give_back(twin, note, OLD, NEW, b"old but other", done=True)
    assert names(note.parent) == ["note.md", "twin"]


def test_a_text_that_the_note_has_already_is_not_written_again(note: Path) -> None:
    note.write_bytes(NEW)
    before = Stamp.of(note.stat())
    assert replace._bring_in(note, OLD, [NEW]) == []
    assert Stamp.of(note.stat()) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges files")
def test_a_file_that_was_taken_away_is_watched_for_a_second(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace.look_at_last()
    note.write_bytes(WORDS)
    monkeypatch.setattr(replace, "monotonic", lambda: 100.0)
    replace_bytes(note, WORDS, WORDS + b"ours\n")
    monkeypatch.setattr(replace, "monotonic", lambda: 100.9)
    assert replace.look_again()
    monkeypatch.setattr(replace, "monotonic", lambda: 101.1)
    assert not replace.look_again()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges files")
def test_a_file_that_the_server_has_lost_is_watched_no_longer(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace.look_at_last()
    note.write_bytes(WORDS)
    replace_bytes(note, WORDS, WORDS + b"ours\n")

    def lost(*_: object) -> None:
        raise OSError(errno.ESTALE, "Stale file handle")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", lost)
        assert not replace.look_again()
    assert note.read_bytes() == WORDS + b"ours\n"


@pytest.mark.slow
def test_files_are_not_kept_open_for_long(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    for number in range(200):
        replace_bytes(note, note.read_bytes(), b"%d" % number)
    assert len([*Path("/proc/self/fd").iterdir()]) <= before + 50
    monkeypatch.setattr(replace, "_LONG", 0.0)
    assert not replace.look_again()
    assert len([*Path("/proc/self/fd").iterdir()]) <= before
