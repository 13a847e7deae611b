"""How many numbers a demo trains, as a formula that it declares and a person can read.

A formula holds whole numbers, the names of knobs, the sizes of the base model (V, d, L, nh, f), `+`, `-`, `·` and
parentheses. A term may hold only for some settings: `matrices=all,attention`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from demos.frame import KnobValue
from demos.shape import TOY, Shape

_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_LONGEST: Final = 200
"""Characters of a formula."""


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
        ValueError: for a formula that is none, or a name that neither the knobs nor the base model have.
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
    """Whether a setting is the one that a condition asks for, such as `form=direct` or `norms=yes`.

    Raises:
        ValueError: if there is no such knob.
    """
    if not when:
        return True
    name, _, values = when.partition("=")
    if name.strip() not in knobs:
        raise ValueError(f"{name.strip()[:40]!r} is no knob")
    value = knobs[name.strip()]
    said = ("no", "yes")[value] if isinstance(value, bool) else str(value)
    return said in [part.strip() for part in values.split(",")]


def filled(formula: str, names: Mapping[str, int]) -> str:
    """Write the numbers in the place of the names; names that stand for none stay."""
    return _NAME.sub(lambda match: f"{names[match[0]]}" if match[0] in names else match[0], formula)


def value_of(formula: str, names: Mapping[str, int]) -> int:
    """Work a formula out.

    Raises:
        ValueError: if it is none, or names what is not there.
    """
    if len(formula) > _LONGEST:
        raise ValueError(f"a formula has at most {_LONGEST} characters")
    try:
        return _value(ast.parse(formula.replace("·", "*").strip(), mode="eval").body, names)
    except SyntaxError:
        raise ValueError(f"{formula!r} is no formula") from None


def _value(node: ast.expr, names: Mapping[str, int]) -> int:
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Name(id=name):
            raise ValueError(f"{name[:40]!r} is neither a number of the knobs nor a size of the base model")
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _value(left, names) + _value(right, names)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _value(left, names) - _value(right, names)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _value(left, names) * _value(right, names)
    raise ValueError("a formula holds names, whole numbers, +, -, · and parentheses")
