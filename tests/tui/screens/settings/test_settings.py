"""The settings page: what it shows, what it writes and where, and what then counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from studyapp.cli.settings import settings
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.settings.load import load_settings
from studyapp.core.settings.model import NAMES, PERSONAL
from studyapp.core.settings.values import CHOICES
from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.dialogs.choose import ChooseScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.settings.settings import SettingsScreen
from studyapp.tui.widgets.settings.setting_rows import SettingRows
from studyapp.wording.settings import CHOICE_WORDS, WORDS
from tests.helpers.apps import make_app, press, review_of, running, shown, until, words
from tests.helpers.vaults import NOW, locations

OWN = "# mine\ntheme = 'dark'  # at night\nnew_cards_per_day = 5\n"


def own_file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "settings.toml"


def app_with(tmp_path: Path, own: str = OWN) -> StudyApp:
    own_file(tmp_path).parent.mkdir()
    own_file(tmp_path).write_text(own)
    return make_app(tmp_path)


async def go_to(pilot: Pilot[None], name: str) -> None:
    if not isinstance(pilot.app.screen, SettingsScreen):
        await press(pilot, "comma")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
    rows = pilot.app.screen.query_one(SettingRows)
    rows.cursor = next(number for number, entry in enumerate(rows.rows) if entry[0] == name)
    await pilot.pause()


def test_every_setting_is_listed_with_a_sentence_and_every_choice_is_explained() -> None:
    assert set(WORDS) == set(NAMES)
    assert all(text.endswith((".", ":")) or "." in text for text in WORDS.values())
    assert {value for values in CHOICES.values() for value in values} - CHOICE_WORDS.keys() <= {
        "dark",
        "light",
        "plugin",
    }


async def test_each_setting_has_its_value_its_source_and_what_it_does(tmp_path: Path) -> None:
    async with running(app_with(tmp_path), (100, 40)) as pilot:
        await go_to(pilot, "new_cards_per_day")
        (line,) = [line for line in shown(pilot).splitlines() if "New cards per day" in line]
        assert line.replace("▎", " ").split() == ["New", "cards", "per", "day", "5", "your", "file"]
        (line,) = [line for line in shown(pilot).splitlines() if "Reviews per day" in line]
        assert line.split()[-2:] == ["limit", "default"]
        assert "counted over all your devices" in words(pilot)


async def test_the_theme_changes_at_once_and_only_its_value_in_the_file(tmp_path: Path) -> None:
    app = app_with(tmp_path)
    async with running(app) as pilot:
        await go_to(pilot, "theme")
        await press(pilot, "enter")
        assert isinstance(app.screen, ChooseScreen)
        await press(pilot, "down", "enter")
        assert app.theme == "light"
        assert "Saved in your file." in words(pilot)
        assert own_file(tmp_path).read_text() == OWN.replace("'dark'", '"light"')
        await press(pilot, "escape")
        assert review_of(app).is_current


@pytest.mark.slow
async def test_a_number_is_typed_and_what_cannot_be_used_is_not_written(tmp_path: Path) -> None:
    app = app_with(tmp_path)
    async with running(app) as pilot:
        await go_to(pilot, "new_cards_per_day")
        await press(pilot, "enter")
        assert isinstance(app.screen, PromptScreen)
        await press(pilot, "x", "enter")
        assert "should be a whole number" in words(pilot)
        assert own_file(tmp_path).read_text() == OWN
        await press(pilot, "backspace", "5", "0", "enter")
        assert own_file(tmp_path).read_text() == OWN.replace("= 5", "= 50")


@pytest.mark.slow
async def test_a_value_can_be_taken_out_of_the_file(tmp_path: Path) -> None:
    async with running(app_with(tmp_path)) as pilot:
        await go_to(pilot, "new_cards_per_day")
        await press(pilot, "delete")
        assert "Removed from your file: no limit again; it takes effect once you leave this page." in words(pilot)
        assert own_file(tmp_path).read_text() == "# mine\ntheme = 'dark'  # at night\n"


@pytest.mark.slow
async def test_the_vault_may_have_values_of_its_own_which_win(tmp_path: Path) -> None:
    app = app_with(tmp_path)
    async with running(app) as pilot:
        await go_to(pilot, "spread_siblings")
        await press(pilot, "tab", "enter")
        vault = tmp_path / "vault"
        assert (vault / VAULT_FILE).read_text() == "spread_siblings = true\n"
        await press(pilot, "tab", "enter")
        assert "but this vault has the last word: on" in words(pilot)
        loaded = load_settings(vault, user_file=own_file(tmp_path), overrides={})
        assert loaded.settings.spread_siblings is True
        assert str(loaded.origin["spread_siblings"]) == str(vault / VAULT_FILE)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PERSONAL))
async def test_what_runs_a_program_is_not_asked_for_the_vault(tmp_path: Path, name: str) -> None:
    async with running(app_with(tmp_path)) as pilot:
        await go_to(pilot, name)
        await press(pilot, "tab", "enter")
        assert "A vault's file cannot set this, as it runs a program. Tab changes to your own file." in words(pilot)
        assert isinstance(pilot.app.screen, SettingsScreen)
        assert not (tmp_path / "vault" / VAULT_FILE).exists()


@pytest.mark.slow
async def test_a_key_is_changed_and_counts_at_once(tmp_path: Path) -> None:
    app = app_with(tmp_path)
    async with running(app, (100, 40)) as pilot:
        await go_to(pilot, "keys")
        await press(pilot, "enter", *"review.skip", "enter")
        assert isinstance(app.screen, PromptScreen)
        await press(pilot, "backspace", "u", "enter")
        assert "also the key of 'Undo'" in words(pilot)
        await press(pilot, "backspace", "S", "enter")
        assert own_file(tmp_path).read_text() == OWN + '\n[keys]\n"review.skip" = "S"\n'
        await press(pilot, "escape", "S")
        assert "Italy" in shown(pilot)


@pytest.mark.slow
async def test_the_command_line_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = app_with(tmp_path)
    async with running(app) as pilot:
        await go_to(pilot, "spread_siblings")
        await press(pilot, "enter")
    opened = Workspace.open(tmp_path / "vault", locations(tmp_path / "home"), lambda: NOW)
    settings(opened, as_json=True)
    said = json.loads(capsys.readouterr().out)["settings"]
    assert said["spread_siblings"] == {"value": True, "origin": str(own_file(tmp_path))}
    assert said["new_cards_per_day"]["value"] == 5


@pytest.mark.slow
async def test_limits_of_a_deck_are_two_numbers(tmp_path: Path) -> None:
    app = app_with(tmp_path)
    async with running(app, (100, 40)) as pilot:
        await go_to(pilot, "deck_limits")
        await press(pilot, "enter", "enter")
        for wrong in ("x", f"5 {'1' * 5000}"):
            pilot.app.screen.query_one(Input).value = wrong
            await press(pilot, "enter")
            assert "Type two numbers" in words(pilot)
        pilot.app.screen.query_one(Input).value = "3 -"
        await press(pilot, "enter")
        assert own_file(tmp_path).read_text().endswith("[deck_limits]\nflashcards = {new = 3}\n")
        loaded = load_settings(tmp_path / "vault", user_file=own_file(tmp_path), overrides={})
        assert dict(loaded.settings.deck_limits) == {"flashcards": (3, None)}


@pytest.mark.slow
async def test_a_file_with_errors_is_kept_and_reported(tmp_path: Path) -> None:
    async with running(app_with(tmp_path, "theme = \n"), (120, 40)) as pilot:
        await go_to(pilot, "theme")
        assert "is not TOML" in words(pilot)
        await press(pilot, "enter", "down", "enter")
        assert "it is unchanged" in words(pilot)
        assert own_file(tmp_path).read_text() == "theme = \n"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "again"), [("theme", False), ("spread_siblings", True)])
async def test_the_vault_is_opened_again_only_where_it_is_read_differently(
    tmp_path: Path, name: str, again: bool
) -> None:
    app = app_with(tmp_path)
    async with running(app) as pilot:
        await go_to(pilot, name)
        await press(pilot, "enter")
        if not again:
            await press(pilot, "down", "enter")
        await press(pilot, "escape")
        assert (app._next == tmp_path / "vault") is again


@pytest.mark.slow
async def test_a_preset_is_made_changed_and_given_to_a_deck(tmp_path: Path) -> None:
    async with running(app_with(tmp_path), (100, 40)) as pilot:
        await go_to(pilot, "presets")
        await press(pilot, "enter", "enter", *"exam", "enter")  # another preset, its name
        assert "as the vault has it" in shown(pilot)
        await press(pilot, *"retention", "enter")
        await press(pilot, *["backspace"] * 4, *"2", "enter")
        assert "should be a number from 0.01 to 1" in words(pilot)
        await press(pilot, "backspace", *"0.95", "enter")
        await go_to(pilot, "deck_presets")
        await press(pilot, "enter", "enter", "enter")
        loaded = load_settings(tmp_path / "vault", user_file=own_file(tmp_path), overrides={})
        assert loaded.settings.presets["exam"] == {"fsrs_desired_retention": 0.95}
        assert dict(loaded.settings.deck_presets) == {"flashcards": "exam"}
        assert own_file(tmp_path).read_text().startswith(OWN)
        await go_to(pilot, "presets")
        await press(pilot, "enter")
        assert "for flashcards" in shown(pilot)
        await press(pilot, "enter", *"retention", "enter")
        await press(pilot, *["backspace"] * 4, "minus", "enter")
        loaded = load_settings(tmp_path / "vault", user_file=own_file(tmp_path), overrides={})
        assert loaded.settings.presets["exam"] == {}


@pytest.mark.slow
async def test_a_preset_of_the_vault_is_changed_in_the_vaults_file(tmp_path: Path) -> None:
    own = "# ours\n[presets.lab] # one\nleech_lapses = 3 # three\n\n[deck_presets]\nflashcards = 'lab'\n"
    app = app_with(tmp_path, OWN + "[presets.mine]\nleech_lapses = 5\n")
    file = app.workspace.vault.root / VAULT_FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(own)
    async with running(app, (100, 40)) as pilot:
        await go_to(pilot, "presets")
        await press(pilot, "enter", *"lab", "enter")
        assert "FSRS desired retention: 0.9  as the vault has it, the default" in shown(pilot)
        await press(pilot, *"lapses")
        assert "Leech lapses: 3  set here" in shown(pilot)
        await press(pilot, "enter")
        assert "Default: 8." in " ".join(words(pilot).replace("│", " ").split())
        await press(pilot, "backspace", *"4", "enter")
        assert file.read_text() == own.replace("= 3", "= 4")
        await go_to(pilot, "presets")
        await press(pilot, "enter", *"lab", "enter", *"retention", "enter", *["backspace"] * 3, *"0.8", "enter")
        assert file.read_text() == own.replace("= 3 # three\n", "= 4 # three\nfsrs_desired_retention = 0.8\n")
        assert own_file(tmp_path).read_text() == OWN + "[presets.mine]\nleech_lapses = 5\n"
        await go_to(pilot, "leech_lapses")
        assert "Default: 8." in words(pilot)


@pytest.mark.slow
async def test_the_day_of_an_exam_is_changed_and_an_exam_is_removed(tmp_path: Path) -> None:
    own = OWN + '\n[exams.finals]\ndate = "2024-07-01" # soon\ndeck = "flashcards"\n'
    async with running(app_with(tmp_path, own), (100, 40)) as pilot:
        await go_to(pilot, "exams")
        await press(pilot, "enter")
        assert "finals" in words(pilot)
        await press(pilot, "enter", *["backspace"] * 10, *"soon", "enter")
        assert "It should have a date such as" in words(pilot)
        await press(pilot, *["backspace"] * 4, *"2024-08-01", "enter")
        assert load_settings(tmp_path, user_file=own_file(tmp_path), overrides={}).settings.exams["finals"] == {
            "date": "2024-08-01",
            "deck": "flashcards",
            "last_days": 7,
        }
        assert "# soon" in own_file(tmp_path).read_text()
        await go_to(pilot, "exams")
        await press(pilot, "enter", "enter", *["backspace"] * 10, "-", "enter")
        assert "exams" not in own_file(tmp_path).read_text()


@pytest.mark.slow
async def test_nothing_is_saved_in_a_folder_that_has_taken_the_place_of_the_vault(tmp_path: Path) -> None:
    async with running(app_with(tmp_path)) as pilot:
        await go_to(pilot, "spread_siblings")
        (tmp_path / "vault").rename(tmp_path / "away")
        (tmp_path / "vault").mkdir()
        await press(pilot, "tab", "enter")
        assert "is not the folder that was opened" in words(pilot)
        assert not [*(tmp_path / "vault").iterdir()]
