"""The folder of caches: what is ours is shown and can be deleted, and nothing else is ever touched."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studyapp.core.disk.cache import Cache
from studyapp.core.disk.cache_folder import HELD, CacheFolder, _is_database
from studyapp.core.disk.files import open_folder
from studyapp.core.locations import CACHES

ONE, OTHER = "0123456789abcdef.sqlite", "0123456789abcdef.search.sqlite"
OPEN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM kept").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE kept (x)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two caches."""
    path = tmp_path / "caches"
    for name in (ONE, OTHER):
        cache = Cache(path / name, 1, _create)
        cache.attempt(lambda connection: connection.execute("INSERT INTO kept VALUES (1)"))
        cache.close()
    return path


def look(path: Path) -> CacheFolder:
    return CacheFolder(path, CACHES)


def clear(path: Path) -> dict[str, str]:
    found = look(path)
    return {one.name: found.clear(one) for one in found.stored}


def test_caches_are_shown_with_the_size_of_all_their_files(folder: Path) -> None:
    for part in ("-wal", "-seal"):
        (folder / f"{ONE}{part}").write_bytes(b"x" * 100)
        (folder / f"{ONE}{part}").chmod(0o600)
    one, other = sorted(look(folder).stored, key=lambda stored: -len(stored.parts))
    assert one.parts == [f"{ONE}-wal", f"{ONE}-seal", ONE]
    assert one.size == (folder / ONE).stat().st_size + 200
    assert (other.name, other.kind, other.parts) == (OTHER, ".search.sqlite", [OTHER])


def test_clearing_deletes_them_with_all_that_is_beside_them(folder: Path) -> None:
    (folder / f"{ONE}-wal").touch(0o600)
    (folder / "fedcba9876543210.log.sqlite-shm").touch(0o600)  # what a crash left of another
    assert clear(folder) == {ONE: "", OTHER: "", "fedcba9876543210.log.sqlite": ""}
    assert list(folder.iterdir()) == []


def test_one_that_another_program_has_open_stays(folder: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(folder / ONE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        assert clear(folder) == {ONE: HELD, OTHER: ""}
        assert (folder / ONE).exists()
        other.communicate()
    assert clear(folder) == {ONE: ""}


def _link(path: Path) -> None:
    path.symlink_to(path.parent.parent / "elsewhere")


def _other_content(path: Path) -> None:
    path.write_text("a text under such a name")
    path.chmod(0o600)


def _writable_by_others(path: Path) -> None:
    sqlite3.connect(path).close()
    path.touch()
    path.chmod(0o666)


@pytest.mark.parametrize("make", [_link, _other_content, _writable_by_others, Path.mkdir, os.mkfifo])
def test_what_is_not_ours_is_left_alone_whatever_its_name(folder: Path, make: Callable[[Path], object]) -> None:
    elsewhere = folder.parent / "elsewhere"
    elsewhere.write_bytes(b"SQLite format 3\0 and more")
    path = folder / "aaaaaaaaaaaaaaaa.sqlite"
    make(path)
    found = look(folder)
    assert found.others == [path.name]
    assert set(clear(folder)) == {ONE, OTHER}
    assert os.path.lexists(path)
    assert elsewhere.exists()


def test_a_pipe_that_has_just_taken_a_database_s_name_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with open_folder(folder) as handle:
        _is_database(handle, "pipe")


@pytest.mark.parametrize(
    "name",
    [
        "notes.sqlite",
        "0123456789ABCDEF.sqlite",
        "0123456789abcdef.sqlite-bak",
        "0123456789abcdef.sqlite\n",
        "\x1b[31m",
    ],
)
def test_other_names_are_not_mistaken_for_caches(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"SQLite format 3\0")
    (folder / name).chmod(0o600)
    assert look(folder).others == [name]
    clear(folder)
    assert (folder / name).exists()


def test_a_part_that_was_put_there_as_a_link_stays(folder: Path) -> None:
    target = folder.parent / "target"
    target.write_text("mine")
    (folder / f"{ONE}-wal").symlink_to(target)
    assert clear(folder) == {ONE: "", OTHER: ""}
    assert [path.name for path in folder.iterdir()] == [f"{ONE}-wal"]
    assert target.read_text() == "mine"


def test_a_file_that_was_swapped_after_the_look_is_not_deleted(folder: Path) -> None:
    found = look(folder)
    (folder / OTHER).unlink()
    (folder / OTHER).write_text("another program's")
    (one,) = (one for one in found.stored if one.name == OTHER)
    found.clear(one)
    assert (folder / OTHER).read_text() == "another program's"


def test_in_a_folder_that_is_a_link_nothing_is_touched(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    seen = look(folder)
    found = look(link)
    assert (found.stored, found.others, found.refused) == ([], [], "is a link")
    assert found.clear(seen.stored[0]) == "is a link"
    assert (folder / ONE).exists()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    found = look(tmp_path / "nowhere")
    assert (found.stored, found.others, found.refused) == ([], [], "")


def test_a_check_tells_a_whole_cache_from_a_damaged_one(folder: Path) -> None:
    found = look(folder)
    assert [found.fault_of(one) for one in found.stored] == ["", ""]
    raw = bytearray((folder / ONE).read_bytes())
    raw[100:200] = b"\xff" * 100
    (folder / ONE).write_bytes(raw)
    faults = {one.name: bool(found.fault_of(one)) for one in found.stored}
    assert faults == {ONE: True, OTHER: False}
