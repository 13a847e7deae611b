"""A change of many schedules is killed at any moment: notes are whole, the rest is finished, undo gives all back."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studyapp.core.disk.files import read_file
from tests.faults.small_vault import strays_of
from tests.helpers.vaults import NOW_TEXT, make_vault

NOTES, KILLS = 150, 50


def note(number: int) -> str:
    cards = "\n\n".join(f"q{number}.{n}::a\n<!--SR:!2024-06-{1 + n:02},10,250-->" for n in range(4))
    return f"#flashcards\r\n\r\n{cards}\n\nThe end {number}.\n"


def bytes_of(vault: Path) -> dict[str, bytes]:
    return {path.name: read_file(path) for path in sorted(vault.glob("*.md"))}


class Program:
    """The command line in processes of its own."""

    def __init__(self, vault: Path, home: Path) -> None:
        self.vault = vault
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")} | {"HOME": str(home)}

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "studyapp", *words, "--vault", str(self.vault), "--now", NOW_TEXT]
        null = subprocess.DEVNULL
        return subprocess.Popen(command, env=self.environ, stdin=null, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words: str) -> tuple[int, str]:
        with self.start(*words) as process:
            out, error = process.communicate(timeout=100)
            return process.returncode, (out + error).decode()

    def kill(self, seconds: float, *words: str) -> bool:
        """Let a command run for that long; returns whether it was killed."""
        with self.start(*words) as process:
            try:
                process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                return True
        return False


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_every_note_is_whole_and_undo_gives_every_byte_back(tmp_path: Path, seed: int) -> None:
    vault = make_vault(tmp_path / "v", {f"n{number:03}.md": note(number) for number in range(NOTES)}, {})
    program = Program(vault, tmp_path / "home")
    dice = random.Random(seed)
    assert program.run("due")[0] == 0  # from now on a start takes no longer than another
    before = bytes_of(vault)
    begun = time.monotonic()
    assert program.run("plan", "postpone", "9", "--yes")[0] == 0
    longest = time.monotonic() - begun
    after = bytes_of(vault)
    assert after != before
    kills = 0
    while kills < KILLS // 2:
        assert program.run("undo") == (0, f"Undid postponing by 9 days in {NOTES} notes (2024-06-15 09:30)\n")
        assert bytes_of(vault) == before
        words: tuple[str, ...] = ("plan", "postpone", "9", "--yes")
        while kills < KILLS // 2 and program.kill(dice.uniform(0, longest), *words):
            kills += 1
            there = bytes_of(vault)
            assert all(there[name] in (before[name], after[name]) for name in before)
            words = words if there == before else ("plan", "resume")
            if words == ("plan", "resume") and dice.random() < 0.3 and program.kill(dice.uniform(0, longest), "undo"):
                kills += 1
                there = bytes_of(vault)
                assert all(there[name] in (before[name], after[name]) for name in before)
        said = program.run("plan", "resume")[1]
        if bytes_of(vault) != after:  # undo had begun, and takes the rest back too
            program.run("undo")
            assert bytes_of(vault) == before, said
            assert program.run("plan", "postpone", "9", "--yes")[0] == 0
        assert bytes_of(vault) == after
        assert not strays_of(vault)
