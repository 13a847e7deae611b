"""How a card is forgotten, and the course of its stability and difficulty, as curves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from studyapp.charts.cells import Cell, Cells, short
from studyapp.charts.curve import Scale, Trace, draw
from studyapp.core.plural import percent
from studyapp.core.schedule.entries import Fsrs
from studyapp.core.schedule.fsrs import WEIGHTS, recall

_POINTS: Final = 120
_LOWEST: Final = 0.5
"""The lowest share drawn, unless the curve goes below it."""


def forgetting(
    schedule: Fsrs, now: datetime, width: int, height: int, weights: tuple[float, ...] = WEIGHTS
) -> list[Cells]:
    """How likely a card is known over the days, with today and its due day marked; nothing for a new card."""
    last = schedule.last_review
    if last is None or not schedule.stability > 0:
        return []
    today = _days(last, now)
    due = today if schedule.due is None else _days(last, schedule.due)
    end = max(1.0, 1.25 * max(today, due))
    curve = [(x, recall(x, schedule.stability, weights)) for x in (end * n / _POINTS for n in range(_POINTS + 1))]
    low = min(_LOWEST, int(10 * curve[-1][1]) / 10)
    across, up = Scale(0, end, lambda value: f"{value:.0f} d"), Scale(low, 1, percent)
    marks = [("today", "│", today), ("due", "┆", due)]
    traces = [Trace([(x, low), (x, 1.0)], glyph, kind) for kind, glyph, x in marks if 0 <= x <= end]
    lines = [_upright(one, up, height) for one in traces]
    rows = draw([*lines, Trace(curve, "•", "mature")], across, up, width, height)
    known = ", ".join(
        f"{glyph} {name}: {percent(recall(max(0.0, x), schedule.stability, weights))}" for name, glyph, x in marks
    )
    return [*rows, [Cell(known, "label")]]


def _upright(one: Trace, up: Scale, height: int) -> Trace:
    """A line from the bottom to the top, at the x of a trace."""
    (x, _), *_ = one.points
    steps = max(1, height)
    points = [(x, up.low + (up.high - up.low) * n / steps) for n in range(steps + 1)]
    return Trace(points, one.glyph, one.kind, joined=False)


def _days(since: datetime, moment: datetime) -> float:
    return (moment.astimezone(UTC) - since).total_seconds() / 86400


def over_time(schedules: Sequence[Fsrs], width: int, height: int) -> list[Cells]:
    """The stability after each review (●) and the difficulty (○, of 10), review by review."""
    if len(schedules) < 2:
        return []
    most = max(one.stability for one in schedules) or 1
    across = Scale(1, len(schedules), lambda value: f"review {value:.0f}")
    up = Scale(0, most, lambda value: f"{short(value)} d")
    difficulty = [(float(n), one.difficulty / 10 * most) for n, one in enumerate(schedules, 1)]
    stability = [(float(n), one.stability) for n, one in enumerate(schedules, 1)]
    traces = [Trace(difficulty, "○", "backlog", joined=False), Trace(stability, "●", "mature", joined=False)]
    return draw(traces, across, up, width, height)
