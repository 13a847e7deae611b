"""A cache's file is the user's own, whatever stands in its place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from studyapp.core.disk.cache import discard, own


def opened(path: Path) -> None:
    own(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE IF NOT EXISTS a (b)")
    connection.close()


def to_elsewhere(path: Path) -> None:
    (path.parent / "elsewhere").write_bytes(b"mine")
    path.symlink_to(path.parent / "elsewhere")


def open_to_others(path: Path) -> None:
    path.write_bytes(b"")
    path.chmod(0o666)


@pytest.mark.parametrize("part", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("make", [os.mkfifo, to_elsewhere, open_to_others])
def test_what_is_not_the_users_own_file_makes_room_for_one(
    tmp_path: Path, part: str, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "cache.sqlite"
    make(Path(f"{path}{part}"))
    opened(path)
    assert path.is_file()
    assert not path.is_symlink()
    assert not path.stat().st_mode & 0o022
    if make is to_elsewhere:
        assert (tmp_path / "elsewhere").read_bytes() == b"mine"


def test_an_own_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "cache.sqlite"
    opened(path)
    before = path.read_bytes()
    own(path)
    assert path.read_bytes() == before
    discard(path)
    assert not path.exists()
    discard(path)


def test_a_folder_in_its_place_is_an_error_and_no_loss(tmp_path: Path) -> None:
    (tmp_path / "cache.sqlite").mkdir()
    with pytest.raises(OSError, match="directory"):
        own(tmp_path / "cache.sqlite")
