"""Today's work: what is said beside it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from studyapp.tui.widgets.decks.today import Today, Work

WORK = Work(1_024, 2_000, "about 4 hours", late=1_000, limit=0, done=0, key="Enter", deck="flashcards")
SAID = "Reading the notes … 1,024 of 2,000"


class Page(App[None]):
    """Shows the work while notes are read."""

    def compose(self) -> ComposeResult:
        yield Today()


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 99, 100, 101, 120, 160])
async def test_what_is_said_beside_the_numbers_is_not_cut(width: int) -> None:
    app = Page()
    async with app.run_test(size=(width, 40)) as pilot:
        today = app.query_one(Today)
        today.show(WORK, (SAID,))
        await pilot.pause()
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert sum(SAID in line for line in lines) == 1
        today.show(WORK, ())
        height = today.size.height
        await pilot.pause()
        assert today.size.height == height, "nothing below it moves"
