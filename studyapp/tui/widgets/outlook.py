"""Streak, calendar and forecast below the decks, where there is room."""

from __future__ import annotations

import math
from typing import Final

from textual.widgets import Static

from studyapp.charts.outlook import outlook_rows
from studyapp.study.stats.outlook import Outlook
from studyapp.tui.widgets.chart import coloured

_DECKS: Final = 0.6
"""The share of the room that the decks keep, if they need it."""
_LEAST = 4
"""The lines that they keep of a small room: their heads, and three decks."""


class OutlookView(Static):
    """Shows an outlook in as many lines as the decks leave; it takes no room without one."""

    DEFAULT_CSS = """
    OutlookView { height: auto; width: 100%; padding: 0 2; margin-top: 1; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.outlook: Outlook | None = None
        self._fitted: object = None
        self.display = False

    def fit(self, room: int, decks: int, width: int) -> None:
        """Draw anew.

        Args:
            room: lines for the decks and this together.
            decks: lines that the decks need.
            width: cells, padding included.
        """
        kept = min(decks, max(_LEAST, math.ceil(room * _DECKS)))
        if (given := (self.outlook, width, room, kept)) == self._fitted:
            return
        self._fitted = given
        rows = [] if self.outlook is None else outlook_rows(self.outlook, width - 4, room - kept - 1)
        self.display = bool(rows)
        self.update(coloured(rows))
