"""The outlook below the decks."""

from __future__ import annotations

import pytest

from studyapp.charts.cells import Cells
from studyapp.study.stats.outlook import Outlook
from studyapp.tui.widgets import outlook
from studyapp.tui.widgets.outlook import OutlookView
from tests.charts.test_outlook import FOUND


def test_it_is_drawn_anew_only_for_another_outlook_or_another_room(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, int]] = []

    def draw(_: Outlook, width: int, height: int) -> list[Cells]:
        drawn.append((width, height))
        return []

    monkeypatch.setattr(outlook, "outlook_rows", draw)
    view = OutlookView()
    for found in (None, FOUND, FOUND):
        view.outlook = found
        for room in (20, 20, 30):
            view.fit(room, 5, 80)
            view.fit(room, 5, 80)
    assert drawn == [(76, 14), (76, 24)] * 2
