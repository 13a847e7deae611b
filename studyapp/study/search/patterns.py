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
_STEPS: Final = 40_000_000
"""The most steps in one card, some tens of milliseconds; nothing else runs meanwhile, nor can it be interrupted."""
_BEGINNING: Final = re.compile(r"(?:[\w ](?![*+?{]))*")
"""The plain text at the start of a pattern."""
_SIGNS: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<far>[*+]\??|\{\d*,\d*\}\??|\{\d{3,}\})"
    r"|(?P<near>\?|\{\d+\})|(?P<group>\()|(?P<after>\)(?=[*+?{]))",
    re.DOTALL,
)
_MOST: Final = {"far": 2, "near": 5, "group": 3, "after": 0}
"""How often a sign may occur in a pattern: each multiplies the ways of matching."""
_WHY: Final = {
    "far": "has more than two of *, + and {m,n}",
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
    """Whether a pattern matches a folded text, each line of which is a side of a card.

    The more ways a pattern has to match, the less of a long text is searched.
    """
    compiled, beginning, far, ways = _compiled(pattern)
    most = _LOOKED_AT
    if far and len(text) ** (far + 1) * ways > _STEPS:
        starts = text.count(beginning, 0, most) if beginning else 0
        most = int((_STEPS / ways / starts) ** (1 / far) if starts else (_STEPS / ways) ** (1 / (far + 1)))
    return compiled.search(text, 0, min(most, _LOOKED_AT)) is not None


@lru_cache(64)
def _compiled(pattern: str) -> tuple[re.Pattern[str], str, int, int]:
    """A pattern, the text that its matches start with, its number of signs without a limit, its ways besides them."""
    signs = [match.lastgroup for match in _SIGNS.finditer(pattern)]
    found = _BEGINNING.match(pattern)
    beginning = found[0].lower() if found and "|" not in pattern else ""
    ways = 2 ** (signs.count("near") + signs.count("group"))
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE), beginning, signs.count("far"), ways
