"""The declarations of a demo's file, read from its syntax tree as literals, without running it.

Every reader here raises a ValueError whose message names what is wrong and the line.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Mapping
from typing import TypeVar

from demos.arithmetic import Term, holds, names_of, value_of
from demos.frame import USUAL, Knob, KnobValue, settle

T = TypeVar("T")

_LONGEST = 4_000
"""Characters of a text that a demo declares."""
_MOST = 64
"""Of anything that a demo declares several of."""
_HIGHEST = 1e12
"""A number of a knob; a screen has room for no more digits."""
_TRIES = 5
"""How often a file is parsed at most."""

_RUN = re.compile(rb"^def run\(", re.MULTILINE)
_CODE = re.compile(rb"^(?:def \w+\(|class \w+[(:]|async def |@\w)", re.MULTILINE)


def declared_in(source: bytes, name: str) -> Mapping[str, ast.expr]:
    """Find what a file assigns above its first class or function, by name.

    Raises:
        SyntaxError: if it is not Python.
        ValueError: if it has no `run`.
    """
    if not _RUN.search(source):
        raise ValueError("it has no function `run`")
    nodes: dict[str, ast.expr] = {}
    for statement in _top(source, name):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                nodes[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                nodes[name] = value
    return nodes


def _top(source: bytes, name: str) -> list[ast.stmt]:
    """Parse a file down to its first class or function: the rest takes most of the time, and declares nothing."""
    if code := _CODE.search(source):
        with contextlib.suppress(SyntaxError):  # such a line may also stand within a text
            return _parsed(source[: code.start()], name)
    return _parsed(source, name)


def _parsed(source: bytes, name: str) -> list[ast.stmt]:
    """Parse a file; again if another thread has parsed meanwhile, as Textual does for the action of a key.

    Before 3.11.8 and 3.12.2, Python counts the depth of all trees together, and raises a SystemError if the garbage
    collector lets another thread parse half-way.
    """
    for _ in range(_TRIES - 1):
        with contextlib.suppress(SystemError):
            return ast.parse(source, filename=name).body
    return ast.parse(source, filename=name).body


def literal(node: ast.expr, name: str, kind: type[T]) -> T:
    """Read a value of one kind."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        raise ValueError(f"{name} is not a literal (line {node.lineno})") from None
    if not isinstance(value, kind):
        raise ValueError(f"{name} is not a {kind.__name__} (line {node.lineno})")  # noqa: TRY004  # one error a file
    if not _is_small(value):
        raise ValueError(f"{name} is too long (line {node.lineno})")
    return value


def _is_small(value: object) -> bool:
    """Whether a screen has room for a value."""
    match value:
        case str():
            return len(value) <= _LONGEST
        case tuple():
            return len(value) <= _MOST and all(map(_is_small, value))
        case int() | float():
            return abs(value) <= _HIGHEST
    return True


def rows_of(node: ast.expr, name: str, kind: type[T]) -> tuple[T, ...]:
    """Read a tuple whose items are of one kind."""
    rows = literal(node, name, tuple)
    if not all(isinstance(row, kind) for row in rows):
        raise ValueError(f"{name} has something other than {kind.__name__} (line {node.lineno})")
    return rows


def count_of(node: ast.expr, knobs: tuple[Knob, ...]) -> tuple[Term, ...]:
    """Read what is trained: terms that can be worked out with the default knobs."""
    terms = []
    for row in rows_of(node, "COUNT", tuple):
        if not (2 <= len(row) <= 3 and all(isinstance(text, str) for text in row)):
            raise ValueError(f"COUNT holds (name, formula[, setting]) only (line {node.lineno})")
        terms.append(Term(*row))
    defaults = settle(knobs, {})
    try:
        for term in terms:
            holds(term.when, defaults)
            value_of(term.formula, names_of(defaults))
    except ValueError as error:
        raise ValueError(f"COUNT: {error} (line {node.lineno})") from None
    return tuple(terms)


def next_of(node: ast.expr, knobs: tuple[Knob, ...]) -> tuple[tuple[str, KnobValue, str], ...]:
    """Read what to try after a run: values that the knobs take."""
    known = {knob.name: knob for knob in knobs}
    found = []
    for row in rows_of(node, "NEXT", tuple):
        match row:
            case (str(name), value, str(question)) if name in known:
                found.append((name, known[name].value(value), question))
            case _:
                raise ValueError(f"NEXT holds (knob, value, question) only (line {node.lineno})")
    return tuple(found)


def knobs_of(node: ast.expr) -> tuple[Knob, ...]:
    """Read the knobs, those of `*USUAL` among them."""
    if not isinstance(node, ast.Tuple):
        raise ValueError(f"KNOBS is not a tuple written out (line {node.lineno})")  # noqa: TRY004  # one error a file
    knobs = tuple(knob for item in node.elts for knob in _knobs_in(item))
    names = [knob.name for knob in knobs]
    if len(set(names)) < len(names):
        raise ValueError(f"KNOBS names a knob twice (line {node.lineno})")
    if len(names) > _MOST:
        raise ValueError(f"KNOBS has more than {_MOST} knobs (line {node.lineno})")
    return knobs


def _knobs_in(node: ast.expr) -> tuple[Knob, ...]:
    match node:
        case ast.Starred(value=ast.Name(id="USUAL") | ast.Attribute(attr="USUAL")):
            return USUAL
    return (_knob(node),)


def _knob(node: ast.expr) -> Knob:
    match node:
        case ast.Call(func=ast.Name(id="Knob") | ast.Attribute(attr="Knob"), args=args, keywords=keywords):
            pass
        case _:
            raise ValueError(f"KNOBS has something other than Knob(…) (line {node.lineno})")
    try:
        given = [ast.literal_eval(arg) for arg in args]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords if keyword.arg}
        knob = Knob(*given, **named)
    except (ValueError, TypeError) as error:
        raise ValueError(f"a Knob without literal arguments (line {node.lineno}): {error}") from None
    numbers, plain = (knob.low, knob.high), (bool, int, float, str)
    if (
        not (isinstance(knob.name, str) and knob.name.isidentifier() and isinstance(knob.help, str))
        or not isinstance(knob.default, int | float | str | bool)
        or not all(n is None or isinstance(n, int | float) for n in numbers)
        or not isinstance(knob.choices, tuple)
        or not all(type(choice) in plain for choice in knob.choices)
    ):
        raise ValueError(f"a Knob with an argument of the wrong type (line {node.lineno})")
    if not all(map(_is_small, (knob.name, knob.help, knob.default, knob.choices, *filter(None, numbers)))):
        raise ValueError(f"a Knob with a text, a number or choices too long to show (line {node.lineno})")
    knob.value(knob.default)
    return knob
