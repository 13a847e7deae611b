from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from msgspec.structs import replace

from studyapp.core.disk import pool
from studyapp.core.settings.model import Settings
from studyapp.core.vault.scan import note_files
from studyapp.core.vault.scan.note_files import Read, read_all, read_rows
from studyapp.core.vault.scan.walk import Walk
from tests.bench.generate import write_vault
from tests.helpers.tiers import tiered

OPTIONS = Settings(keys={"review.quit": "x"}, single_line_card_separator="::")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(note_files, "MANY", 1)
    monkeypatch.setattr(note_files, "TOGETHER", 4)
    monkeypatch.setattr(pool, "cores", lambda: 2)
    write_vault(tmp_path / "vault", 30, seed=6)
    (tmp_path / "vault" / "Gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "vault" / "caf\udce9.md").write_bytes(b"#flashcards\n\na\xff::b\n")
    return tmp_path / "vault"


def paths_of(root: Path) -> list[str]:
    return [*(path for folder in Walk(root).folders() for path, _ in folder.notes()), "Gone.md"]


def in_order(parts: list[list[Read]]) -> list[Read]:
    """What was read, without the moments of reading."""
    return sorted((replace(one, read_at=0) for part in parts for one in part), key=lambda one: one.path)


def of(_path: str) -> Settings:
    return OPTIONS


def alone(root: Path) -> list[Read]:
    return in_order([read_rows(root, [(path, OPTIONS) for path in paths_of(root)])])


@pytest.mark.slow
def test_processes_read_what_one_would_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = pool._start

    def noticed(module: str) -> subprocess.Popen[bytes]:
        started.append(start(module))
        return started[-1]

    monkeypatch.setattr(pool, "_start", noticed)
    parts = list(read_all(root, paths_of(root), of))
    assert in_order(parts) == alone(root)
    assert len(parts) == 8
    assert len(started) == 2
    assert [process.wait() for process in started] == [0, 0]


@pytest.mark.slow
def test_a_note_that_cannot_be_read_says_why_and_stops_no_other(root: Path) -> None:
    found = {one.path: one for part in read_all(root, paths_of(root), of) for one in part}
    assert len(found) == 32
    assert found["Gone.md"].rows is None
    assert found["Gone.md"].error == ""
    assert found["caf\udce9.md"].rows is not None


@tiered("command", [["/nonexistent/python"], ["false"], ["true"]])
def test_where_processes_fail_the_notes_are_read_all_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    def failing(_module: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(pool, "_start", failing)
    assert in_order(list(read_all(root, paths_of(root), of))) == alone(root)


def test_a_process_that_is_killed_on_the_way_costs_no_note(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start: Callable[[str], subprocess.Popen[bytes]] = pool._start
    tell = pool._tell
    started: list[subprocess.Popen[bytes]] = []
    told: list[object] = []

    def noticed(module: str) -> subprocess.Popen[bytes]:
        started.append(start(module))
        return started[-1]

    def killing(pipe: IO[bytes], value: object) -> None:
        told.append(value)
        if len(told) == 3:
            for process in started:
                os.kill(process.pid, 9)
                process.wait()
        tell(pipe, value)

    monkeypatch.setattr(pool, "_start", noticed)
    monkeypatch.setattr(pool, "_tell", killing)
    assert in_order(list(read_all(root, paths_of(root), of))) == alone(root)


def test_few_notes_start_no_process(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_files, "MANY", 1000)
    monkeypatch.setattr(pool, "_start", lambda _module: pytest.fail("a process was started"))
    assert in_order(list(read_all(root, paths_of(root), of))) == alone(root)
