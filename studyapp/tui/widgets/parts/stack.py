"""Shares of a whole as one bar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, pairwise
from typing import Final

from textual.content import Content

_SIGNS: Final = "█▓▒░"
"""What tells the parts apart without colour."""


def stack(parts: Sequence[tuple[str, float]], width: int, *, colours: bool = True) -> Content:
    """A bar of the shares, each of a hue, or with a sign without colours; no part that exists is left out."""
    whole = sum(number for _, number in parts) or 1
    ends, reached = [0], 0.0
    for number, (_, size) in enumerate(parts, 1):
        reached += size
        ends.append(min(width - len(parts) + number, max(ends[-1] + 1, round(width * reached / whole))))
    cells = zip(parts, pairwise(ends), cycle(_SIGNS), strict=False)
    return Content.assemble(
        *((("━" if colours else sign) * (end - start), f"${hue}-area") for (hue, _), (start, end), sign in cells)
    ).truncate(width)
