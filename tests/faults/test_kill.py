"""The review is killed at any moment: what it had said is done is done, no note is torn, the next start is clean.

The slow tests do it 1,000 times; `STUDYAPP_KILLS=10000 pytest -m slow tests/faults/test_kill.py` does it more often.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studyapp.core.log.actions import Status
from studyapp.core.log.journal import Journal
from tests.faults.small_vault import (
    NOTES,
    check_schedules,
    check_texts,
    day,
    files_of,
    opened,
    strays_of,
    without_comments,
    write_notes,
)

LONGEST = 0.04
"""The most seconds that a review goes on after the last step waited for; a step takes a few milliseconds."""


class Killing:
    """A vault, reviews of it that are killed, and what they reported."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.root, self.home = folder / "vault", folder / "home"
        write_notes(self.root)
        self.texts = {path: without_comments(path, text.encode()) for path, text in NOTES.items()}
        self.dice = random.Random(seed)
        self.done: dict[str, bool] = {}
        """Actions that were reported, and whether they count."""
        self.steps = self.within = self.kills = 0
        command = [sys.executable, "-m", "tests.faults.reviewer", str(self.root), str(self.home)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.buffer = b""

    def close(self) -> None:
        assert self.process.stdin is not None
        with self.process:
            self.process.stdin.close()

    def line(self, until: float | None = None) -> str | None:
        """The next line of output; None if none comes until then."""
        assert self.process.stdout is not None
        while b"\n" not in self.buffer:
            left = None if until is None else max(until - time.monotonic(), 0)
            poll = select.poll()  # unlike `select`, for any number of open files
            poll.register(self.process.stdout, select.POLLIN)
            if not poll.poll(None if left is None else left * 1000):
                return None
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, "the reviewer has ended"
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.decode()

    def kill_one(self) -> None:
        """Let a review go on for a while, kill it, and check what is there."""
        assert self.process.stdin is not None
        self.kills += 1
        self.process.stdin.write(f"{self.dice.randrange(2**30)} {self.kills}\n".encode())
        self.process.stdin.flush()
        pid = int(self.line() or "")
        early = self.dice.random() < 0.1  # while it still starts, and brings what waits to its end
        while not early and (said := self.line()) != "ready":
            assert said is not None
            assert not said.startswith("end"), said
        for _ in range(0 if early else self.dice.randrange(4)):  # however slow the machine is
            said = self.line() or ""
            assert not said.startswith("end"), said
            self.hear(said)
        until = time.monotonic() + self.dice.uniform(0, LONGEST)
        while (said := self.line(until)) is not None:
            assert not said.startswith("end"), said
            self.hear(said)
        os.kill(pid, signal.SIGKILL)
        while not (said := self.line() or "").startswith("end"):
            self.hear(said)
        assert said == f"end {int(signal.SIGKILL)}", said
        self.look()

    def hear(self, said: str) -> None:
        what, _, name = said.partition(" ")
        if name:
            self.steps += 1
            self.done[name] = what == "done"

    def look(self) -> None:
        """Check that no note is torn before anything else reads it; then start again and compare with the log."""
        check_texts(self.root, self.texts)
        before = Journal(next((self.root / ".studyapp" / "reviews").glob("*.jsonl"), self.root / "none"))
        self.within += bool(before.waiting or before.problems or strays_of(self.root))
        workspace = opened(self.root, self.home, day(self.kills))
        journal = workspace.journal
        assert self.done.keys() <= journal.actions.keys(), "what was said to be done is lost"
        counts = {name: action.status is not Status.UNDONE for name, action in journal.actions.items()}
        unsaid = [name for name in counts if self.done.get(name) != counts[name]]
        assert len(unsaid) <= 1, f"more is otherwise than one thing that was being done: {unsaid}"
        self.done = counts
        check_texts(self.root, self.texts)
        check_schedules(workspace)
        assert not [action for action in journal.waiting if action.status is not Status.PENDING]
        assert not strays_of(self.root)
        assert files_of(self.root) == set(NOTES)
        assert not [problem for problem in journal.problems if "set aside" not in problem.message]
        assert not Journal(journal.path).problems


def killed(folder: Path, times: int, seed: int) -> Killing:
    killing = Killing(folder, seed)
    try:
        for _ in range(times):
            killing.kill_one()
    except AssertionError as error:
        raise AssertionError(f"kill {killing.kills} of seed {seed}: {error}") from error
    finally:
        killing.close()
    return killing


def test_a_review_that_is_killed_a_few_times_loses_nothing(tmp_path: Path) -> None:
    killing = killed(tmp_path, 15, seed=random.randrange(2**30))
    assert killing.steps


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_a_review_that_is_killed_a_thousand_times_loses_nothing(tmp_path: Path, part: int) -> None:
    times = int(os.environ.get("STUDYAPP_KILLS", "1000")) // 10
    killing = killed(tmp_path, times, seed=random.randrange(2**30) * 10 + part)
    print(f"{times} kills, {killing.steps} steps told, {killing.within} kills within a write")
    assert killing.steps > times
    assert killing.within > times / 20
