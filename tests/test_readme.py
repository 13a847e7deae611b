"""The README's commands do what they say, as they stand there."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from studyapp.core.settings.load import load_settings
from studyapp.tui.app.app import StudyApp
from studyapp.tui.app.keymap import find_problems
from tests.helpers.vaults import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
NEEDS_A_SCREEN = (
    "studyapp ~/Notes",
    "studyapp serve ~/Notes",
    "studyapp review --deck flashcards",
    "studyapp review --plain",
    "studyapp review --cram --note LoRA.md",
)
"""Tried in a pseudo-terminal elsewhere; the demos have tests of their own."""


def commands(heading: str) -> list[str]:
    block = README.partition(f"## {heading}\n")[2].partition("```sh\n")[2].partition("```")[0]
    return [line.partition("  #")[0].strip() for line in block.splitlines()]


@pytest.mark.slow
def test_the_commands_of_every_day_work_one_after_the_other(tmp_path: Path) -> None:
    listed = [c for c in commands("Every day") if c.startswith("studyapp") and " demo " not in c]
    assert set(NEEDS_A_SCREEN) < set(listed)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environ["HOME"] = str(tmp_path)
    for command in listed:
        if command in NEEDS_A_SCREEN:
            continue
        words = shlex.split(command.replace("~", str(tmp_path)))
        if words[1] != "init" and "cards" not in words:
            words += ["--vault", str(tmp_path / "Notes")]  # the app would have opened it before
        done = subprocess.run(
            [sys.executable, "-m", *words], env=environ, capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.returncode == 0, (command, done.stderr)


def test_it_is_for_users_and_short() -> None:
    assert len(README.splitlines()) <= 150


def test_the_settings_that_it_shows_can_all_be_used(tmp_path: Path) -> None:
    shown = README.partition("### Settings\n")[2].partition("```toml\n")[2].partition("```")[0]
    file = tmp_path / "settings.toml"
    file.write_text(shown)
    (tmp_path / "vault").mkdir()
    loaded = load_settings(tmp_path / "vault", person_file=file, overrides={})
    assert loaded.problems == ()
    named = tomllib.loads(shown).keys()
    assert {name for name in named if "settings.toml" in str(loaded.origin[name])} == named
    assert loaded.settings.deck_limits == {"flashcards/peft": (10, 60)}
    assert find_problems(loaded.settings.keys, loaded.origin["keys"], StudyApp) == []
