"""The first page on a new machine, and what each of its keys leads to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.screens.vault.first import FirstScreen
from studyapp.tui.screens.vault.vaults import VaultsScreen
from tests.helpers.apps import make_app, press, review_of, running, shown, until, words
from tests.helpers.terminal import Terminal
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, NOW_TEXT, ROOT, locations


def new_machine(tmp_path: Path) -> StudyApp:
    places = locations(tmp_path / "home")
    if not places.trial_vault.exists():
        shutil.copytree(ROOT / "vault", places.trial_vault, ignore=shutil.ignore_patterns(".studyapp"))
    return StudyApp(Workspace.open(places.trial_vault, places, lambda: NOW))


@tiered("size", [(60, 20), (80, 24), (160, 50)])
async def test_it_says_what_this_is_and_offers_three_things(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(new_machine(tmp_path), size) as pilot:
        assert isinstance(pilot.app.screen, FirstScreen)
        text = words(pilot)
        assert "Remember what you study, without leaving the terminal." in text
        assert "your copy of a sample vault. It holds 88 cards in 9 notes" in text
        for act in ("Enter Learn a card", "d Watch", "o Open your own notes"):
            assert act in text


@pytest.mark.slow
async def test_a_card_is_shown_as_it_is_written_and_as_it_is_seen(tmp_path: Path) -> None:
    async with running(new_machine(tmp_path)) as pilot:
        lines = shown(pilot).splitlines()
        (title,) = [line for line in lines if "what you see" in line]
        assert ".md" in title
        assert any("::" in line for line in lines)
        assert any("1 Again  2 Hard  3 Good  4 Easy" in line for line in lines)


async def test_enter_begins_a_review_that_leads_to_the_decks_and_the_page_does_not_come_again(tmp_path: Path) -> None:
    app = new_machine(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "enter")
        assert review_of(app).session is not None
        await press(pilot, "space", "3", "q")
        assert isinstance(app.screen, DecksScreen)
    again = new_machine(tmp_path)
    async with running(again):
        assert isinstance(again.screen, DecksScreen)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "offers"),
    [((80, 24), ("d Watch LoRA learn", "V Open your own notes")), ((160, 50), ("d Watch it learn", "V Open them"))],
)
async def test_from_the_sample_s_decks_own_notes_and_the_offered_demo_are_one_key_away(
    tmp_path: Path, size: tuple[int, int], offers: tuple[str, str]
) -> None:
    app = new_machine(tmp_path)
    async with running(app, size) as pilot:
        await press(pilot, "enter", "q")
        await until(pilot, lambda: all(offer in words(pilot) for offer in offers))
        await press(pilot, "V")
        assert isinstance(app.screen, VaultsScreen)
        await press(pilot, "escape", "d")
        await until(pilot, lambda: "Beside each frozen matrix" in words(pilot))


@pytest.mark.slow
async def test_d_runs_a_demo_and_leaving_it_comes_back(tmp_path: Path) -> None:
    app = new_machine(tmp_path)
    async with running(app) as pilot:
        await until(pilot, lambda: "Watch LoRA learn" in words(pilot))
        await press(pilot, "d")
        await until(pilot, lambda: type(app.screen).__name__ == "DemoScreen")
        await press(pilot, "q")
        assert isinstance(app.screen, FirstScreen)


@pytest.mark.slow
async def test_o_chooses_a_vault_and_other_places_can_be_gone_to(tmp_path: Path) -> None:
    app = new_machine(tmp_path)
    async with running(app) as pilot:
        opened = []
        for keys in ("o", "escape", "n", "q"):
            await press(pilot, keys)
            opened.append(type(app.screen))
        assert opened == [VaultsScreen, FirstScreen, NotesScreen, DecksScreen]


@pytest.mark.slow
async def test_what_is_offered_can_be_clicked_on(tmp_path: Path) -> None:
    app = new_machine(tmp_path)
    async with running(app) as pilot:
        line = next(number for number, line in enumerate(shown(pilot).splitlines()) if "Open your own notes" in line)
        await pilot.click(offset=(14, line))
        await pilot.pause()
        assert isinstance(app.screen, VaultsScreen)


async def test_a_vault_of_your_own_begins_with_its_decks(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app):
        assert isinstance(app.screen, DecksScreen)


@pytest.mark.slow
def test_from_nothing_to_a_reviewed_card_and_your_own_vault(tmp_path: Path) -> None:
    mine = tmp_path / "home" / "Documents" / "Mine"
    (mine / ".obsidian").mkdir(parents=True)
    (mine / "A.md").write_text("#flashcards\n\nmine::yes\n")
    terminal = Terminal(["--now", NOW_TEXT], tmp_path / "home")
    terminal.until_shown("Learn a card")
    terminal.until_shown("what you see")
    terminal.press("\r")
    terminal.until_shown("show the answer")
    terminal.press(" ")
    terminal.until_shown("Good")
    terminal.press("3")
    terminal.until_shown("show the answer")
    terminal.press("V")
    terminal.until_shown("Mine")
    terminal.press("mine\r")
    terminal.until_shown("1 new")
    terminal.press("q")
    assert terminal.end() == 0
