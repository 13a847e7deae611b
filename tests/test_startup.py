"""What is imported, and so paid for, on the way to what was asked for."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studyapp.cli.commands import COMMANDS
from studyapp.cli.parser import options_of
from studyapp.tui.app.preload import _LATER, import_the_rest
from tests.helpers.tiers import tiered
from tests.helpers.vaults import ROOT, make_vault

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
PARSING = (
    START
    | {"cli.parser", "core.clock", "core.text", "core.text.digits"}
    | {f"cli.options{part}" for part in ("", ".shared", ".values")}
)
OF_STUDY = {"cli.options.study", "cli.due_line"}
OF_OTHERS = {"cli.options.many", "cli.options.upkeep"}
COMPLETING = (
    PARSING | OF_STUDY | {"cli.parts", "cli.completion", "cli.completion.command", "cli.completion.candidates"}
)


def loaded(words: list[str], home: Path) -> set[str]:
    """The modules that a command line leaves behind."""
    environ = os.environ | {"HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], env=environ, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@tiered(
    "words, own",
    [
        (["--version"], START),
        (["--help"], PARSING),
        (["due", "--help"], PARSING | OF_STUDY),
        (["complete", "bash", "du"], COMPLETING),
        (["complete", "zsh", "due", "--"], COMPLETING),
        (["complete", "bash", "doctor", "--severity", ""], COMPLETING | OF_OTHERS),
        (
            ["completion", "bash"],
            PARSING | OF_STUDY | OF_OTHERS | {"cli.completion", "cli.completion.scripts"},
        ),
    ],
    quick=2,
)
def test_a_question_about_the_program_itself_imports_no_vault(
    words: list[str], own: set[str], tmp_path: Path
) -> None:
    found = {name for name in loaded(words, tmp_path) if name.partition(".")[0] not in sys.stdlib_module_names}
    assert found == {"studyapp", *(f"studyapp.{name}" for name in own)}


def test_the_version_is_printed_without_a_parser(tmp_path: Path) -> None:
    assert not {"argparse", "pathlib", "shutil"} & loaded(["--version"], tmp_path)


@tiered("command", ["due", "cards"])
def test_a_listing_imports_neither_screens_nor_demos_nor_other_features(command: str, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"a.md": "#flashcards\n\na::b\n"})
    home = tmp_path / "home"
    loaded([command, str(vault)], home)
    found = loaded([command, str(vault)], home)
    assert (
        not {"textual", "rich", "torch", "demos", "markdown_it", "PIL", "watchfiles", "yaml", "fsrs_rs_python"}
        & found
    )
    assert not OPENSSL & found
    assert not {f"studyapp.{name}" for name in ("tui", "runs", "charts", "study.doctor", "study.search")} & found
    assert not {"studyapp.core.workspace.store", "difflib"} & found


def test_a_review_line_by_line_imports_no_screen(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"a.md": "#flashcards\n\na::b\n"})
    found = loaded(["review", "--plain", str(vault)], tmp_path / "home")
    assert "studyapp.cli.plain.plain" in found
    assert not {"studyapp.tui", "textual", "textual.content"} & found


def test_each_command_has_options_and_a_function_that_runs_it() -> None:
    assert all(map(options_of, COMMANDS))
    for module, function in {tuple(command.runs.rsplit(".", 1)) for command in COMMANDS.values()}:
        assert callable(getattr(importlib.import_module(f"studyapp.cli.{module}"), function))


FIRST_FRAME = """
import os, sys
from pathlib import Path
from studyapp.core.clock import fixed_clock
from studyapp.core.locations import Locations
from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.app import StudyApp
import asyncio

def painted(app):
    print(*sys.modules, flush=True)
    os._exit(0)

async def run(workspace, screen):
    StudyApp.read_vault = painted
    async with StudyApp(workspace, start=screen).run_test():
        await asyncio.sleep(60)

