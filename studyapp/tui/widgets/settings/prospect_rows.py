"""The outcome of each desired retention, one a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import BindingType

from studyapp.charts.cells import plain
from studyapp.charts.decision import NOW, decision_table
from studyapp.study.fitting.decide import Prospect
from studyapp.tui.widgets.parts.rows import Parts, Rows, moves

_SIGN: Final = 2
"""Cells for it."""


class ProspectRows(Rows[Prospect]):
    """Lists the retentions; each with what it costs."""

    HEAD = 1
    ENTER = "screen.take"

    BINDINGS: ClassVar[list[BindingType]] = [*moves("decide")]

    DEFAULT_CSS = "ProspectRows { width: 100%; height: auto; }"

    def __init__(self) -> None:
        super().__init__(id="decide-table")

        self._now = 0.0

    def show(self, found: Sequence[Prospect], now: float) -> None:
        """Show these, with the cursor on the retention that is set."""
        self.rows, self._now = found, now
        self.cursor = next((number for number, one in enumerate(found) if one.retention == now), 0)
        self.lay_out()
        self.refresh(layout=True)

    # Drawing

    def head_parts(self, width: int) -> Parts:
        """The names of the columns."""
        return [(" " * (_SIGN + 1) + self._line(0, width - 1), "quiet")] if self.rows else []

    def row_parts(self, number: int, width: int) -> Parts:
        """The numbers of a retention."""
        sign = NOW if self.rows[number].retention == self._now else " "
        return [(f"{sign} ", ""), (self._line(number + 1, width), "name")]

    def _line(self, number: int, width: int) -> str:
        lines = decision_table(self.rows, width - _SIGN)
        return plain(lines[number]) if lines else ""
