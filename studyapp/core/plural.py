"""Numbers of things, and shares of them, in words."""

from __future__ import annotations

from typing import Final


def count(number: float, one: str, many: str = "", *, form: str = ",") -> str:
    """`1 card`, `2 cards`; with a form for numbers, such as `g`, also `2.3 days`."""
    shown = f"{number:{form}}"
    return f"{shown} {one if shown == '1' else many or one + 's'}"


_FINEST: Final = 2
"""The most digits of a percentage that needs more than usual."""


def percent(share: float | None, digits: int = 0) -> str:
    """`86 %`; a dash for a share that is not known.

    No share but nothing is `0 %`, and none but all is `100 %`: near either it gets more digits, `99.7 %`.
    """
    if share is None:
        return "–"
    if share in (0, 1):
        return f"{100 * share:.0f} %"
    while digits < _FINEST and 0 < share < 1 and round(100 * share, digits) in (0, 100):
        digits += 1
    return f"{_between(100 * share, 100, digits)} %"


def fraction(share: float, digits: int = 2) -> str:
    """`0.86`; no share but nothing is `0.00`, and none but all is `1.00`."""
    return _between(share, 1, digits)


def _between(value: float, whole: int, digits: int) -> str:
    """A number rounded, but neither to 0 nor to the whole if it is between them."""
    least = 10**-digits
    return f"{min(max(value, least), whole - least) if 0 < value < whole else value:.{digits}f}"
