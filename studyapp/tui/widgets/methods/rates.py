"""How often a method is right: as a number, coloured by how good that is."""

from __future__ import annotations

import math
from typing import Final

from studyapp.core.plural import fraction

_MASTERED: Final = 0.9
_PARTLY: Final = 0.25


def rate_text(rate: float) -> str:
    """A share from 0 to 1 in three cells: `.53`, `1.0`."""
    if not math.isfinite(rate):
        return "–"
    return "1.0" if rate >= 1 else fraction(max(rate, 0.0))[1:]


def rate_look(rate: float) -> str:
    """Good, care or bad: a task is mastered, done in part, or not at all."""
    return "good" if rate >= _MASTERED else "care" if rate >= _PARTLY else "bad"


def rate_style(rate: float) -> str:
    """The style of such a number; what is mastered is bold."""
    look = rate_look(rate)
    return "bold $good" if look == "good" else f"${look}"
