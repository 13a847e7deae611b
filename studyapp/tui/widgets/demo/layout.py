"""Where the panes of a demo go, for every size and state: nothing scrolls, and no two overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from textual.geometry import Region

MIDDLE, LARGE, TALL, HIGH = 90, 150, 22, 36
"""The fewest columns of a page with two or three columns, and with three that hold everything; the rows that these
need, without margins.
"""
_GAP: Final = 4
_NARROW_GAP: Final = 3
_KNOBS: Final = 29
"""Columns of the knobs beside the drawing on a small page."""
_LEAST: Final = 3
"""The least rows of a useful pane."""
_CURVES: Final = 7
"""The least rows of a readable curve."""


class Wanted(NamedTuple):
    """Rows that an uncuttable pane needs, including its title rule."""

    knobs: int
    numbers: int
    guess: int
    result: int
    memory: int
    next: int
    tasks: int = 0
    reached: int = 0
    others: int = 0
    looks: int = 0


Places = Mapping[str, Region]
"""The visible panes, by name."""


def kind_of(width: int, height: int) -> str:
    """Large, middle or small: how much fits side by side."""
    if width >= LARGE and height >= HIGH:
        return "large"
    return "middle" if width >= MIDDLE and height >= TALL else "small"


def right_of(width: int) -> int:
    """Columns of the knobs, and what stands below them, before a run on a middle page."""
    return min((width - _GAP) * 2 // 5, 44)


def places(
    size: tuple[int, int], wanted: Wanted, *, running: bool, over: bool, fresh: bool = False, enlarged: str = ""
) -> Places:
    """Lay out a page of so many columns and rows, its margins aside.

    While it is `running` it shows curves rather than what is known before a run. It is `fresh` if there has been no
    run yet. An enlarged pane has the page for itself.
    """
    width, height = size
    if enlarged:
        return {enlarged: Region(0, 0, width, height)}
    kind = kind_of(width, height)
    if kind == "large":
        return _large_before(width, height, wanted) if fresh else _large(width, height, wanted, over=over)
    if kind == "middle":
        return _middle_run(width, height, wanted, over=over) if running else _middle(width, height, wanted)
    return _small_run(width, height, over=over) if running else _small(width, height, wanted)


def _small(width: int, height: int, wanted: Wanted) -> Places:
    knobs = min(_KNOBS, width // 2)
    left = width - knobs - _NARROW_GAP
    rest = height - wanted.guess - wanted.numbers
    top = max(min(max(wanted.knobs, 11), rest), _LEAST)
    numbers = min(wanted.numbers, max(height - top - wanted.guess, 0))
    found = {"trained": Region(0, 0, left, top), "knobs": Region(width - knobs, 0, knobs, top)}
    if numbers:
        found["numbers"] = Region(0, top, width, numbers)
    gap = int(top + numbers + wanted.guess < height)
    if top + numbers + gap + wanted.guess <= height:
        found["guess"] = Region(0, top + numbers + gap, width, wanted.guess)
    return found


def _small_run(width: int, height: int, *, over: bool) -> Places:
    left = (width - _NARROW_GAP) * 11 // 24  # sentences need more room than curves
    right = width - left - _NARROW_GAP
    upper = (height - 1) // 2
    lower = height - upper - 1
    fourth = "result" if over else "gradients"
    return {
        "accuracy": Region(0, 0, left, upper),
        "samples": Region(left + _NARROW_GAP, 0, right, upper),
        "picture": Region(0, upper + 1, left, lower),
        fourth: Region(left + _NARROW_GAP, upper + 1, right, lower),
    }


def _middle(width: int, height: int, wanted: Wanted) -> Places:
    right = right_of(width)
    left = width - right - _GAP
    fixed = [("numbers", wanted.numbers), ("guess", wanted.guess)]
    runs = 5 if height >= HIGH else 4
    block = max(_LEAST, min(14, height - sum(rows for _, rows in fixed) - 2 - runs))
    found = _column(0, left, height, [("trained", block), *fixed, ("runs", 0)])
    reached = [("reached", wanted.reached)] if wanted.reached else []
    beside = [("knobs", wanted.knobs), ("memory", wanted.memory), *reached]
    fits = sum(rows + 1 for _, rows in beside) - 1 <= height
    found |= _column(left + _GAP, right, height, beside if fits else [("knobs", wanted.knobs), ("memory", 0)])
    return found


def _middle_run(width: int, height: int, wanted: Wanted, *, over: bool) -> Places:
    half = (width - _GAP) // 2
    third = (width - 2 * _GAP) // 3
    said = wanted.result if over else wanted.guess
    bottom = max(min(max(said, wanted.memory), height - 2 - 2 * _CURVES), (height - 2) // 3)
    second = max(min((height - 2) // 3, height - 2 - bottom - _CURVES), _LEAST)
    first = height - 2 - bottom - second
    y1, y2 = first + 1, first + second + 2
    x1, x2 = third + _GAP, 2 * third + 2 * _GAP
    return {
        "trained": Region(0, 0, half, first),
        "accuracy": Region(half + _GAP, 0, width - half - _GAP, first),
        "samples": Region(0, y1, third, second),
        "picture": Region(x1, y1, third, second),
        "gradients": Region(x2, y1, width - x2, second),
        "loss": Region(0, y2, third, bottom),
        "memory": Region(x1, y2, third, bottom),
        "result" if over else "guess": Region(x2, y2, width - x2, bottom),
    }


def _large_before(width: int, height: int, wanted: Wanted) -> Places:
    """Where curves will be: the tasks, and what is known of this method and the others."""
    third = (width - 2 * _GAP) // 3
    x1, x2 = third + _GAP, 2 * (third + _GAP)
    found = _to_read(third, height, wanted, ("guess", wanted.guess))
    found |= _column(
        x1, third, height, _there([("tasks", wanted.tasks), ("reached", wanted.reached), ("accuracy", 0)])
    )
    told = _there([("others", wanted.others), ("memory", wanted.memory), ("looks", wanted.looks)])
    found |= _column(x2, width - x2, height, [*told, ("runs", 0)])
    return found


def _there(parts: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those that have rows, or take the rest."""
    return [(name, rows) for name, rows in parts if rows or name == "accuracy"]


