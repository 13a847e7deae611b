"""What is imported, and so paid for, on the way to what was asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studyapp.cli.commands import COMMANDS
from studyapp.cli.handlers import HANDLERS
from studyapp.cli.options import OPTIONS
from tests.helpers.vaults import make_vault

RUN = """
import sys
before = set(sys.modules)
import studyapp.__main__
try:
    studyapp.__main__.main(sys.argv[1:])
except SystemExit:
    pass
print(*sorted(set(sys.modules) - before))
"""

START = {"__main__", "collector", "import_path", "cli", "cli.main", "cli.commands", "cli.streams"} | {
    "core",
    "core.errors",
    "core.visible",
}
PARSING = START | {"cli.parser", "cli.options", "cli.due_line", "core.clock"}
COMPLETING = PARSING | {"cli.completion", "cli.completion.command", "cli.completion.candidates"}


def loaded(words: list[str], home: Path) -> set[str]:
    """The modules that a command line leaves behind."""
    environ = os.environ | {"HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], env=environ, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("words", "own"),
    [
        (["--version"], START),
        (["--help"], PARSING),
        (["due", "--help"], PARSING),
        (["complete", "bash", "du"], COMPLETING),
        (["complete", "zsh", "due", "--"], COMPLETING),
        (["complete", "bash", "doctor", "--severity", ""], COMPLETING),
        (["completion", "bash"], PARSING | {"cli.handlers", "cli.completion", "cli.completion.scripts"}),
    ],
)
def test_a_question_about_the_program_itself_imports_no_vault(
    words: list[str], own: set[str], tmp_path: Path
) -> None:
    found = {name for name in loaded(words, tmp_path) if name.partition(".")[0] not in sys.stdlib_module_names}
    assert found == {"studyapp", *(f"studyapp.{name}" for name in own)}


def test_the_version_is_said_without_a_parser(tmp_path: Path) -> None:
    assert not {"argparse", "pathlib", "shutil"} & loaded(["--version"], tmp_path)


@pytest.mark.parametrize("command", ["due", "cards"])
def test_a_listing_imports_neither_screens_nor_demos_nor_other_features(command: str, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"a.md": "#flashcards\n\na::b\n"})
    home = tmp_path / "home"
    loaded([command, str(vault)], home)
    found = loaded([command, str(vault)], home)
    assert not {"textual", "rich", "torch", "demos", "markdown_it", "PIL", "watchfiles", "yaml"} & found
    assert not {f"studyapp.{name}" for name in ("tui", "runs", "charts", "study.doctor", "study.search")} & found


def test_each_command_has_options_and_a_handler() -> None:
    assert list(COMMANDS) == list(OPTIONS) == list(HANDLERS)
