"""What a demo's page tells before the first run: the tasks, what came of earlier runs, what to look for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct
from rich.cells import cell_len
from textual.content import Content

from demos.jobs import JOBS
from studyapp.runs.drawn.plots import EARLIER, NEWEST, bar_on_track
from studyapp.runs.results.families import short_title
from studyapp.runs.results.known_points import KnownPoints
from studyapp.runs.results.results import Point
from studyapp.tui.widgets.drawings.plot import coloured_plot
from studyapp.tui.widgets.methods.rates import rate_style, rate_text
from studyapp.tui.widgets.parts.quiet import quiet_rows
from studyapp.wording.widths import fit, fit_right

_OWN, _SHIPPED = "●", "○"
_SPREAD: Final = 10
"""Cells of the worst and the best run."""
_LEAST_BAR: Final = 4
_LOOKS: Final = (
    ("Accuracy", "how much of what it never saw it answers right, as it learns"),
    ("Samples", "eight sentences, with its answers before and now"),
    ("Inside", "what the trained parts of this method do, step by step"),
    ("Gradients", "which tensors the first step moves, and why it leaves others alone"),
    ("Loss", "how far off its answers are, as it learns"),
)
"""The panes of a run, and what they show."""


class KnownResults(Struct, frozen=True):
    """The results of all methods, as the page of one of them shows them while one task is set."""

    demo: str
    job: str
    points: KnownPoints = {}

    @property
    def own(self) -> Mapping[str, Point]:
        """What this method reached on each task."""
        return self.points.get(self.demo, {})

    @property
    def on_this_task(self) -> list[Point]:
        """What each method reached on the task that is set."""
        return [by_job[self.job] for by_job in self.points.values() if self.job in by_job]


@lru_cache(64)
def tasks_in_full(job: str, width: int) -> Content:
    """Each task with what it asks and an example; the one that is set is strong."""
    rows: list[Content] = []
    for one in JOBS.values():
        here = one.name == job
        name = Content.assemble((one.name, "bold $strong" if here else "bold"), ("  " + one.title, "$quiet"))
        example = Content.assemble(one.example.given, (" → ", "$quiet"), (one.example.answer, "$good"))
        rows += [Content("")] * bool(rows)
        rows += [name.truncate(width, ellipsis=True), *quiet_rows(one.asks, width), *example.wrap(max(width, 16))]
    return Content("\n").join(rows)


@lru_cache(64)
def looks_text(width: int) -> Content:
    """What the panes of a run show."""
    names = max(cell_len(name) for name, _ in _LOOKS) + 2
    rows = []
    for name, said in _LOOKS:
        first, *more = quiet_rows(said, width - names)
        rows += [Content.assemble(fit(name, names), first), *(Content.assemble(" " * names, row) for row in more)]
    return Content("\n").join(rows)


def reached_text(points: Mapping[str, Point], job: str, width: int) -> Content:
    """How often a method was right on each task, with the worst and the best run."""
    names = max(map(len, points), default=0) + 2
    rows = (_row(fit(name, names), point, width, here=name == job) for name, point in points.items())
    return Content("\n").join(rows)


def others_text(points: Iterable[Point], demo: str, width: int) -> Content:
    """Every method on one task, the best first, with how many numbers it trains."""
    ranked = sorted(points, key=lambda point: (-point.accuracy, point.trainable))
    names = max((cell_len(short_title(point.title)) for point in ranked), default=0) + 1
    heads = [fit(short_title(point.title), names) + fit_right(f"{point.trainable:,}", 7) + "  " for point in ranked]
    rows = (_row(head, point, width, here=point.demo == demo) for head, point in zip(heads, ranked, strict=True))
    return Content("\n").join(rows)


def known_value(points: Collection[Point]) -> Content:
    """Where the points come from."""
    seeds = max((point.runs for point in points if not point.own), default=0)
    own = [(f"{_OWN} yours", "$learn")] if any(point.own for point in points) else []
    shipped = [(f"{_SHIPPED} shipped, {seeds} seeds", "$quiet")] if seeds else []
    return Content("  ").join(Content.styled(text, style) for text, style in (*own, *shipped))


def _row(head: str, point: Point, width: int, *, here: bool) -> Content:
    sign = Content.styled(_OWN if point.own else _SHIPPED, "$learn" if point.own else "$quiet")
    spread = ""
    if point.runs > 1 and rate_text(point.lowest) != rate_text(point.highest):
        spread = f"{rate_text(point.lowest)} to {rate_text(point.highest)}"
    room = width - cell_len(head) - len("○  1.0") - 2 - _SPREAD - 2
    bar = [bar_on_track(point.accuracy, room, NEWEST if point.own else EARLIER)] if room >= _LEAST_BAR else []
    return Content.assemble(
        (head, "bold $strong" if here else ""),
        sign,
        " ",
        coloured_plot(bar),
        (f" {rate_text(point.accuracy):>4}", rate_style(point.accuracy)),
        (f"  {spread}", "$quiet"),
    ).truncate(width)
