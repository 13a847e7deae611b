"""The page of what each retention costs: the current one is marked, another is set, the cards are rescheduled."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from studyapp.core.settings.files import VAULT_FILE
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.cards.plan import PlanScreen
from studyapp.tui.screens.dialogs.choose import ChooseScreen
from studyapp.tui.screens.settings.decide import DecideScreen
from tests.helpers.apps import press, running, shown, until, words
from tests.helpers.vaults import make_vault, workspace

SR = "<!--SR:!fsrs,2024-06-20T09:00:00.000Z,10,10,5,2,4,0,0,2024-06-10T09:00:00.000Z-->"
NOTE = "#flashcards/a\n\n" + "\n\n".join(f"q{n}::b\n{SR}" for n in range(12)) + "\n"
PRESET = '[presets.fr]\nfsrs_desired_retention = 0.85 # mine\n[deck_presets]\n"flashcards/a" = "fr"\n'


def opened(tmp_path: Path, own: str = "") -> StudyApp:
    root = tmp_path / "vault"
    make_vault(root, {"n.md": NOTE}, {"algorithm": "FSRS"})
    if own:
        (root / ".studyapp").mkdir()
        (root / VAULT_FILE).write_text(own)
    return StudyApp(workspace(root, tmp_path / "home"))


@pytest.mark.slow
async def test_a_retention_is_set_and_the_cards_are_rescheduled_after_a_look(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app, (80, 24)) as pilot:
        await until(pilot, lambda: not app.reading)
        await press(pilot, "O", "tab")
        await until(pilot, lambda: "▎● 90 %" in shown(pilot))
        assert "reviews a day, by desired retention" in shown(pilot)
        assert "97 %" in shown(pilot)
        assert "● 90 % is set." in words(pilot)
        await press(pilot, "tab")
        await until(pilot, lambda: "minutes a day, by desired retention" in shown(pilot))
        await press(pilot, "k", "k", "j", "enter")
        assert isinstance(app.screen, ChooseScreen)
        assert "Desired retention 88 %" in words(pilot)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: app._next == app.workspace.vault.root)
    assert tomllib.loads((app.workspace.vault.root / VAULT_FILE).read_text()) == {
        "presets": {"flashcards": {"fsrs_desired_retention": 0.88}},
        "deck_presets": {"flashcards": "flashcards"},
    }
    again = StudyApp(workspace(tmp_path / "vault", tmp_path / "home"))
    again.offered = app.offer
    async with running(again, (80, 30)) as pilot:
        await until(pilot, lambda: "12 cards of 12 would get another schedule" in words(pilot))
        assert isinstance(again.screen, PlanScreen)
        await press(pilot, "escape", "u")
        await until(pilot, lambda: again._next == again.workspace.vault.root)
    assert not (app.workspace.vault.root / VAULT_FILE).exists()


@pytest.mark.slow
async def test_the_retention_of_a_preset_is_set_in_it(tmp_path: Path) -> None:
    app = opened(tmp_path, PRESET)
    async with running(app, (100, 40)) as pilot:
        await until(pilot, lambda: not app.reading)
        app.push_screen(DecideScreen(app, None, "fr"))
        await until(pilot, lambda: "● 85 % is set." in words(pilot))
        await press(pilot, "j", "enter", "enter")
        await until(pilot, lambda: app._next == app.workspace.vault.root)
    assert (app.workspace.vault.root / VAULT_FILE).read_text() == PRESET.replace("0.85", "0.88")
    assert app.offer is None


@pytest.mark.slow
async def test_esc_ends_it_and_the_present_retention_is_left_as_it_is(tmp_path: Path) -> None:
    app = opened(tmp_path, PRESET)
    async with running(app, (100, 40)) as pilot:
        await until(pilot, lambda: not app.reading)
        await press(pilot, "O", "tab", "escape")
        assert not isinstance(app.screen, DecideScreen)
        await press(pilot, "O", "tab")
        await until(pilot, lambda: "is set." in words(pilot))
        await press(pilot, "enter")
        assert not isinstance(app.screen, DecideScreen)
    assert (app.workspace.vault.root / VAULT_FILE).read_text() == PRESET
