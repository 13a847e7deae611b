"""`studyapp demo --setup`: asks, runs the installer, and reports the result."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from studyapp.cli.demo import setup as command
from studyapp.cli.main import main
from tests.cli.demo.test_own_demo import Terminal


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Torch is missing, and the installer records how it was called."""
    log = tmp_path / "log"
    monkeypatch.setattr(command, "how_to_add_torch", lambda: "the demos need torch")
    monkeypatch.setattr(command, "adding", lambda *wanted: ["/bin/sh", "-c", f"echo ran > {shlex.quote(str(log))}"])
    return log


def test_it_asks_before_it_fetches_anything(installs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--setup"]) == 1
    assert "This will run:" in capsys.readouterr().out
    assert not installs.exists()
    assert main(["demo", "--setup", "--yes"]) == 0
    assert installs.read_text() == "ran\n"


def test_the_end_of_the_input_is_no_answer(
    installs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert main(["demo", "--setup"]) == 1
    assert "Nothing was installed" in capsys.readouterr().out
    assert not installs.exists()


def test_where_nothing_is_missing_nothing_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "how_to_add_torch", lambda: None)
    monkeypatch.setattr(command, "run", None)
    assert main(["demo", "--setup", "--yes"]) == 0
    assert capsys.readouterr().out == "The demos have all they need.\n"


def test_an_installer_that_fails_is_reported(
    installs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "adding", lambda *wanted: [sys.executable, "-c", "raise SystemExit(3)"])
    assert main(["demo", "--setup", "--yes"]) == 1
    assert "ended with exit code 3" in capsys.readouterr().err
    monkeypatch.setattr(command, "adding", lambda *wanted: ["/no/such/program"])
    assert main(["demo", "--setup", "--yes"]) == 1
    assert "can't run" in capsys.readouterr().err
    assert main(["demo", "--setup", "--now"]) == 2
