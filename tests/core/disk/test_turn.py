"""One program at a time; the others wait for it as long as it gets on."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from studyapp.core.disk import turn as module
from studyapp.core.disk.turn import turn


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_PAUSE", 0)
    return tmp_path / "lock"


def test_others_wait_until_it_is_done(lock: Path) -> None:
    looks = count()
    first = turn(lock, lambda: pytest.fail("it waits"))
    first.__enter__()

    def done() -> int:
        look = next(looks)
        if look == 3:
            first.__exit__(None, None, None)
        return look

    with turn(lock, done):
        assert next(looks) == 4


def test_a_process_that_does_nothing_is_not_waited_for(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    with turn(lock, lambda: 0), turn(lock, lambda: 7):
        pass


@pytest.mark.parametrize("odd", ["link", "folder", "not empty"])
def test_without_a_place_for_it_there_is_no_waiting(lock: Path, odd: str) -> None:
    other = lock.with_name("other")
    other.write_bytes(b"precious")
    if odd == "link":
        lock.symlink_to(other)
    elif odd == "folder":
        lock.mkdir()
    else:
        lock.write_bytes(b"precious")
    with turn(lock, lambda: pytest.fail("it waits")):
        assert other.read_bytes() == b"precious"
    with turn(lock.parent / "no such folder" / "lock", lambda: pytest.fail("it waits")):
        pass
