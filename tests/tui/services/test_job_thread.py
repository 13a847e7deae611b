"""Jobs are done in order, alone, and whatever became of the one before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from studyapp.tui.services import job_thread
from studyapp.tui.services.job_thread import JobThread


class Jobs(JobThread):
    """Does what it is given, and notes what failed."""

    why = ""

    def __init__(self, *, certain: bool = True) -> None:
        super().__init__(lambda: self.alone(certain))
        self.seen: list[object] = []

    @contextmanager
    def alone(self, certain: bool) -> Iterator[bool]:
        self.seen.append("alone")
        yield certain
        self.seen.append("let go")

    def do(self, *jobs: job_thread.Job) -> None:
        for job in jobs:
            self._jobs.put(job)

    def failed(self, why: str) -> None:
        self.why = why

    def last(self) -> None:
        self.seen.append("last")


def test_each_job_is_done_alone_and_the_last_one_at_the_end() -> None:
    jobs = Jobs()
    jobs.do(lambda: jobs.seen.append(1), lambda: jobs.seen.append(2))
    jobs.start()
    jobs.end(60)
    assert jobs.seen == [*("alone", 1, "let go"), *("alone", 2, "let go"), *("alone", "last", "let go")]


def test_a_job_that_fails_is_reported_and_the_next_one_is_done() -> None:
    def fails() -> None:
        raise ValueError("odd")

    jobs = Jobs()
    jobs.do(fails, lambda: jobs.seen.append("next"))
    jobs.start()
    assert jobs.flush(60)
    assert jobs.why == "ValueError: odd"
    assert "next" in jobs.seen
    jobs.end(60)


@pytest.mark.parametrize("certain", [True, False])
def test_a_job_knows_whether_other_copies_are_kept_from_writing(certain: bool) -> None:
    jobs = Jobs(certain=certain)
    held: list[bool] = []
    jobs.do(lambda: held.append(jobs._held))
    jobs.start()
    jobs.end(60)
    assert held == [certain]


def test_without_other_copies_to_keep_away_a_job_is_alone() -> None:
    class Alone(JobThread):
        def last(self) -> None:
            held.append(self._held)

    held: list[bool] = []
    jobs = Alone()
    jobs.start()
    jobs.end(60)
    assert held == [True]


def test_a_check_that_fails_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()

    def look_again() -> bool:
        looked.set()
        raise OSError("stale file handle")

    monkeypatch.setattr(job_thread, "_IDLE", 0.0)
    monkeypatch.setattr("studyapp.core.disk.replace.look_again", look_again)
    jobs = Jobs()
    jobs.start()
    jobs.do(lambda: None)
    assert looked.wait(20)
    jobs.do(lambda: jobs.seen.append("done"))
    assert jobs.flush(60)
    assert "done" in jobs.seen
    assert "stale file handle" in jobs.why
    jobs.end(60)


def test_once_idle_it_checks_what_it_wrote_for_as_long_as_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, done = [True, False], threading.Event()

    def look_again() -> bool:
        more = looked.pop(0)
        if not looked:
            done.set()
        return more

    monkeypatch.setattr(job_thread, "_IDLE", 0.0)
    monkeypatch.setattr("studyapp.core.disk.replace.look_again", look_again)
    jobs = Jobs()
    jobs.start()
    jobs.do(lambda: None)
    assert done.wait(20)
    assert jobs.flush(60)
    assert not jobs._looks_again
    jobs.end(60)
