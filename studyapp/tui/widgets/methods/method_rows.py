"""The methods by family: what each trains, how its last run went, its accuracy on each task."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.events import Resize

from demos.catalog import TOTAL, BrokenDemo, DemoCard
from studyapp.core.visible import visible
from studyapp.runs.drawn.plots import Points, share_bar, sparkline
from studyapp.runs.results.families import families, short_title
from studyapp.runs.results.known_points import KnownPoints
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.widgets.methods.rates import rate_look, rate_text
from studyapp.tui.widgets.parts.rows import Parts, Rows, moves
from studyapp.wording.widths import cut

_NAME: Final = 19
"""Least width of a name."""
_NUMBER: Final = 2
"""The most letters of a number at the end of a name, such as II or V2."""
_TRAINED: Final = 8
_BAR: Final = 6
_CURVE: Final = 7
"""Width of a column with the gap before it."""
_TALL: Final = 24
"""The fewest rows at which family names are shown."""
_SHORT: Final = {"compose": "comp", "classify": "class"}


class Methods(Struct, frozen=True):
    """What the list shows of the methods."""

    cards: Sequence[DemoCard]
    broken: Sequence[BrokenDemo]
    jobs: Sequence[str]
    known: KnownPoints
    curves: Mapping[str, Points]
    """The last run here of each method."""


class _Row(Struct, frozen=True):
    """A line of the list: a method, the name of a family, a file that cannot be read, or nothing."""

    text: str = ""
    card: DemoCard | None = None
    columns: bool = False
    """Whether it holds the column headings."""
    broken: bool = False


class _Columns(Struct, frozen=True):
    """The width of each column; 0 if it is left out."""

    name: int
    bar: int
    curve: int
    jobs: Sequence[tuple[str, str, int]]
    """Each job with its column's heading."""


