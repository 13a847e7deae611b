"""Studying something other than what is due: chosen over the decks with `c`."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from studyapp.study.review.custom import CustomStudy, Mode
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.dialogs.choose import ChooseScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.review.review import ReviewScreen
from tests.helpers.apps import (
    TWO_CARDS,
    make_app,
    note,
    press,
    running,
    shown,
    until,
    words,
)

LATER = {
    "Later.md": "#flashcards\n\nSpain::Madrid\n<!--SR:!2024-06-18,4,250-->\n\n"
    "Peru::Lima\n<!--SR:!2024-07-18,4,250-->\n",
    "New.md": "#flashcards\n\nChile::Santiago\n",
}
OLD = LATER["Later.md"].encode()


async def choose(pilot: Pilot[None], *keys: str) -> None:
    app = pilot.app
    assert isinstance(app, StudyApp)
    await press(pilot, "c")
    assert isinstance(app.screen, ChooseScreen)
    await press(pilot, *keys)
    await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and not app.reading)
    await pilot.pause()


async def test_what_there_is_to_study_is_listed_with_numbers(tmp_path: Path) -> None:
    app = make_app(tmp_path, LATER, start="decks")
    async with running(app) as pilot:
        await press(pilot, "c")
        text = words(pilot)
        assert "Review ahead 1 card in 7 days; grades count" in text
        assert "New cards only 1 card; grades count" in text
        assert "Forgotten today 0 cards; nothing is written" in text
        assert "Cram 3 cards; nothing is written" in text
        await press(pilot, "escape")
        assert isinstance(app.screen, DecksScreen)


@pytest.mark.slow
async def test_review_ahead_asks_how_far_and_its_grades_count(tmp_path: Path) -> None:
    app = make_app(tmp_path, LATER, start="decks")
    async with running(app) as pilot:
        await press(pilot, "c", "enter")
        assert isinstance(app.screen, PromptScreen)
        for wrong in ("x", "1" * 5000):
            app.screen.query_one(Input).value = wrong
            await press(pilot, "enter")
            assert "Type a number of days" in shown(pilot)
        app.screen.query_one(Input).value = "40"
        await press(pilot, "enter")
        await until(pilot, lambda: "Spain" in shown(pilot))
        assert "40 days ahead" in shown(pilot)
        await press(pilot, "space", "3")
        assert "Peru" in shown(pilot)
        assert note(tmp_path, "Later.md") != OLD


async def test_a_cram_says_so_and_writes_nothing(tmp_path: Path) -> None:
    app = make_app(tmp_path, LATER, start="decks")
    async with running(app) as pilot:
        await choose(pilot, "down", "down", "down", "enter")
        text = words(pilot)
        assert "› cram › flashcards" in text
        assert "Nothing is written here: the schedules stay as they are." in text
        for key in "1334":
            await press(pilot, "space")
            assert "1 Again later" in words(pilot)
            assert "3 Good done" in words(pilot)
            await press(pilot, key)
        assert "Nothing left" in shown(pilot)
        assert "4 cards in" in shown(pilot)
        await press(pilot, "u")
        assert "Back: easy did not count." in shown(pilot)
        await press(pilot, "ctrl+r")
        assert "Nothing is written here, so there is nothing to redo." in words(pilot)
        await press(pilot, "r")
        assert isinstance(app.screen, ReviewScreen)
        with app.writer.quiet() as journal:
            assert not journal.actions
        assert note(tmp_path, "Later.md") == OLD
        await press(pilot, "q")
        assert app.screen.query("DeckTree")


@pytest.mark.slow
async def test_one_note_is_crammed(tmp_path: Path) -> None:
    app = make_app(tmp_path, LATER, start="decks")
    async with running(app) as pilot:
        await press(pilot, "c", *["down"] * 4, "enter")
        await press(pilot, *"new", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and "Chile" in shown(pilot))
        assert "0 due  1 new" in shown(pilot)


@pytest.mark.slow
async def test_cards_are_crammed_by_their_words(tmp_path: Path) -> None:
    app = make_app(tmp_path, LATER, start="decks")
    async with running(app) as pilot:
        await press(pilot, "c", *["down"] * 5, "enter", "enter")
        assert "Type at least one word." in shown(pilot)
        await press(pilot, *"mars", "enter")
        assert "No card has all of these words." in shown(pilot)
        await press(pilot, *["backspace"] * 4, *"madrid", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and "Spain" in shown(pilot))


@pytest.mark.slow
async def test_what_was_forgotten_today_is_asked_again(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        await press(pilot, "enter", "space", "1", "space", "3", "q")
        await until(pilot, lambda: not app.reading)
        await press(pilot, "c")
        assert "Forgotten today 1 card" in words(pilot)
        graded = note(tmp_path)
        await press(pilot, "down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and "France" in shown(pilot))
        await press(pilot, "space", "3")
        assert note(tmp_path) == graded


@pytest.mark.slow
async def test_today_s_limits_can_be_left_aside(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_CARDS, start="decks", settings={"reviews_per_day": "1"})
    async with running(app) as pilot:
        await choose(pilot, "down", "enter")
        assert "2 due" in shown(pilot)


@pytest.mark.slow
async def test_a_cram_from_the_command_line_ends_with_it(tmp_path: Path) -> None:
    made = make_app(tmp_path, LATER)
    app = StudyApp(made.workspace, None, "review", custom=CustomStudy(Mode.CRAM, words="lima"))
    async with running(app) as pilot:
        assert "Peru" in shown(pilot)
        await press(pilot, "space", "3", "q")
        await until(pilot, lambda: app._exit)
    assert note(tmp_path, "Later.md") == OLD


async def test_a_note_that_is_not_there_ends_the_app_with_a_reason(tmp_path: Path) -> None:
    made = make_app(tmp_path, LATER)
    app = StudyApp(made.workspace, None, "review", custom=CustomStudy(Mode.CRAM, note="x.md"))
    async with app.run_test() as pilot:
        await until(pilot, lambda: app._exit)
    assert app.failure is not None
    assert "there is no note 'x.md'" in app.failure
