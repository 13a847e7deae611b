"""A run in progress: what has been seen so far, and the result to save."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from demos.frame import Frame, KnobValue, Summary
from studyapp.runs.results.results import Result

_KEPT_POINTS = 60
"""The most points of a curve: enough for a line as wide as a screen."""


@dataclass(slots=True)
class DemoRun:
    """The frames of one run, added one by one."""

    demo: str
    knobs: Mapping[str, KnobValue]
    curves: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """For each scalar its points (step, value); a constant value is not repeated, except at the end."""
    last: Frame | None = None
    first: Frame | None = None
    """The frame about the first step."""

    def take(self, frame: Frame) -> None:
        """Add a frame."""
        if frame.gradients or frame.memory:
            self.first = frame
        for name, value in frame.scalars.items():
            points = self.curves.setdefault(name, [])
            if len(points) > 1 and points[-1][1] == points[-2][1] == value:
                points.pop()
            points.append((float(frame.step), value))
        self.last = frame

    @property
    def summary(self) -> Summary | None:
        """The result of the run, once it is over."""
        return self.last.summary if self.last else None

    def result(self, when: str, guesses: tuple[str, ...] = ()) -> Result | None:
        """The result to save, or None if the run is not over."""
        if self.summary is None:
            return None
        accuracy = [(int(step), value) for step, value in self.curves.get("accuracy", ()) if math.isfinite(value)]
        every = math.ceil(len(accuracy) / _KEPT_POINTS) or 1
        curve = tuple(accuracy[::every]) + (tuple(accuracy[-1:]) if (len(accuracy) - 1) % every else ())
        return Result(self.demo, dict(self.knobs), self.summary, when, curve, guesses)