asyncio.run(run(Workspace.open(Path(sys.argv[1]), Locations.of_user(), fixed_clock("2024-06-20T12:00")), sys.argv[2]))
"""
CARD = {"a.md": "#flashcards\n\na front::a back\n<!--SR:!2024-06-10,4,250-->\n"}
LATER = {
    "cli.options.many",
    "cli.options.upkeep",
    "core.disk.pool",
    "core.disk.replace",
    "core.disk.whole",
    "core.edits.identity",
    "core.notes.links",
    "core.settings.write",
    "core.text.pieces",
    "core.text.spoken",
    "core.vault.table.line",
    "core.vault.scan.precheck",
    "core.vault.scan.note_files",
    "core.vault.scan.walk",
    "core.workspace.store",
    "runs.cards.card_demos",
    "study.reader.demo_links",
    "study.review.session",
    "study.reader.finder",
    "study.search",
    "study.vaults",
    "tui.pictures",
    "markup.syntax",
    "tui.render.blocks",
    "tui.render.formulas.display",
    "tui.render.formulas.one_line",
    "tui.render.formulas.tex",
    "tui.screens.dialogs.copying",
    "tui.screens.vault",
    "tui.screens.dialogs.help",
    "tui.screens.settings",
    "tui.screens.notes.switcher",
    "tui.services.clipboard",
    "study.reader.sounds",
    "tui.services.programs",
    "tui.services.sounds",
    "wording.copies",
    "wording.settings",
}
OPENSSL = {"ssl", "_ssl", "_hashlib"}
FIELDS = {f"textual.widgets._{name}" for name in ("input", "option_list", "select", "text_area", "tree")}
NOT_ON_DECKS = {
    "markup",
    "tui.render",
    "tui.screens.review",
    "tui.widgets.cards.card_view",
    "wording.cards",
}


@tiered("screen, later", [("review", LATER), ("decks", LATER | NOT_ON_DECKS)])
def test_what_the_first_frame_does_not_show_is_not_there_yet(screen: str, later: set[str], tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", CARD)
    home = tmp_path / "home"
    loaded(["due", str(vault)], home)
    done = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, str(vault), screen],
        env=os.environ | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = set(done.stdout.split())
    assert "studyapp.tui.app.app" in found
    assert not {f"studyapp.{name}" for name in later} & found
    assert not {"torch", "demos", "PIL", "watchfiles", "yaml", "fsrs_rs_python", "markdown_it"} & found
    assert not OPENSSL & found
    assert not (FIELDS | {"textual.command", "rich.table"}) & found
    assert not {name for name in found if name.startswith("studyapp.study.exams")}


STAND_INS = """
import studyapp.tui, sys, textual.app as app, textual.design as design
assert not {"textual.command", "rich.table"} & set(sys.modules)
import rich.table, textual.types
from textual.command import CommandPalette
palette = CommandPalette()
print(isinstance(design.Table(), rich.table.Table), isinstance(app.CommandPalette(), CommandPalette))
print(isinstance(palette, app.CommandPalette), app.CommandPalette.is_open == CommandPalette.is_open)
"""
ANOTHER_TEXTUAL = """
import sys
class AnotherTextual:
    def find_spec(self, name, *_):
        if name == "textual.theme" and type(sys.modules.get("rich.table")).__name__ == "_Later":
            raise TypeError("more than a name is needed here")
sys.meta_path.insert(0, AnotherTextual())
import studyapp.tui, textual.app, textual.command
print(textual.app.CommandPalette is textual.command.CommandPalette)
"""


@pytest.mark.parametrize("script", [STAND_INS, ANOTHER_TEXTUAL], ids=["this-textual", "another-textual"])
def test_what_textual_was_kept_from_importing_works_when_it_is_needed(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {*done.stdout.split()} == {"True"}


def test_what_may_not_be_there_yet_exists() -> None:
    files = [ROOT.joinpath("studyapp", *name.split(".")) for name in LATER | NOT_ON_DECKS]
    assert not [file for file in files if not file.is_dir() and not file.with_suffix(".py").exists()]


def test_what_a_later_key_may_ask_for_can_be_imported() -> None:
    assert set(_LATER) >= {
        f"studyapp.{name}" for name in ("tui.render.blocks", "tui.screens.review.review", "tui.screens.dialogs.help")
    }
    import_the_rest()
    assert set(_LATER) <= set(sys.modules)
