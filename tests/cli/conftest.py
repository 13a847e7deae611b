"""How tests run commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.commands import Done, Run, run_apart, run_here


def checked(done: Done, code: int) -> Done:
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def at_home(tmp_path: Path) -> dict[str, str]:
    """A home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return kept | {"HOME": str(tmp_path / "home"), "TZ": "UTC", "PYTHONWARNINGS": "error"}


@pytest.fixture
def run(at_home: dict[str, str]) -> Run:
    """Run a command in a home of its own."""
    return lambda *words, code=0: checked(run_here(words, at_home), code)


@pytest.fixture
def run_beside(at_home: dict[str, str]) -> Run:
    """Run a command as a process that others may run beside."""
    return lambda *words, code=0: checked(run_apart(words, at_home), code)
