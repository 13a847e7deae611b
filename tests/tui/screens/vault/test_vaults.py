"""Choosing a vault: those that were open, those that Obsidian knows, a typed path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from studyapp.core.locations import MOST_RECENT
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.vault.vaults import VaultsScreen
from tests.helpers.apps import make_app, press, running, shown, until, words
from tests.helpers.terminal import Terminal
from tests.helpers.vaults import NOW_TEXT, locations, make_vault


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "person"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


def obsidian(person: Path, *folders: Path | str) -> None:
    file = person / ".config/obsidian/obsidian.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"vaults": {str(n): {"path": str(folder)} for n, folder in enumerate(folders)}}))


async def choose(pilot: Pilot[None], *keys: str) -> StudyApp:
    await press(pilot, "V")
    await until(pilot, lambda: isinstance(pilot.app.screen, VaultsScreen))
    await press(pilot, *keys)
    assert isinstance(pilot.app, StudyApp)
    return pilot.app


async def test_a_vault_that_obsidian_knows_is_found_and_opened(tmp_path: Path, person: Path) -> None:
    mine = make_vault(person / "Mine", {"A.md": "a"})
    obsidian(person, mine)
    async with running(make_app(tmp_path)) as pilot:
        app = await choose(pilot)
        await until(pilot, lambda: "Mine" in shown(pilot))
        assert "Mine in Obsidian ~/Mine" in words(pilot)
        await press(pilot, *"mine", "enter")
        assert app._next == mine


@pytest.mark.slow
async def test_vaults_that_were_open_before_come_first_and_in_the_palette(tmp_path: Path, person: Path) -> None:
    recent = make_vault(tmp_path / "Recent", {})
    locations(tmp_path / "home").remember_vault(recent)
    async with running(make_app(tmp_path), (100, 40)) as pilot:
        app = await choose(pilot)
        assert "Recent" in next(line for line in shown(pilot).splitlines() if "▎" in line)
        await press(pilot, "escape")
        titles = [command.text for command in app.commands(app.screen)]
        assert "Open the vault Recent" in titles
        assert "Open a vault" in titles


@pytest.mark.slow
async def test_a_typed_path_is_completed_and_opened(tmp_path: Path, person: Path) -> None:
    mine = make_vault(person / "Study" / "Notebook", {"A.md": "a"})
    (person / "Study" / "Nothing").mkdir()
    async with running(make_app(tmp_path)) as pilot:
        app = await choose(pilot, *"~/st", "tab")
        field = app.screen.query_one(Input)
        assert field.value == "~/Study/"
        await press(pilot, "n", "tab")
        assert field.value == "~/Study/Not"
        await press(pilot, "e", "tab", "enter")
        assert app._next == mine


@pytest.mark.slow
async def test_a_name_that_no_vault_has_finds_the_folders_of_the_user(tmp_path: Path, person: Path) -> None:
    mine = person / "Study" / "Notebook"
    mine.mkdir(parents=True)
    (mine / "A.md").write_text("a")
    obsidian(person, make_vault(person / "Studied", {"A.md": "a"}))
    async with running(make_app(tmp_path)) as pilot:
        app = await choose(pilot)
        await until(pilot, lambda: "Studied" in shown(pilot))
        await press(pilot, *"stud")
        assert "~/Study/" not in shown(pilot)
        await press(pilot, "y")
        assert "▎ ~/Study/" in shown(pilot)
        await press(pilot, "tab", "tab", "enter")
        assert app._next == mine


@pytest.mark.slow
async def test_a_path_may_be_pasted_with_spaces_around_it(tmp_path: Path, person: Path) -> None:
    mine = make_vault(person / "Study" / "Notebook", {"A.md": "a"})
    async with running(make_app(tmp_path)) as pilot:
        app = await choose(pilot, "space", *"~/Study/n")
        assert "▎ ~/Study/Notebook/" in shown(pilot)
        await press(pilot, "tab", "space", "enter")
        assert app._next == mine


@pytest.mark.slow
async def test_a_folder_without_notes_is_asked_about_before_all_of_it_is_read(tmp_path: Path, person: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        app = await choose(pilot, "~", "slash", "enter")
        assert "has no notes at its top" in words(pilot)
        await press(pilot, "n")
        assert app._next is None
        assert isinstance(app.screen, VaultsScreen)


@pytest.mark.slow
async def test_the_sample_can_be_come_back_to_and_the_open_vault_is_not_listed(tmp_path: Path, person: Path) -> None:
    sample = make_vault(locations(tmp_path / "home").trial_vault, {"A.md": "a"})
    here = make_vault(tmp_path / "vault", {})
    locations(tmp_path / "home").remember_vault(here)
    async with running(make_app(tmp_path)) as pilot:
        app = await choose(pilot)
        await until(pilot, lambda: "the sample" in shown(pilot))
        assert "opened before" not in shown(pilot)
        await press(pilot, "enter")
        assert app._next == sample


@pytest.mark.slow
async def test_names_that_would_act_on_a_terminal_are_shown_as_signs(tmp_path: Path, person: Path) -> None:
    obsidian(person, make_vault(person / "a\x1b[31m\u202eb", {"A.md": "a"}))
    async with running(make_app(tmp_path)) as pilot:
        await choose(pilot)
        await until(pilot, lambda: "␛[31m" in shown(pilot))
        assert "\u202e" not in shown(pilot)


async def test_a_folder_that_is_gone_by_then_is_not_opened(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        app.open_vault(tmp_path / "gone")
        await pilot.pause()
        assert "Can't open" in words(pilot)
        assert app.is_running


def test_only_some_vaults_are_remembered_each_once_and_those_that_are_there(tmp_path: Path) -> None:
    places = locations(tmp_path / "home")
    folders = [tmp_path / str(number) for number in range(MOST_RECENT + 3)]
    for folder in [*folders, folders[3]]:
        folder.mkdir(exist_ok=True)
        places.remember_vault(folder)
    folders[5].rmdir()
    recent = places.recent_vaults()
    assert recent[:2] == [folders[3], folders[-1]]
    assert len(recent) == MOST_RECENT - 1
    places.remember(recent_vaults=["x", 3, "\0", None, {}], last_vault=[])
    assert places.recent_vaults() == []


@pytest.mark.slow
def test_the_other_vault_is_open_afterwards_and_the_next_time(tmp_path: Path) -> None:
    first = make_vault(tmp_path / "First", {"A.md": "#flashcards\n\na::b\n"})
    second = make_vault(tmp_path / "home" / "Second", {"B.md": "#flashcards\n\nc::d\n\ne::f\n"})
    terminal = Terminal([str(first), "--now", NOW_TEXT], tmp_path / "home")
    terminal.until_shown("1 new")
    terminal.press("V")
    terminal.until_shown("Second")
    terminal.press("second\r")
    terminal.until_shown("2 new")
    terminal.press("q")
    assert terminal.end() == 0
    again = Terminal(["--now", NOW_TEXT], tmp_path / "home")
    again.until_shown("2 new")
    again.press("q")
    assert again.end() == 0
    assert second.is_dir()


@pytest.mark.slow
async def test_where_no_vault_was_found_it_says_what_to_do(tmp_path: Path, person: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await choose(pilot)
        await until(pilot, lambda: "no vaults found: type a folder" in words(pilot))
        await press(pilot, *"~/none")
        assert "there is no such folder" in words(pilot)
        await press(pilot, *["backspace"] * 6, "x")
        assert "no match" in words(pilot)


@pytest.mark.slow
async def test_enter_and_tab_are_shown_only_where_they_open_or_complete_something(
    tmp_path: Path, person: Path
) -> None:
    mine = make_vault(person / "Mine", {"A.md": "a"})
    async with running(make_app(tmp_path)) as pilot:
        await choose(pilot)
        await until(pilot, lambda: "Mine" in shown(pilot))
        await press(pilot, "x")
        assert "Enter Open" not in shown(pilot)
        await press(pilot, "backspace", "tab")
        assert "~/Mine/" in shown(pilot)
        assert "Enter opens this folder" in shown(pilot)
        assert "Tab Complete" not in shown(pilot)
        assert "Enter Open" in shown(pilot), "it has no folder in it, and is one"
        await press(pilot, "enter")
        assert isinstance(pilot.app, StudyApp)
        assert pilot.app._next == mine
