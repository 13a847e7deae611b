from __future__ import annotations

import subprocess
from contextlib import closing

import pytest

from studyapp.core.disk import pool
from studyapp.core.disk.pool import shared

MODULE = "tests.helpers.pooled"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that a pool of two starts."""
    found: list[subprocess.Popen[bytes]] = []
    start = pool._start

    def noticed(module: str) -> subprocess.Popen[bytes]:
        found.append(start(module))
        return found[-1]

    monkeypatch.setattr(pool, "cores", lambda: 2)
    monkeypatch.setattr(pool, "_start", noticed)
    return found


def here(part: int) -> int:
    return -part


def test_processes_answer_each_part_once_and_end(started: list[subprocess.Popen[bytes]]) -> None:
    assert dict(shared(MODULE, 2, range(5), here)) == {n: 2 * n for n in range(5)}
    assert [process.wait() for process in started] == [0, 0]


def test_what_processes_leave_undone_is_done_here(started: list[subprocess.Popen[bytes]]) -> None:
    answers = dict(shared(MODULE, 2, [13, 13, 3, 4], here))
    assert answers == {0: -13, 1: -13, 2: -3, 3: -4}
    assert [process.wait() for process in started] == [1, 1]


def test_where_no_process_can_start_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_module: str) -> subprocess.Popen[bytes]:
        raise OSError("no more processes")

    monkeypatch.setattr(pool, "_start", fails)
    assert dict(shared(MODULE, 2, range(3), here)) == {0: 0, 1: -1, 2: -2}


def test_a_pool_that_nobody_waits_for_begins_nothing_more(started: list[subprocess.Popen[bytes]]) -> None:
    with closing(shared(MODULE, 2, range(10_000), here)) as answers:
        next(answers)
    for process in started:
        process.wait(60)
