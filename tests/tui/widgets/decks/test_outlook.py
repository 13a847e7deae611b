"""The outlook below the decks."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult

from studyapp.charts.cells import Cells
from studyapp.study.stats.outlook import Outlook
from studyapp.tui.widgets.decks import outlook
from studyapp.tui.widgets.decks.outlook import OutlookView
from tests.charts.test_outlook import FOUND
from tests.helpers.bare import BareApp


class Below(BareApp):
    def compose(self) -> ComposeResult:
        yield OutlookView()


async def test_it_is_drawn_again_only_for_another_outlook_or_another_room(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, int]] = []

    def draw(_: Outlook, width: int, height: int, *, colours: bool) -> list[Cells]:
        assert colours
        drawn.append((width, height))
        return []

    monkeypatch.setattr(outlook, "outlook_rows", draw)
    app = Below()
    async with app.run_test():
        view = app.query_one(OutlookView)
        for found in (None, FOUND, FOUND):
            view.outlook = found
            for room in (20, 20, 30):
                assert view.fit(room, 80) == 0
                view.fit(room, 80)
    assert drawn == [(80, 19), (80, 29)] * 2


async def test_it_says_how_many_lines_it_takes() -> None:
    app = Below()
    async with app.run_test():
        view = app.query_one(OutlookView)
        view.outlook = FOUND
        assert [view.fit(room, 76) for room in (10, 7, 6, 2, 1, 0)] == [7, 7, 2, 2, 0, 0]
