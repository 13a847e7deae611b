"""How a card is forgotten, and the course of its stability and difficulty, as curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from studyapp.charts.cells import Cell, Cells, short
from studyapp.charts.curve import Scale, Trace, draw_curves
from studyapp.core.plural import percent
from studyapp.core.schedule.entries import Fsrs, Schedule
from studyapp.core.schedule.fsrs import WEIGHTS, recall

_POINTS: Final = 120
_LOWEST: Final = 0.5
"""The lowest share drawn, unless the curve goes below it."""


def curves(
    schedule: Schedule | None, course: Sequence[Fsrs], now: datetime, weights: tuple[float, ...] = WEIGHTS
) -> list[tuple[str, Callable[[int, int], list[Cells]]]]:
    """The curves of a card: their titles, and what draws them in a width and a height.

    `course` holds its schedules after each review.
    """
    found: list[tuple[str, Callable[[int, int], list[Cells]]]] = []
    if isinstance(schedule, Fsrs) and (last := schedule.last_review) is not None and schedule.stability > 0:
        forgotten = partial(_forgetting, schedule, last, now, weights)
        found.append(("Chance of recall, by days since the last review", forgotten))
    if len(course) > 1:
        found.append(("Stability ● in days and difficulty ○ of 10, after each review", partial(_over_time, course)))
    return found


def _forgetting(
    schedule: Fsrs, last: datetime, now: datetime, weights: tuple[float, ...], width: int, height: int
) -> list[Cells]:
    """How likely a card is known over the days since its last review, with today and its due day marked."""
    today = _days(last, now)
    due = today if schedule.due is None else _days(last, schedule.due)
    end = max(1.0, 1.25 * max(today, due))
    curve = [(x, recall(x, schedule.stability, weights)) for x in (end * n / _POINTS for n in range(_POINTS + 1))]
    low = min(_LOWEST, int(10 * curve[-1][1]) / 10)
    across, up = Scale(0, end, lambda value: f"{value:.0f} d"), Scale(low, 1, percent)
    marks = [("today", "│", today), ("due", "┆", due)]
    lines = [_upright(x, glyph, kind, up, height) for kind, glyph, x in marks if x >= 0]
    rows = draw_curves([*lines, Trace(curve, "•", "mature")], across, up, width, height)
    known = ", ".join(
        f"{glyph} {name}: {percent(recall(max(0.0, x), schedule.stability, weights))}" for name, glyph, x in marks
    )
    return [*rows, [Cell(known, "label")]]


def _upright(x: float, glyph: str, kind: str, up: Scale, height: int) -> Trace:
    """A line from the bottom to the top."""
    steps = max(1, height)
    points = [(x, up.low + (up.high - up.low) * n / steps) for n in range(steps + 1)]
    return Trace(points, glyph, kind, joined=False)


def _days(since: datetime, moment: datetime) -> float:
    return (moment.astimezone(UTC) - since).total_seconds() / 86400


def _over_time(schedules: Sequence[Fsrs], width: int, height: int) -> list[Cells]:
    """The stability after each review (●) and the difficulty (○, of 10), review by review."""
    most = max(one.stability for one in schedules) or 1
    across = Scale(1, len(schedules), lambda value: f"review {value:.0f}")
    up = Scale(0, most, lambda value: f"{short(value)} d")
    difficulty = [(float(n), one.difficulty / 10 * most) for n, one in enumerate(schedules, 1)]
    stability = [(float(n), one.stability) for n, one in enumerate(schedules, 1)]
    traces = [Trace(difficulty, "○", "backlog", joined=False), Trace(stability, "●", "mature", joined=False)]
    return draw_curves(traces, across, up, width, height)
