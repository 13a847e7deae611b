"""Numbers of things in words."""

from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """`1 card`, `2 cards`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
