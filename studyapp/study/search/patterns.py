"""Regular expressions for searches: only those that cannot take exponentially long."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Final

_LONGEST: Final = 200
"""The longest pattern, in characters."""
_LOOKED_AT: Final = 2_000
"""The most characters of a card that are searched."""
_SIGNS: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<far>[*+]\??|\{\d*,\}\??|\{\d{3,}\}|\{\d*,\d{2,}\})"
    r"|(?P<near>\?|\{\d+(?:,\d+)?\})|(?P<group>\()|(?P<after>\)(?=[*+?{]))",
    re.DOTALL,
)
_MOST: Final = {"far": 2, "near": 5, "group": 3, "after": 0}
"""How often a sign may occur in a pattern: each multiplies the ways of matching."""
_WHY: Final = {
    "far": "has more than two of * and +",
    "near": "has more than five of ? and {n}",
    "group": "has more than three groups",
    "after": "repeats a group",
}


def wrong(pattern: str) -> str:
    """Why a pattern is not allowed, as a continuation; empty if it is."""
    if len(pattern) > _LONGEST:
        return f"has more than {_LONGEST} characters"
    if re.search(r"\\[1-9]|\(\?", pattern):
        return "refers to groups, or looks around"
    found = [match.lastgroup for match in _SIGNS.finditer(pattern)]
    too_many = next((name for name, most in _MOST.items() if found.count(name) > most), None)
    if too_many is not None:
        return _WHY[too_many]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # these change their meaning in later versions of Python
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"is not a regular expression ({error})"
    return ""


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a folded text, each line of which is a side of a card."""
    return _compiled(pattern).search(text, 0, _LOOKED_AT) is not None


@lru_cache(64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
