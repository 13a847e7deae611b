"""`studyapp import`: shows what would come, asks, and starts a review if you want one."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.cli.test_main import as_json
from tests.helpers.commands import Run
from tests.helpers.terminal import Terminal
from tests.helpers.vaults import ROOT, make_vault

DATA = ROOT / "tests/data/anki"
AT = ("--now", "2027-06-15T09:30:00+00:00")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault", {"mine.md": "#flashcards\n\na::b\n"})


def notes(vault: Path) -> list[str]:
    return sorted(path.relative_to(vault).as_posix() for path in vault.rglob("*.md"))


def test_a_look_changes_nothing(run: Run, vault: Path) -> None:
    said = run("import", DATA / "occlusion.apkg", "--vault", vault, "--dry-run", *AT)
    assert "3 new cards of 3 questions in 1 note, 0 reviews, 1 file of media" in said.stdout
    assert "image occlusion: the regions are named, not covered: 3 questions" in said.stderr
    assert notes(vault) == ["mine.md"]


def test_samples_stand_side_by_side_where_there_is_room(
    run: Run, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["import", DATA / "genanki.apkg", "--vault", vault, "--dry-run", "--decks", "tags", *AT]
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_, **_named: os.terminal_size((100, 24)))
    assert re.search(r"^    France │ Paris +→ France:::Paris #geo", run(*words).stdout, re.MULTILINE)
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_, **_named: os.terminal_size((40, 24)))
    assert re.search(r"^    France:::Paris #geo", run(*words).stdout, re.MULTILINE)


def test_a_script_is_told_what_came_and_what_was_removed_again(run: Run, vault: Path) -> None:
    made = as_json(run("import", DATA / "genanki.apkg", "--vault", vault, "--json", *AT))
    assert (made["imported"], made["cards"], made["files"]) == (
        *(True, 6),
        ["Imported/Country-Capitals/Europe.md", "Imported/media/rome.png"],
    )
    again = as_json(run("import", DATA / "genanki.apkg", "--vault", vault, "--json", *AT))
    assert (again["imported"], again["known"]) == (False, 3)
    assert "--undo takes one back" in run("import", "--undo", "--dry-run", "--vault", vault, code=2).stderr
    assert "leave out the file" in run("import", "--undo", DATA / "old.apkg", "--vault", vault, code=2).stderr
    gone = as_json(run("import", "--undo", "--vault", vault, "--json", *AT))
    assert (sorted(gone["removed"]), gone["kept"]) == (made["files"], [])
    assert notes(vault) == ["mine.md"]
    assert "nothing was imported" in run("import", "--undo", "--vault", vault, code=1).stderr


def test_a_script_without_a_terminal_imports_what_is_shown(run: Run, vault: Path) -> None:
    assert "new cards of" in run("import", DATA / "genanki.apkg", "--vault", vault, *AT).stdout
    assert len(notes(vault)) > 1


def test_undo_says_what_stays(run: Run, vault: Path) -> None:
    run("import", DATA / "genanki.apkg", "--vault", vault, "--yes", *AT)
    note = vault / "Imported/Country-Capitals/Europe.md"
    note.write_text(note.read_text() + "\nmine::too\n")
    said = run("undo", "--vault", vault, *AT).stdout
    assert "Undid the import into Imported, 1 file removed" in said
    assert "left unchanged: Imported/Country-Capitals/Europe.md: it was changed since" in said
    assert "there is nothing to undo" in run("undo", "--vault", vault, code=1).stderr


@pytest.mark.slow
def test_from_a_package_to_the_first_card_are_one_command_and_two_keys(vault: Path, tmp_path: Path) -> None:
    words = ["import", str(DATA / "genanki.apkg"), "--vault", str(vault), *AT]
    (tmp_path / "home").mkdir()
    terminal = Terminal(words, tmp_path / "home")
    terminal.until(lambda text: "Import?" in text)
    terminal.press("r\r")
    terminal.until(lambda text: "Europe" in text and "Space show the answer" in text)
    terminal.press("q")
    assert terminal.end() == 0
    assert "Imported/Country-Capitals/Europe.md" in notes(vault)
