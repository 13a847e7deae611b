"""Horizontal axes: the position of a value, and the labels below."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from demos.catalog import TOTAL


@dataclass(frozen=True, slots=True)
class Axis:
    """A horizontal axis: the position of a value, from 0 to 1, and the labels below."""

    label: str
    ticks: tuple[tuple[float, str], ...]
    place: Callable[[float], float]


def numbers_axis(values: Iterable[float]) -> Axis:
    """A logarithmic axis for trained numbers, up to all of the model's, with a place for none."""
    top = math.log10(max((TOTAL, *values)))
    low = 2.0

    def place(value: float) -> float:
        return 0.03 if value < 1 else 0.1 + 0.86 * max(math.log10(value) - low, 0.0) / (top - low)

    decades = [10**power for power in range(3, int(top - 0.3) + 1)]
    ticks = [(place(0), "0"), *((place(value), f"{value:,}") for value in decades), (place(TOTAL), "all")]
    return Axis("numbers trained, log", tuple(ticks), place)


def seconds_axis(values: Iterable[float]) -> Axis:
    """An axis of seconds, from 0 to a round number above every value."""
    top = max(values, default=1.0) or 1.0
    unit = 10.0 ** math.floor(math.log10(top))
    step = next(unit * factor for factor in (0.2, 0.5, 1, 2) if top <= unit * factor * 5.001)
    end = step * math.ceil(top / step - 1e-9)
    count = round(end / step)
    ticks = tuple((index / count * 0.96 + 0.02, f"{index * step:g}") for index in range(count + 1))
    return Axis("seconds", ticks, lambda value: value / end * 0.96 + 0.02)
