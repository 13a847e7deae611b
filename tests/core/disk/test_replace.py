"""Replacing a note's bytes keeps everything about the file but the bytes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.disk import leftovers, replace
from studyapp.core.disk.files import read_note
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.disk.replace import recover, replace_bytes
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import NoteError
from tests.helpers.steps import only_linux, record_steps
from tests.helpers.writer import around_exchanges, put_in_place, start_writing

OLD, NEW = b"old bytes\r\n", b"new bytes, and more of them\r\n"


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


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
        "exchange twin note.md",  # in vain
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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges files")
def test_a_swap_that_cannot_be_made_durable_is_taken_back(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def fail(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(5, "Input/output error")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(NoteError, match="it is as it was"):
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


def test_a_note_that_is_gone_is_said_to_be(note: Path) -> None:
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


def test_a_pipe_or_a_folder_is_no_note(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    for path in (tmp_path / "pipe.md", tmp_path):
        with pytest.raises(NoteError, match="not a regular file"):
            read_note(path)


def left_behind(note: Path, content: bytes, kind: str = leftovers.TWIN, last: str = "ab12") -> Path:
    path = leftovers.beside(note, OLD, NEW, last, kind)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("in_note", "beside", "kind"),
    [
        (OLD, NEW[:5], leftovers.DRAFT),
        (OLD, NEW, leftovers.TWIN),
        (NEW, OLD, leftovers.TWIN),
    ],
)
def test_recovery_clears_away_what_holds_nothing_of_value(
    note: Path, in_note: bytes, beside: bytes, kind: str
) -> None:
    note.write_bytes(in_note)
    left_behind(note, beside, kind)
    assert recover(note) == []
    assert note.read_bytes() == in_note
    assert names(note.parent) == ["note.md"]


@pytest.mark.parametrize("exchanges", [True, False])
def test_recovery_puts_back_what_another_program_wrote(
    note: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr(replace, "_exchange", lambda one, other: False)
    note.write_bytes(NEW)
    left_behind(note, b"theirs")
    assert recover(note) == []
    assert note.read_bytes() == b"theirs"
    assert names(note.parent) == ["note.md"]


def test_recovery_keeps_and_names_a_text_that_it_cannot_place(note: Path) -> None:
    note.write_bytes(b"a third text")
    left = left_behind(note, b"theirs")
    assert recover(note) == [left]
    assert note.read_bytes() == b"a third text"
    assert left.read_bytes() == b"theirs"


@pytest.mark.parametrize("cut", range(len(NEW) + 1))
@pytest.mark.parametrize("longer", [True, False])
def test_recovery_finishes_a_write_into_the_file_itself_wherever_it_was_cut(
    note: Path, cut: int, longer: bool
) -> None:
    old, new = (OLD, NEW) if longer else (NEW, OLD)
    torn = new[:cut] + old[len(new[:cut]) :]
    note.write_bytes(torn)
    leftovers.beside(note, old, new, str(len(new)), leftovers.SPARE).write_bytes(new + old)
    assert recover(note) == []
    assert note.read_bytes() == (torn if torn in (old, new) else new)
    assert names(note.parent) == ["note.md"]


@pytest.mark.parametrize("spare", [NEW + OLD, (NEW + OLD)[:7], b""])
def test_recovery_leaves_a_note_alone_that_was_rewritten_since(note: Path, spare: bytes) -> None:
    note.write_bytes(b"rewritten by another program")
    left_behind(note, spare, leftovers.SPARE, str(len(NEW)))
    assert recover(note) == []
    assert note.read_bytes() == b"rewritten by another program"
    assert names(note.parent) == ["note.md"]


def test_recovery_touches_nothing_of_other_notes(note: Path) -> None:
    other = note.with_name("other.md")
    left = left_behind(other, b"x")
    stranger = note.with_name(".hidden.studyapp")
    stranger.write_bytes(b"y")
    assert recover(note) == []
    assert left.exists()
    assert stranger.exists()


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
    """The one file that stays beside a note, and is named by who cleans up."""
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


def test_files_are_not_kept_open_for_long(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    for number in range(200):
        replace_bytes(note, note.read_bytes(), b"%d" % number)
    assert len([*Path("/proc/self/fd").iterdir()]) <= before + 50
    monkeypatch.setattr(replace, "_LONG", 0.0)
    assert not replace.look_again()
    assert len([*Path("/proc/self/fd").iterdir()]) <= before
