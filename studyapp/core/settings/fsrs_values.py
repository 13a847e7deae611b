"""Reads FSRS's settings: its parameters, learning steps, easy days; see `readers`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from studyapp.core.settings.readers import is_date
from studyapp.core.text.regex import regex

# fmt: off
RANGES: Final = (
    (0.001, 100), (0.001, 100), (0.001, 100), (0.001, 100),          # first stability after each grade
    (1, 10), (0.001, 4), (0.001, 4), (0.001, 0.75),                  # difficulty
    (0, 4.5), (0, 0.8), (0.001, 3.5),                                # stability after recall
    (0.001, 5), (0.001, 0.25), (0.001, 0.9), (0, 4),                 # stability after forgetting
    (0, 1), (1, 6),                                                  # factors for Hard and Easy
    (0, 2), (0, 2), (0, 0.8),                                        # stability after an answer on the same day
    (0.1, 0.8),                                                      # decay of the forgetting curve
)
# fmt: on
"""The range of each FSRS-6 parameter; its authors' optimiser stays within it."""

_STEP: Final = regex(r"\s*(\d{1,6}(?:\.\d{1,3})?)\s*([mhd]?)\s*", re.ASCII)
_MINUTES: Final[Mapping[str, int]] = {"": 1, "m": 1, "h": 60, "d": 1440}
_LONGEST: Final = 365 * 1440
_MOST: Final = 20
"""Steps."""


def read_parameters(value: Any) -> tuple[float, ...]:
    """Read the FSRS-6 parameters, also as the comma-separated text that Anki shows; empty means the plugin's."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[\s,]+", value) if part]
    if not isinstance(value, Sequence):
        raise ValueError(f"should be a list of {len(RANGES)} numbers")
    if value and len(value) != len(RANGES):
        older = "; those of earlier versions of FSRS cannot be used" if len(value) in (17, 19) else ""
        raise ValueError(f"should have {len(RANGES)} numbers, and has {len(value)}{older}")
    found = []
    for number, (one, (low, high)) in enumerate(zip(value, RANGES, strict=False), 1):
        read = _number(one)
        if read is None or not low <= read <= high:
            raise ValueError(f"has {one!r} as its number {number}, which should be from {low:g} to {high:g}")
        found.append(read)
    return tuple(found)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or not str(value).isascii():
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def read_steps(value: Any) -> tuple[str, ...]:
    """Read steps such as `["1m", "2h", "1d"]`; a number counts minutes, and there may be none."""
    if isinstance(value, int | float):
        value = [value]
    elif isinstance(value, str):
        value = value.replace(",", " ").split()
    wanted = 'should be a list of steps, such as ["1m", "10m", "1d"]'
    if not isinstance(value, Sequence):
        raise ValueError(wanted)
    if [*value] == ["none"]:
        return ()
    if len(value) > _MOST:
        raise ValueError(f"should have at most {_MOST} steps, and has {len(value)}")
    found = []
    for one in value:
        text = str(one) if isinstance(one, int | float) and not isinstance(one, bool) else one
        match = _STEP.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ValueError(wanted)
        step = f"{float(match[1]):g}{match[2] or 'm'}"
        if not 1 <= minutes_of(step) <= _LONGEST:
            raise ValueError(f"has {one!r}, and a step takes from a minute to a year")
        found.append(step)
    return tuple(found)


WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_easy_day(day: str, value: Any) -> tuple[str, float]:
    """Read `saturday = 0.5` or `"2026-12-24" = 0`: a weekday's or date's share of a usual day."""
    name, share = day.lower(), _number(value)
    if not (name in WEEKDAYS or is_date(name)):
        raise ValueError("should be named by a weekday or a date, such as sunday or 2026-12-24")
    if share is None or not 0 <= share <= 1:
        raise ValueError("should be a share from 0 to 1")
    return name, share


def share_of(easy_days: Mapping[str, float], day: date) -> float:
    """A day's share of a usual day; a date counts before its weekday."""
    return easy_days.get(day.isoformat(), easy_days.get(WEEKDAYS[day.weekday()], 1.0))


def minutes_of(step: str) -> float:
    """The duration of a step."""
    return float(step[:-1]) * _MINUTES[step[-1]]
