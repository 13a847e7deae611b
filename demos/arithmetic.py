"""How many numbers a demo trains, as a formula that it declares and a reader understands.

A formula holds whole numbers, the names of knobs, the sizes of the base model (V, d, L, nh, f), `+`, `-`, `·` and
parentheses. A term may hold only for some settings: `matrices=all,attention`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from demos.frame import KnobValue
from demos.shape import TOY, Shape

_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_TOKEN: Final = re.compile(r"[A-Za-z_]\w*|[0-9]+|[-+·()]")
_DIGITS: Final = 12
_LONGEST: Final = 200
"""Characters of a formula."""
MOST: Final = 10**15
"""The largest number that a demo may declare or send: a larger one can't be divided or drawn."""


class Term(NamedTuple):
    """A part of what is trained."""

    name: str
    formula: str
    when: str = ""
    """The setting that it holds for; empty where it holds for every one."""


class Worked(NamedTuple):
    """A term with numbers in place of its names."""

    name: str
    text: str
    value: int


def work_out(terms: Sequence[Term], knobs: Mapping[str, KnobValue], shape: Shape = TOY) -> tuple[Worked, ...]:
    """Work out the terms that hold for a setting.

    Raises:
        ValueError: for an invalid formula, or a name that neither the knobs nor the base model have.
    """
    names = names_of(knobs, shape)
    return tuple(
        Worked(term.name, filled(term.formula, names), value_of(term.formula, names))
        for term in terms
        if holds(term.when, knobs)
    )


def names_of(knobs: Mapping[str, KnobValue], shape: Shape = TOY) -> dict[str, int]:
    """The numbers that a formula may name."""
    return {
        **{name: value for name, value in knobs.items() if isinstance(value, int) and not isinstance(value, bool)},
        **shape.sizes(),
    }


def holds(when: str, knobs: Mapping[str, KnobValue]) -> bool:
    """Whether a setting is the one that a condition asks for, such as `form=direct`, `norms=yes` or `gate!=0.0`.

    Raises:
        ValueError: if there is no such knob.
    """
    if not when:
        return True
    name, _, values = when.partition("=")
    knob = name.removesuffix("!").strip()
    if knob not in knobs:
        raise ValueError(f"{knob[:40]!r} is not a knob")
    value = knobs[knob]
    said = ("no", "yes")[value] if isinstance(value, bool) else str(value)
    return (said in [part.strip() for part in values.split(",")]) is not name.endswith("!")


def filled(formula: str, names: Mapping[str, int]) -> str:
    """Write the numbers in the place of the names; names that stand for none stay."""
    return _NAME.sub(lambda match: f"{names[match[0]]}" if match[0] in names else match[0], formula)


def value_of(formula: str, names: Mapping[str, int]) -> int:
    """Work a formula out, up to the most that is told.

    Raises:
        ValueError: if it is invalid, or names what is not there.
    """
    if len(formula) > _LONGEST:
        raise ValueError(f"a formula has at most {_LONGEST} characters")
    tokens = _TOKEN.findall(formula)
    if "".join(tokens) != "".join(formula.split()) or any(
        len(token) > _DIGITS for token in tokens if token.isdigit()
    ):
        raise ValueError("a formula holds names, whole numbers, +, -, · and parentheses")
    reader = _Reader(tokens, names)
    found = reader.sum()
    if reader.here:
        raise ValueError(f"{formula!r} is not a formula")
    return max(-MOST, min(found, MOST))


class _Reader:
    """Reads a formula from the left to the right; products bind closer than sums."""

    def __init__(self, tokens: Sequence[str], names: Mapping[str, int]) -> None:
        self._tokens, self._names, self._place = tokens, names, 0

    @property
    def here(self) -> str:
        """The token to be read next; empty at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _next(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1]

    def sum(self) -> int:
        """Terms with `+` and `-` between them."""
        found = self._product()
        while self.here in ("+", "-"):
            sign = 1 if self._next() == "+" else -1
            found += sign * self._product()
        return found

    def _product(self) -> int:
        found = self._factor()
        while self.here == "·":
            self._next()
            found *= self._factor()
        return found

    def _factor(self) -> int:
        word = self._next() if self.here else ""
        if word == "(":
            found = self.sum()
            if not self.here or self._next() != ")":
                raise ValueError("a parenthesis in the formula is not closed")
            return found
        if word.isdigit():
            return int(word)
        if word in self._names:
            return self._names[word]
        if _NAME.fullmatch(word):
            raise ValueError(f"{word[:40]!r} is neither a numeric knob nor a size of the base model")
        raise ValueError("something is missing in the formula")
