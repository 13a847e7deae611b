from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from studyapp.tui.widgets.cards.card_timer import CardTimer
from tests.helpers.apps import (
    make_app,
    press,
    review_of,
    running,
    shown,
)
from tests.helpers.vaults import NOW


class Clock:
    """A clock that can be set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_the_clock_stops_when_the_user_is_away() -> None:
    timer = CardTimer(away_after=90, reveal_after=0)
    assert timer.text(NOW) == ""
    timer.start(NOW)
    assert timer.text(NOW + timedelta(seconds=75)) == "1:15"
    assert timer.text(NOW + timedelta(seconds=600)) == "1:30+"
    assert not timer.wants_answer(NOW + timedelta(seconds=600))
    timer.stop()
    assert timer.text(NOW) == ""


def test_an_answer_is_due_after_its_time() -> None:
    timer = CardTimer(away_after=90, reveal_after=10)
    timer.start(NOW)
    assert not timer.wants_answer(NOW + timedelta(seconds=9))
    assert timer.wants_answer(NOW + timedelta(seconds=10))


@pytest.mark.slow
async def test_the_review_shows_how_long_the_card_has_been_in_front(tmp_path: Path) -> None:
    clock = Clock()
    app = make_app(tmp_path, clock=clock)
    async with running(app) as pilot:
        clock.go(65)
        review_of(app)._tick()
        await pilot.pause()
        assert "1:05" in shown(pilot)
        await press(pilot, "space", "3")
        assert "0:00" in shown(pilot)
        await press(pilot, "space", "3")
        assert "0:00" not in shown(pilot)


async def test_the_answer_appears_by_itself_only_if_the_settings_say_so(tmp_path: Path) -> None:
    for settings, answer in (({"reveal_after": "5"}, True), ({}, False)):
        clock = Clock()
        app = make_app(tmp_path, clock=clock, settings=settings)
        async with running(app) as pilot:
            clock.go(6)
            review_of(app)._tick()
            await pilot.pause()
            assert ("Paris" in shown(pilot)) is answer
            session = review_of(app).session
            assert session is not None
            assert session.revealed is answer


@pytest.mark.slow
async def test_time_does_not_turn_a_card_behind_another_screen(tmp_path: Path) -> None:
    clock = Clock()
    app = make_app(tmp_path, clock=clock, settings={"reveal_after": "5"})
    async with running(app) as pilot:
        review = review_of(app)
        await press(pilot, "i")
        clock.go(6)
        review._tick()
        await press(pilot, "escape")
        assert "Paris" not in shown(pilot)
        assert "0:00" in shown(pilot)
        clock.go(5)
        review._tick()
        await pilot.pause()
        assert "Paris" in shown(pilot)
