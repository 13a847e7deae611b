"""What is shown when nothing is left to review, and where its keys lead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.dialogs.choose import ChooseScreen
from studyapp.tui.screens.stats import StatsScreen
from tests.helpers.apps import TWO_CARDS, make_app, press, review_of, running, shown, until, words
from tests.helpers.vaults import NOW

LORA = "#flashcards\n\n# LoRA\n\nWhich matrix is zero?::B\n<!--SR:!2024-06-10,30,250-->\n"


@pytest.mark.slow
async def test_the_grades_what_was_forgotten_and_the_days_to_come_are_shown(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "enter", "space", "1", "space", "3")
        while (session := review_of(app).session) is not None and session.current is not None:
            await press(pilot, "space", "3")
        text = words(pilot)
        assert "1 Again" in text
        assert "remembered" in text
        assert "To see again" in text
        assert "1 France" in text
        assert " in 3d" in text or "tomorrow" in text
        assert "Next two weeks" in text
        assert "finished · " in shown(pilot).splitlines()[0]
        assert "Enter Decks c Study more s Statistics u Undo" in text
        await press(pilot, "enter")
        assert isinstance(app.screen, DecksScreen)


@pytest.mark.slow
async def test_the_time_of_the_last_card_is_said_at_once(tmp_path: Path) -> None:
    now = [NOW]
    app = make_app(tmp_path, {"A.md": "#flashcards\n\na::b\n<!--SR:!2024-06-10,30,250-->\n"}, clock=lambda: now[0])
    async with running(app) as pilot:
        now[0] += timedelta(minutes=7)
        await press(pilot, "space", "3")
        assert f"finished · {now[0]:%H:%M}" in shown(pilot).splitlines()[0]


@pytest.mark.slow
async def test_a_narrow_terminal_shows_all_that_was_done(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards/a-deck-with-a-long-name/and-another\n\na::b\n<!--SR:!2024-06-10,30,250-->\n"}
    app = make_app(tmp_path, notes, deck="flashcards/a-deck-with-a-long-name/and-another")
    async with running(app, (60, 20)) as pilot:
        await press(pilot, "space", "3")
        assert "Nothing left to review. 1 card in 0:00" in words(pilot)


@pytest.mark.slow
async def test_an_undone_grade_is_not_reported(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": "#flashcards\n\nFrance::Paris\n<!--SR:!2024-06-10,30,250-->\n"}, start="decks")
    async with running(app) as pilot:
        await press(pilot, "enter", "space", "1", "space", "3")
        assert "To see again" in shown(pilot)
        await press(pilot, "u", "u", "space", "3")
        assert "To see again" not in shown(pilot)
        await press(pilot, "u", "ctrl+r")
        assert "1 Good" in words(pilot)


@pytest.mark.slow
async def test_a_click_on_what_offers_a_demo_opens_it(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": LORA}, start="decks")
    async with running(app) as pilot:
        await until(pilot, lambda: app.demos.catalog is not None)
        await press(pilot, "enter")
        for keys in (("space",), ("1", "space", "3")):
            await press(pilot, *keys)
            lines = shown(pilot).splitlines()
            row = next(number for number, line in enumerate(lines) if "▶ d " in line)
            await pilot.click(offset=(10, row))
            await until(pilot, lambda: isinstance(app.screen, DemoScreen))
            await press(pilot, "escape")


@pytest.mark.slow
async def test_a_hard_card_with_a_demo_offers_it_at_the_end(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": LORA}, start="decks")
    async with running(app) as pilot:
        await until(pilot, lambda: app.demos.catalog is not None)
        await press(pilot, "enter", "space", "2")
        text = words(pilot)
        assert "Your hardest today has a demo" in text
        assert "· Which matrix is zero?" in text.partition("▶ d ")[2]
        await press(pilot, "d")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen))


@pytest.mark.slow
async def test_a_card_that_was_easy_offers_none(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"A.md": LORA}, start="decks")
    async with running(app) as pilot:
        await until(pilot, lambda: app.demos.catalog is not None)
        await press(pilot, "enter", "space", "4")
        assert "demo" not in words(pilot).lower()


@pytest.mark.slow
@pytest.mark.parametrize(("key", "screen"), [("s", StatsScreen), ("c", ChooseScreen)])
async def test_its_keys_lead_on_and_back(tmp_path: Path, key: str, screen: type) -> None:
    app = make_app(tmp_path, {"A.md": "#flashcards\n\nFrance::Paris\n"}, start="decks")
    async with running(app) as pilot:
        await press(pilot, "enter", "space", "4", key)
        await until(pilot, lambda: isinstance(app.screen, screen))
        await press(pilot, "escape")
        assert "Nothing left to review" in shown(pilot)


@pytest.mark.slow
async def test_the_streak_is_counted_too(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        await press(pilot, "enter", "space", "3", "space", "3")
        await until(pilot, lambda: review_of(app).graded.streak == 1)