def _to_read(width: int, height: int, wanted: Wanted, said: tuple[str, int]) -> dict[str, Region]:
    """The left column of a large page: what is trained, the knobs, the guess or the result, what to try."""
    fixed = [("numbers", wanted.numbers), ("knobs", wanted.knobs), said, ("next", wanted.next)]
    block = max(_LEAST, min(14, height - sum(rows for _, rows in fixed) - len(fixed)))
    return _column(0, width, height, [("trained", block), *fixed])


def _large(width: int, height: int, wanted: Wanted, *, over: bool) -> Places:
    third = (width - 2 * _GAP) // 3
    x1, x2 = third + _GAP, 2 * (third + _GAP)
    others = wanted.numbers + wanted.knobs + wanted.next + _CURVES + 4
    said = ("result", min(wanted.result, max(height - others, _CURVES))) if over else ("guess", wanted.guess)
    found = _to_read(third, height, wanted, said)
    samples = min(11, height // 4)
    curves = height - samples - 2
    found |= _column(
        x1, third, height, [("accuracy", curves * 3 // 5), ("loss", curves - curves * 3 // 5), ("samples", 0)]
    )
    memory = min(wanted.memory, height // 3)
    gradients, runs = min(10, height // 4), min(7, height // 6)
    picture = height - memory - gradients - runs - 3
    found |= _column(
        x2, width - x2, height, [("picture", picture), ("gradients", gradients), ("memory", memory), ("runs", 0)]
    )
    return found


def _column(x: int, width: int, height: int, parts: Sequence[tuple[str, int]]) -> dict[str, Region]:
    """Panes one below another with an empty row between; one with 0 rows takes the rest."""
    found: dict[str, Region] = {}
    y = 0
    for name, rows in parts:
        y += bool(y)
        taken = min(rows or height, height - y)
        if taken < min(rows or _LEAST, _LEAST):
            break
        found[name] = Region(x, y, width, taken)
        y += taken
    return found
