"""Runs of one setting with different seeds: the median of their curves, the worst and the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from studyapp.core.plural import fraction
from studyapp.runs.drawn.plots import Points
from studyapp.runs.progress.run import DemoRun


@dataclass(frozen=True, slots=True)
class Band:
    """Curves of the accuracy over several seeds."""

    seeds: int
    middle: Points
    worst: Points
    best: Points

    @property
    def words(self) -> str:
        """The final values: `5 seeds: .97 to 1.00, median .99`."""
        worst, middle, best = (fraction(points[-1][1]) for points in (self.worst, self.middle, self.best))
        return f"{self.seeds} seeds: {worst} to {best}, median {middle}"


def band_of(runs: Sequence[DemoRun]) -> Band | None:
    """Combine finished runs of one setting; None for fewer than two."""
    curves = [points for run in runs if run.summary is not None and (points := run.curves.get("accuracy"))]
    if len(curves) < 2:
        return None
    steps = sorted({step for points in curves for step, _ in points})
    at = [(step, [value_at(points, step) for points in curves]) for step in steps]
    return Band(
        len(curves),
        [(step, median(values)) for step, values in at],
        [(step, min(values)) for step, values in at],
        [(step, max(values)) for step, values in at],
    )


def value_at(points: Points, step: float) -> float:
    """The last value measured up to a step."""
    value = points[0][1]
    for when, found in points:
        if when > step:
            break
        value = found
    return value
