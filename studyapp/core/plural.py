"""Numbers of things, and shares of them, in words."""

from __future__ import annotations


def count(number: float, one: str, many: str = "", *, form: str = ",") -> str:
    """`1 card`, `2 cards`; with a form for numbers, such as `g`, also `2.3 days`."""
    shown = f"{number:{form}}"
    return f"{shown} {one if shown == '1' else many or one + 's'}"


def percent(share: float | None, digits: int = 0) -> str:
    """`86 %`; a dash for a share that is not known."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"
