r"""Chemical formulas in Unicode, from what `\ce` takes in mhchem: `2 H2O + SO4^2- -> …`.

As with all formulas, the first doubt gives the whole source back.
"""

from __future__ import annotations

from typing import Final

from studyapp.core.text.regex import regex
from studyapp.core.text.scripts import script

_ALONE: Final = {
    "+": "+",
    "->": "→",
    "<-": "←",
    "<->": "↔",
    "<=>": "⇌",
    "v": "↓",
    "^": "↑",
}
"""What stands between two substances, or says what becomes of one."""
_COUNT: Final = regex(r"\d+(?:[./]\d+)?")
_SUBSTANCE: Final = regex(
    r"(?P<count>\d+(?:/\d+)?)?"
    r"(?P<body>(?:[A-Z][a-z]?\d*|[(\[](?=[A-Z(\[])|(?<=[A-Za-z\d)\]])[)\]]\d*|(?<=[A-Za-z\d)\]])[*.]\d*)+|e)"
    r"(?:\^\{(?P<group>\d*[+-])\}|\^?(?P<charge>(?<=\^)\d*[+-]|[+-]))?"
    r"(?P<state>\((?:aq|s|l|g)\))?"
)
_NUMBER: Final = regex(r"(?<=[A-Za-z)\]])\d+")


def chemical(source: str) -> str | None:
    """A formula or an equation in one line; None if any part of it is not certain."""
    parts = [_part(word) for word in source.split()]
    return " ".join(part for part in parts if part) if parts and all(parts) else None


def _part(word: str) -> str | None:
    if word in _ALONE or _COUNT.fullmatch(word):
        return _ALONE.get(word, word)
    found = _SUBSTANCE.fullmatch(word)
    if found is None:
        return None
    body = found["body"]
    if any(body.count(one) != body.count(other) for one, other in ("()", "[]")):
        return None
    body = _NUMBER.sub(lambda number: script(number[0], "_"), body.translate({ord("*"): "·", ord("."): "·"}))
    charge = found["group"] or found["charge"]
    return f"{found['count'] or ''}{body}{script(charge, '^') if charge else ''}{found['state'] or ''}"
