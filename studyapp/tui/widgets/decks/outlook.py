"""Last year and the days ahead below the decks, where there is room."""

from __future__ import annotations

from textual.widgets import Static

from studyapp.charts.outlook import outlook_rows
from studyapp.study.stats.outlook import Outlook
from studyapp.tui.widgets.drawings.chart import coloured


class OutlookView(Static):
    """Shows an outlook in as many lines as it gets; without one it takes no room."""

    DEFAULT_CSS = """
    OutlookView { height: auto; width: 1fr; margin-top: 1; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.outlook: Outlook | None = None
        self._fitted: object = None
        self._lines = 0
        self.display = False

    def fit(self, room: int, width: int) -> int:
        """Redraw in `room` lines at most, counting the blank one above; returns how many it takes."""
        colours = not self.app.no_color
        if (given := (self.outlook, width, room, colours)) != self._fitted:
            self._fitted = given
            rows = [] if self.outlook is None else outlook_rows(self.outlook, width, room - 1, colours=colours)
            self.display, self._lines = bool(rows), len(rows)
            self.update(coloured(rows))
        return self._lines + 1 if self.display else 0
