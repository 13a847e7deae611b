"""The methods of a comparison as a table: where each stands between nothing and all, and the spread of its runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType

from studyapp.runs.images.figure import point_name
from studyapp.runs.results.known_points import KnownPoints
from studyapp.runs.results.results import Point
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.widgets.methods.rates import rate_look, rate_text
from studyapp.tui.widgets.parts.rows import Parts, Rows, moves
from studyapp.wording.widths import cut

_NAME: Final = 18
_LONG: Final = 26
"""Width of a name, including one with turned knobs."""
_DOTS: Final = 12
"""Least width of the dots."""
_NUMBER, _TRAINED, _SECONDS = 6, 9, 7


class Comparison(Struct, frozen=True):
    """What is compared."""

    title: str
    points: Sequence[Point]
    jobs: Sequence[str]
    known: KnownPoints


class CompareRows(Rows[Point]):
    """Lists the points, best first; posts `Chosen` when a method is entered."""

    HEAD = 1
    HEAD_STAYS = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "choose", "Open", id="compare.open"),
        *moves("compare"),
    ]

    DEFAULT_CSS = "CompareRows { width: 100%; height: auto; }"

    class Chosen(FieldMessage):
        """A method was entered."""

        point: Point

    def __init__(self) -> None:
        super().__init__()
        self._compared = Comparison("", (), (), {})

    def show(self, compared: Comparison) -> None:
        """Compare these."""
        self._compared = compared
        self.rows = sorted(compared.points, key=lambda point: (-round(point.accuracy, 2), point.trainable))
        self.cursor = self.validate_cursor(self.cursor)
        self.lay_out()
        self.refresh(layout=True)

    def allow_focus(self) -> bool:
        """Take the keys only where there is room for the table."""
        return super().allow_focus() and all(node.display for node in self.ancestors_with_self)

    def action_choose(self) -> None:
        if self.row is not None:
            self.post_message(self.Chosen(self.row))

    # Drawing

    def head_parts(self, width: int) -> Parts:
        """The names of the columns."""
        columns = self._columns(width - 1)
        title = self._compared.title
        whole = f"{title}, spread of the runs"
        shown = whole if cell_len(whole) < columns.dots else cut(title, columns.dots)
        heads = f" {'method':{columns.name}}{set_cell_size(shown, columns.dots)}"
        heads += "".join(head.rjust(wide) for head, wide in columns.numbers)
        return [(heads, "quiet")]

    def row_parts(self, number: int, width: int) -> Parts:
        """One method."""
        point, columns = self.rows[number], self._columns(width)
        name = cut(point_name(point), columns.name - 1)
        parts = [(set_cell_size(name, columns.name), "here" if point.own else "name"), *_dots(point, columns.dots)]
        values = self._values(point)
        for head, wide in columns.numbers:
            text, look = values[head]
            parts.append((text.rjust(wide), look))
        return parts

    def _values(self, point: Point) -> dict[str, tuple[str, str]]:
        known = self._compared.known.get(point.demo, {})
        values = {
            "median": (rate_text(point.accuracy), "here" if point.own else ""),
            "worst": (rate_text(point.lowest), rate_look(point.lowest)),
            "fails": (f"{point.failed}/{point.runs}" if point.failed else "·", "care" if point.failed else "quiet"),
            "trained": (f"{point.trainable:,}", "learn" if point.trainable else "quiet"),
            "s": (f"{point.seconds:.1f}", "quiet"),
        }
        for job in self._compared.jobs:
            found = known.get(job)
            values[job] = (rate_text(found.accuracy), rate_look(found.accuracy)) if found else ("·", "quiet")
        return values

    def _columns(self, width: int) -> _Columns:
        """The numbers that fit: first each job's numbers go, then the seconds, then the failure rate."""
        name = _LONG if any(point.turned for point in self._compared.points) else _NAME
        jobs = [(job, max(_NUMBER, cell_len(job) + 2)) for job in self._compared.jobs]
        first, last = [("median", 8), ("worst", 7)], [("trained", _TRAINED), ("s", _SECONDS)]
        fails = [("fails", 7)]
        for numbers in ([*first, *fails, *jobs, *last], [*first, *fails, *last], [*first, *last], first, first[:1]):
            dots = width - name - sum(wide for _, wide in numbers)
            if dots >= _DOTS:
                break
        return _Columns(name, max(dots, 1), numbers)


class _Columns(Struct, frozen=True):
    """The cells of each column."""

    name: int
    dots: int
    numbers: Sequence[tuple[str, int]]
    """The heading of a column of numbers, and its width."""


def _dots(point: Point, width: int) -> Parts:
    """The median as a dot on a line from 0 to 1, over the spread of the runs."""
    low, at, high = (
        round(min(max(value, 0.0), 1.0) * (width - 1)) for value in (point.lowest, point.accuracy, point.highest)
    )
    look = "learn-2" if point.own else "faint"
    dot = ("●", "learn") if point.own else ("○", "quiet")
    return [
        ("┈" * low, "rule"),
        ("━" * max(at - low, 0), look),
        dot,
        ("━" * max(high - at, 0), look),
        ("┈" * (width - 1 - max(high, at)), "rule"),
    ]