class MethodRows(Rows[_Row]):
    """Lists the methods; posts `Chosen` when one is entered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "choose", "Open", id="demos.open"),
        *moves("demos"),
    ]

    DEFAULT_CSS = "MethodRows { width: 100%; height: auto; }"

    class Chosen(FieldMessage):
        """A method was entered."""

        card: DemoCard

    def __init__(self) -> None:
        super().__init__()
        self._methods = Methods((), (), (), {}, {})

        self._grouped = False

    def show(self, methods: Methods) -> None:
        """Show these methods; the cursor stays on its own."""
        self._methods = methods
        self._arrange()

    def _arrange(self) -> None:
        here = self.card
        self.rows = [*_rows(self._methods, grouped=self._grouped)]
        kept = (n for n, row in enumerate(self.rows) if row.card is not None and here and row.card.name == here.name)
        self.cursor = next(kept, self.validate_cursor(0))
        self.lay_out()
        self.refresh(layout=True)
        self.watch_cursor()

    def on_resize(self, event: Resize) -> None:
        """Name the families where there are enough rows."""
        if self._grouped != (grouped := self.app.size.height > _TALL + 5):
            self._grouped = grouped
            self._arrange()
        super().on_resize(event)

    @property
    def card(self) -> DemoCard | None:
        """The method under the cursor."""
        return self.row.card if self.row is not None else None

    def select(self, name: str) -> None:
        """Put the cursor on a method."""
        found = (n for n, row in enumerate(self.rows) if row.card is not None and row.card.name == name)
        self.cursor = next(found, self.cursor)

    def stops_at(self, number: int) -> bool:
        """Only methods."""
        return self.rows[number].card is not None

    def action_choose(self) -> None:
        if (card := self.card) is not None:
            self.post_message(self.Chosen(card))

    # Drawing

    def row_parts(self, number: int, width: int) -> Parts:
        """One line, in columns; what does not fit is left out, the curve first."""
        row = self.rows[number]
        if row.broken:
            return [(cut(row.text, width), "bad")]
        if row.card is None and not row.text:
            return []
        if row.card is not None:
            return self._method(row.card, self._columns(width + 1))
        columns = self._columns(width)
        heads = _heads(columns) if row.columns else ""
        rule = "─" * max(0, width - 1 - cell_len(row.text) - cell_len(heads))
        return [(row.text, "title"), (f" {rule}", "rule"), (heads, "quiet")]

    def _columns(self, width: int) -> _Columns:
        """The columns that fit: first the jobs' names become short, then the curve goes, then the bar."""
        names = {job: job for job in self._methods.jobs}
        short = {job: _SHORT.get(job, cut(job, 6)) for job in names}
        full = {job: max(cell_len(name), 4) + 2 for job, name in names.items()}
        small = {job: max(cell_len(name), 4) + 1 for job, name in short.items()}
        drawn = _CURVE if self._methods.curves else 0
        tried = (
            (names, full, _BAR, drawn),
            (short, small, _BAR, drawn),
            (short, small, _BAR, 0),
            (short, small, 0, 0),
        )

        def room(bar: int, curve: int, jobs: dict[str, int]) -> int:
            return width - _TRAINED - bar - curve - sum(jobs.values()) - 1

        fitting = (one for one in tried if room(one[2], one[3], one[1]) >= _NAME)
        heads, wide, bar, curve = next(fitting, tried[-1])
        jobs = [(job, heads[job], wide[job]) for job in heads]
        return _Columns(max(room(bar, curve, wide), 1), bar, curve, jobs)

    def _method(self, card: DemoCard, columns: _Columns) -> Parts:
        name, bar, curve = columns.name - 1, columns.bar, columns.curve
        known = self._methods.known.get(card.name, {})
        count = next((point.trainable for point in known.values()), card.trained)
        trained = f"{count:,}" if count else "–" if count == 0 else "?"
        parts = [
            (set_cell_size(f" {_cut_name(short_title(card.title), name - 2)}", name), "name"),
            (trained.rjust(_TRAINED), "learn" if count else "quiet"),
        ]
        if bar:
            full = share_bar(log_share(count or 0), bar - 1)
            parts += [(" ", ""), (full, "learn-area"), ("─" * (bar - 1 - len(full)), "rule")]
        if curve:
            drawn = sparkline(self._methods.curves.get(card.name, ()), curve - 1)
            parts += [(f" {drawn:{curve - 1}}", "learn-area")]
        for job, _, wide in columns.jobs:
            point = known.get(job)
            text = rate_text(point.accuracy) if point else "·"
            mark = "●" if point is not None and point.own else ""
            look = rate_look(point.accuracy) if point else "quiet"
            parts += [(" " * (wide - len(mark) - len(text)), ""), (mark, "learn"), (text, look)]
        return [*parts, (" ", "")]


def _rows(methods: Methods, *, grouped: bool) -> list[_Row]:
    rows: list[_Row] = [] if grouped else [_Row("Method", columns=True)]
    for number, family in enumerate(families(methods.cards)):
        if grouped:
            rows += [*([_Row()] if number else []), _Row(family.name, columns=not number)]
        rows += [_Row(card=card) for card in family.cards]
    rows += [_Row(visible(f"{one.name}: {one.why}", newlines=False), broken=True) for one in methods.broken]
    return rows


def _heads(columns: _Columns) -> str:
    trained = "trained".rjust(_TRAINED) + " " * columns.bar
    last = " last".ljust(columns.curve) if columns.curve else ""
    return trained + last + "".join(head.rjust(wide) for _, head, wide in columns.jobs) + " "


def _cut_name(name: str, cells: int) -> str:
    """A name cut before the number it ends with, which tells it from the one before it."""
    start, _, last = name.rpartition(" ")
    if cell_len(name) <= cells or len(last) > _NUMBER:
        return cut(name, cells)
    return f"{cut(start, cells - len(last) - 1)} {last}"


def log_share(trained: int) -> float:
    """The length of the bar on a logarithmic scale, where all of the model's numbers fill it."""
    return math.log(trained) / math.log(TOTAL) if trained > 1 else 0.0
