"""A cache is the user's own file of the right version; one that can't be used is replaced, or done without."""

from __future__ import annotations

import marshal
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.disk.cache import (
    EPOCH,
    Cache,
    UnusableError,
    blob,
    discard,
    microseconds,
    own,
    text_of,
    transaction,
)


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


def test_the_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    opened(folder / "cache.sqlite")
    assert folder.stat().st_mode & 0o777 == 0o755


def test_in_a_folder_of_another_user_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path.stat().st_uid + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(PermissionError, match="another user"):
        own(tmp_path / "cache.sqlite")
    assert not list(tmp_path.iterdir())


def test_a_folder_in_its_place_is_an_error_and_no_loss(tmp_path: Path) -> None:
    (tmp_path / "cache.sqlite").mkdir()
    with pytest.raises(OSError, match="exists"):
        own(tmp_path / "cache.sqlite")


# What is in it


def create(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE kept (value)")
    connection.execute("CREATE INDEX place ON kept (value)")


def put(value: int) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute("INSERT INTO kept VALUES (?)", (value,))


def kept(connection: sqlite3.Connection) -> list[int]:
    return [value for (value,) in connection.execute("SELECT value FROM kept")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite"


def test_what_was_put_in_is_there_the_next_time(path: Path) -> None:
    first = Cache(path, 1, create)
    first.attempt(put(1))
    first.close()
    assert Cache(path, 1, create).attempt(kept) == [1]


@pytest.mark.parametrize("version", [-1, 0, 1])
def test_a_file_of_an_older_version_is_emptied_where_it_is(path: Path, version: int) -> None:
    other = sqlite3.connect(path)
    for statement in (
        "CREATE TABLE kept (something, else_)",
        'CREATE TABLE "a ""name""" (x)',
        'CREATE INDEX place ON "a ""name""" (x)',
        "CREATE VIEW seen AS SELECT * FROM kept",
        "CREATE VIRTUAL TABLE gram USING fts5(folded)",
        f"PRAGMA user_version = {version}",
    ):
        other.execute(statement)
    other.close()
    before = path.stat().st_ino
    cache = Cache(path, 2, create)
    cache.attempt(put(7))
    assert cache.attempt(kept) == [7]
    names = "SELECT name FROM sqlite_master ORDER BY name"
    assert cache.attempt(lambda connection: connection.execute(names).fetchall()) == [("kept",), ("place",)]
    assert path.stat().st_ino == before


@pytest.mark.parametrize("version", [3, 999])
def test_a_file_of_a_newer_version_is_left_as_it_is(path: Path, version: int) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.execute(f"PRAGMA user_version = {version}")
    other.close()
    before = path.read_bytes()
    with pytest.raises(UnusableError) as unusable:
        Cache(path, 2, create).attempt(put(7))
    assert not unusable.value.damaged
    assert path.read_bytes() == before


def test_a_second_connection_leaves_the_first_one_its_locks(path: Path) -> None:
    """Otherwise another program takes itself for the last one, and deletes what the first one still writes to."""
    first, second = Cache(path, 2, create), Cache(path, 2, create)
    first.attempt(put(1))
    second.attempt(kept)
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM kept').fetchall(); c.close()"
    )
    subprocess.run([sys.executable, "-c", program, path], check=True)
    assert Path(f"{path}-wal").exists()
    first.attempt(put(2))
    assert Cache(path, 2, create).attempt(kept) == [1, 2]


def by_a_function(connection: sqlite3.Connection) -> object:
    """Give a function of ours what it cannot take."""
    connection.create_function("length_of", 1, len)
    return connection.execute("SELECT length_of(value) FROM kept").fetchall()


@pytest.mark.parametrize(
    "work",
    [
        lambda connection: connection.execute("SELECT * FROM nothing_of_that_name"),
        by_a_function,
        lambda _: text_of(b"\xff"),
        lambda connection: text_of(str(kept(connection)[0])),  # type: ignore[arg-type]  # text in the place of bytes
        lambda connection: kept(connection)[1],
        lambda _: marshal.loads(b""),
        lambda _: EPOCH + timedelta(days=10**9),
        lambda _: bytearray(1 << 62),
    ],
)
def test_what_is_not_as_it_was_put_in_is_damage_and_the_next_attempt_starts_over(
    path: Path, work: Callable[[sqlite3.Connection], object]
) -> None:
    cache = Cache(path, 1, create)
    cache.attempt(put(1))
    with pytest.raises(UnusableError):
        cache.attempt(work)
    assert cache.attempt(kept) == []
    cache.attempt(put(2))
    assert cache.attempt(kept) == [2]


def test_another_programs_lock_is_not_damage(path: Path) -> None:
    cache = Cache(path, 1, create, patience=0)
    cache.attempt(put(1))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnusableError):
        cache.attempt(put(2))
    assert cache.attempt(kept) == [1]
    other.execute("ROLLBACK")
    other.close()
    cache.attempt(put(2))
    assert cache.attempt(kept) == [1, 2]


def test_where_there_can_be_no_file_that_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnusableError):
        Cache(tmp_path / "file" / "cache.sqlite", 1, create).attempt(kept)


def test_in_memory_an_error_is_the_error_that_it_is() -> None:
    cache = Cache(None, 1, create)
    cache.attempt(put(1))
    with pytest.raises(sqlite3.OperationalError):
        cache.attempt(lambda connection: connection.execute("SELECT * FROM nothing_of_that_name"))
    assert cache.attempt(kept) == [1]


def test_of_a_transaction_that_fails_nothing_is_kept(path: Path) -> None:
    cache = Cache(path, 1, create)

    def half(connection: sqlite3.Connection) -> None:
        with transaction(connection):
            put(1)(connection)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.attempt(half)
    assert cache.attempt(kept) == []


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_held_and_sorts_as_text_does(one: str, other: str) -> None:
    assert text_of(blob(one)) == one
    assert (blob(one) < blob(other)) == (one < other)


@given(st.integers(-(10**15), 10**15))
def test_an_instant_is_counted_exactly(count: int) -> None:
    assert microseconds(EPOCH + timedelta(microseconds=count)) == count
