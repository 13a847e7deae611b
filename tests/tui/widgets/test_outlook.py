"""The outlook below the decks."""

from __future__ import annotations

import pytest

from studyapp.tui.widgets import outlook
from studyapp.tui.widgets.outlook import OutlookView
from tests.charts.test_outlook import FOUND


def test_it_is_drawn_anew_only_for_another_outlook_or_another_room(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, int]] = []
    monkeypatch.setattr(outlook, "outlook_rows", lambda _, width, height: drawn.append((width, height)) or [])
    view = OutlookView()
    for found in (None, FOUND, FOUND):
        view.outlook = found
        for room in (20, 20, 30):
            view.fit(room, 5, 80)
            view.fit(room, 5, 80)
    assert drawn == [(76, 14), (76, 24)] * 2
