"""Moves an FSRS interval to a less busy day nearby, within the range that Anki calls fuzz.

The range is that of Anki's published formula: a day more or less, and a share of the interval that shrinks as it
grows. The day is computed rather than drawn at random, so that a grade always gives the same schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from studyapp.core.schedule.days import round_half_up

_RANGES: Final = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))
"""The interval ranges in which a share counts, and the share."""
_SHORTEST: Final = 2
"""The least interval after a move, in days."""


def fuzz_range(interval: int, longest: float) -> range:
    """The range that an interval may be moved in; short ones stay."""
    if interval < _RANGES[0][0]:
        return range(interval, interval + 1)
    delta = 1 + sum(part * max(0.0, min(interval, end) - start) for start, end, part in _RANGES)
    low = max(_SHORTEST, round_half_up(interval - delta))
    high = round_half_up(min(longest, interval + delta))
    return range(min(low, interval), max(high, interval) + 1)


def lightest(
    interval: int,
    longest: float,
    due: Mapping[int, int],
    share: Callable[[int], float] = lambda _day: 1.0,
    siblings: Collection[int] = (),
) -> int:
    """The interval, in days, with the least load for its day's share; of equals the nearest, then the earlier.

    `due` tells how many cards are due in how many days, and `share` how much of a usual day such a day is to have. A
    day with a share of 0, or one of those on which `siblings` are due, is taken only if there is no other.
    """
    days = fuzz_range(interval, longest)

    def load(day: int) -> tuple[bool, bool, float, int, int]:
        part = share(day)
        return part <= 0, day in siblings, (due.get(day, 0) + 1) / max(part, 0.01), abs(day - interval), day

    return min(days, key=load)
