"""The app is open while a new day begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.screens.stats import StatsScreen
from tests.helpers.apps import make_app, press, running, shown, until, words

EVENING = datetime(2024, 6, 15, 23, 50, tzinfo=UTC)
NOTES = {
    "A.md": "#flashcards/a\n\ntoday::1\n<!--SR:!2024-06-15,4,250-->\n\ntomorrow::2\n<!--SR:!2024-06-16,4,250-->\n",
    "B.md": "#flashcards/b\n\nalso tomorrow::3\n<!--SR:!2024-06-16,4,250-->\n",
}


class Clock:
    """Stands until it is moved."""

    def __init__(self, now: datetime = EVENING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    async def pass_midnight(self, pilot: Pilot[None], by: timedelta = timedelta(minutes=11)) -> None:
        self.now += by
        app = pilot.app
        assert isinstance(app, StudyApp)
        app.look_at_the_day()
        await until(pilot, lambda: not app.reading)
        await pilot.pause()


@pytest.mark.slow
async def test_the_clock_is_looked_at_while_the_app_runs(tmp_path: Path) -> None:
    clock = Clock()
    app = make_app(tmp_path, NOTES, start="decks", clock=clock)
    async with running(app) as pilot:
        clock.now += timedelta(minutes=11)
        await until(pilot, lambda: "Sun 16 Jun" in shown(pilot) and "3 due" in shown(pilot))


async def test_decks_that_stay_open_over_midnight_show_the_new_day(tmp_path: Path) -> None:
    clock = Clock()
    app = make_app(tmp_path, NOTES, start="decks", clock=clock)
    async with running(app) as pilot:
        assert "Sat 15 Jun" in shown(pilot)
        assert "1 due" in shown(pilot)
        await clock.pass_midnight(pilot)
        assert "Sun 16 Jun" in shown(pilot)
        await until(pilot, lambda: "3 due" in shown(pilot))


async def test_cards_of_the_new_day_join_a_review_that_continues(tmp_path: Path) -> None:
    clock = Clock()
    async with running(make_app(tmp_path, NOTES, clock=clock)) as pilot:
        assert "today" in shown(pilot)
        await clock.pass_midnight(pilot)
        assert "A new day has begun: 2 more cards to review." in words(pilot)
        await press(pilot, "space", "3")
        assert "tomorrow" in shown(pilot)


@pytest.mark.slow
async def test_a_review_that_was_done_before_midnight_continues_with_the_cards_of_the_new_day(tmp_path: Path) -> None:
    clock = Clock()
    async with running(make_app(tmp_path, NOTES, clock=clock)) as pilot:
        await press(pilot, "space", "4")
        assert "In the whole vault, 2 cards are due tomorrow" in words(pilot)
        await clock.pass_midnight(pilot)
        assert "Nothing left" not in shown(pilot)
        assert "A new day has begun: 2 more cards to review." in words(pilot)
        await press(pilot, "space", "4", "space", "4")
        assert "Nothing left" in shown(pilot)


@pytest.mark.slow
async def test_the_end_of_a_deck_says_what_is_due_in_others_by_then(tmp_path: Path) -> None:
    clock = Clock()
    async with running(make_app(tmp_path, NOTES, clock=clock, deck="flashcards/a")) as pilot:
        clock.now += timedelta(minutes=20)
        await press(pilot, "space", "4")
        await until(pilot, lambda: "  tomorrow" in shown(pilot) and "show the answer" in shown(pilot))
        await press(pilot, "space", "4")
        await until(pilot, lambda: "In the whole vault, 1 card is due now" in words(pilot))


async def test_a_card_that_was_buried_until_tomorrow_comes_back_in_the_same_review(tmp_path: Path) -> None:
    clock = Clock()
    async with running(make_app(tmp_path, NOTES, clock=clock, deck="flashcards/a")) as pilot:
        await press(pilot, "b")
        assert "Nothing left" in shown(pilot)
        await clock.pass_midnight(pilot)
        assert "2 more cards" in words(pilot)


@pytest.mark.slow
async def test_a_card_that_was_graded_comes_back_in_the_same_review(tmp_path: Path) -> None:
    clock = Clock()
    async with running(make_app(tmp_path, NOTES, clock=clock, deck="flashcards/b")) as pilot:
        await clock.pass_midnight(pilot)
        await press(pilot, "space", "4")
        await until(pilot, lambda: "Nothing left" in shown(pilot))
        await clock.pass_midnight(pilot, timedelta(days=30))
        assert "also tomorrow" in shown(pilot)


@pytest.mark.slow
async def test_browse_follows_the_day(tmp_path: Path) -> None:
    clock = Clock()
    async with running(make_app(tmp_path, NOTES, start="decks", clock=clock)) as pilot:
        await press(pilot, "b")
        await press(pilot, *"is:due")
        await until(pilot, lambda: "1 of 3 cards" in shown(pilot))
        await clock.pass_midnight(pilot)
        await until(pilot, lambda: "3 cards" in shown(pilot) and " of 3 cards" not in shown(pilot))


@pytest.mark.slow
async def test_statistics_follow_the_day(tmp_path: Path) -> None:
    clock = Clock()
    async with running(make_app(tmp_path, NOTES, start="decks", clock=clock)) as pilot:
        await press(pilot, "s")
        screen = pilot.app.screen
        assert isinstance(screen, StatsScreen)
        await until(pilot, lambda: screen._counted is not None)
        await clock.pass_midnight(pilot)
        await until(pilot, lambda: screen._counted is not None and screen._counted.found.forecast.today == 3)


@pytest.mark.slow
async def test_the_reader_marks_cards_by_the_day(tmp_path: Path) -> None:
    clock = Clock()
    async with running(make_app(tmp_path, NOTES, start="decks", clock=clock), size=(120, 24)) as pilot:
        pilot.app.push_screen(NotesScreen("B.md"))
        await until(pilot, lambda: "also tomorrow" in shown(pilot))
        before = shown(pilot)
        await clock.pass_midnight(pilot)
        await until(pilot, lambda: shown(pilot) != before)


@pytest.mark.slow
async def test_notes_that_become_due_join_the_review_of_whole_notes(tmp_path: Path) -> None:
    clock = Clock()
    due = "---\ntags: [review]\nsr-due: 2024-06-{}\nsr-interval: 4\nsr-ease: 250\n---\n\n{} text\n"
    notes = {"A.md": due.format(15, "first"), "B.md": due.format(16, "second")}
    async with running(make_app(tmp_path, notes, start="decks", clock=clock)) as pilot:
        await until(pilot, lambda: "1 whole note" in words(pilot))
        await press(pilot, "c", "up", "enter")
        await until(pilot, lambda: "first text" in shown(pilot))
        assert "1 due" in shown(pilot)
        await clock.pass_midnight(pilot)
        assert "2 due" in shown(pilot)
        assert "first text" in shown(pilot)
        await press(pilot, "3")
        await until(pilot, lambda: "second text" in shown(pilot))
