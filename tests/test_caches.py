"""Every cache is kept alike: who may have written it, which version it has, how it is damaged, how it is synced."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest

from studyapp.core.disk.cache import Cache
from studyapp.core.log.ledger import Ledger
from studyapp.core.vault.table.table import VaultTable


class Kept(Protocol):
    """What all of them have."""

    def close(self) -> None:
        """Let go of the file."""


def of_logs(path: Path) -> Kept:
    ledger = Ledger(path.with_name("laptop.jsonl"), path)
    ledger.update()
    return ledger


def of_notes(path: Path) -> Kept:
    table = VaultTable(path)
    table.place()
    return table


EVERY = pytest.mark.parametrize("opened", [of_notes, of_logs])
Opened = Callable[[Path], Kept]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite"


def shape(path: Path) -> tuple[int, str, list[str]]:
    """Its version, its journal mode and the names of what is in it."""
    connection = sqlite3.connect(path)
    (version,), (mode,) = (connection.execute(f"PRAGMA {one}").fetchone() for one in ("user_version", "journal_mode"))
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
    connection.close()
    return version, mode, names


@EVERY
def test_one_that_another_user_may_write_is_started_over(opened: Opened, path: Path) -> None:
    opened(path).close()
    as_made = shape(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE planted (x)")
    other.close()
    path.chmod(0o666)
    opened(path).close()
    assert shape(path) == as_made
    assert path.stat().st_mode & 0o777 == 0o600


@EVERY
def test_one_of_a_newer_version_is_left_alone(opened: Opened, path: Path) -> None:
    opened(path).close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("PRAGMA user_version = 1000")
    other.close()
    before = path.read_bytes()
    opened(path).close()
    assert path.read_bytes() == before


@EVERY
def test_one_of_an_older_version_is_made_again_where_it_is(opened: Opened, path: Path) -> None:
    opened(path).close()
    as_made, inode = shape(path), path.stat().st_ino
    with closing(sqlite3.connect(path)) as other, other:
        for name in as_made[2]:
            if not name.startswith(("sqlite_", "gram_")):
                other.execute(f"CREATE TABLE {name}_of_then (x)")
        other.execute("PRAGMA user_version = -1")
    other.close()
    opened(path).close()
    assert shape(path) == as_made
    assert path.stat().st_ino == inode


@EVERY
@pytest.mark.parametrize("damage", [b"no database at all", b"SQLite format 3\0" + bytes(9000)], ids=["text", "zeros"])
def test_a_damaged_one_is_made_again_by_the_second_start_at_the_latest(
    opened: Opened, path: Path, damage: bytes
) -> None:
    opened(path).close()
    as_made = shape(path)
    path.write_bytes(damage)
    for _ in range(2):
        opened(path).close()
    assert shape(path) == as_made


@EVERY
def test_all_are_synced_the_same_way(opened: Opened, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    close = Cache.close

    def closing(self: Cache) -> None:
        seen.extend(self.attempt(lambda connection: connection.execute("PRAGMA synchronous").fetchone()))
        close(self)

    monkeypatch.setattr(Cache, "close", closing)
    opened(path).close()
    assert set(seen) == {1}
