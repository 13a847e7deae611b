r"""TeX formulas as one line of Unicode, if that says exactly the same; otherwise the source, unchanged.

A reader can read `\theta^{2}`; nobody can read a formula that lost a fraction bar. So every command must be known,
every brace must close, and the first doubt gives the whole source back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from studyapp.core.text.regex import regex
from studyapp.core.text.scripts import SUBSCRIPTS, SUPERSCRIPTS, script
from studyapp.tui.render.formulas import tex
from studyapp.tui.render.formulas.chemistry import chemical
from studyapp.tui.render.formulas.symbols import (
    ACCENTS,
    BIG,
    FONTS,
    FUNCTIONS,
    NEGATED,
    SPACED,
    SYMBOLS,
    TRANSPARENT,
    WORDS,
    in_font,
)

_SCRIPT_CHARS: Final = "".join({*SUPERSCRIPTS.values(), *SUBSCRIPTS.values()} - {" "})
# What needs no parentheses as a denominator: one number, one letter with its scripts, a bracketed group, a root.
_ONE_ATOM: Final = regex(
    rf"(?:\d+|[√∛∜]?[^\W\d{_SCRIPT_CHARS}]|[∞∂∇])[{_SCRIPT_CHARS}]*!?|[√∛∜]?\([^()]*\)!?|[√∛∜]\d+"
)
_ONE_PRODUCT: Final = regex(rf"[\w{_SCRIPT_CHARS}]+|\([^()]*\)")
# These bracket a fraction until its neighbours are known: `a/b c` would read as a/(bc).
_FRACTION: Final = "\x02", "\x03"
_FREE_FRACTION: Final = regex(r"(^|[=+\-(\[,:<>≤≥≈≡∼→∈] ?)\x02([^\x02\x03]*)\x03(?= ?(?:$|[=+\-)\],.;:<>≤≥≈≡∼→∈]))")
_TIDY: Final = (
    (regex(r" ?/ ?"), "/"),
    (regex(r"(?<=[^\s<>=])([<>=]) "), r" \1 "),
    (regex(r" +(?=[)\]}⌋⌉⟩])"), ""),
    (regex(r"(?<=[(\[{⌊⌈⟨]) +"), ""),
)
"""Spaces that TeX does not show, including one swallowed by a command before a character."""
_ROOTS: Final = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_PLAIN_WORDS: Final = regex(r"[\w .,:;()'/?!+=-]*")

_IN_TEXT: Final = regex(r"\$\$([^$]+)\$\$|(?<![\\$])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)")
"""A formula in a text, displayed or within a line."""


@lru_cache(512)
def to_unicode(source: str) -> str:
    r"""Return a one-line Unicode form of a TeX formula, or the source where any part of it has none.

    Greek letters, operators, relations, functions; scripts where every character has one, else `_(…)` and `^(…)`;
    fractions as `a/b` and roots as `√(…)` with parentheses where needed. Never raises.
    """
    if any(bracket in source for bracket in _FRACTION):
        return source
    try:
        rows = tex.formula_lines(source)
        if len(rows) > 1:
            return source
        text = _line(rows[0])
    except tex.DoubtError:
        return source
    text = _FREE_FRACTION.sub(r"\1\2", re.sub(r"(?<=\S) {2}(?=\S)", " ", text).strip())
    for pattern, instead in _TIDY:
        text = pattern.sub(instead, text)
    return text.translate({ord(_FRACTION[0]): "(", ord(_FRACTION[1]): ")"})


def with_formulas(text: str) -> str:
    """A text with its formulas in one line of Unicode, where they have such a form."""
    if "$" not in text:
        return text
    return _IN_TEXT.sub(lambda found: _in_text(found[1] or found[2], found[0]), text)


def _in_text(source: str, written: str) -> str:
    made = to_unicode(source)
    return written if made == source and "\\" in source else made


def _line(row: tex.TexRow) -> str:
    return "".join(_written(node, follows) for node, follows in zip_longest(row, row[1:]))


def _written(node: tex.TexNode, follows: tex.TexNode | None = None) -> str:
    match node:
        case tex.Char(sign):
            return "′" if sign == "'" else sign
        case tex.WhiteSpace():
            return " "
        case tex.Braced(row):
            return _line(row)
        case tex.Scripted():
            return _scripted(node, follows)
        case tex.Fenced(signs, rows):
            return "".join(sign + _line(row) for sign, row in zip(signs, rows, strict=False)) + signs[-1]
        case tex.Command():
            return _command(node, follows)
        case tex.Array():
            raise tex.DoubtError


def _runs_on(follows: tex.TexNode | None) -> bool:
    """Whether what follows could be taken for a part of what is before it."""
    if isinstance(follows, tex.Scripted):
        return _runs_on(follows.base)
    return (
        follows is not None
        and not isinstance(follows, tex.WhiteSpace)
        and not (isinstance(follows, tex.Char) and not follows.sign.isalnum())
    )


def _scripted(node: tex.Scripted, follows: tex.TexNode | None) -> str:
    base = _written(node.base)
    if base.endswith(" ") or not (base or node.base == tex.NOTHING):
        raise tex.DoubtError  # a script needs a base that is its own
    if base[:1] in ("√", "∛", "∜") or (base and isinstance(node.base, tex.Braced) and not _ONE_ATOM.fullmatch(base)):
        base = f"({base})"
    scripts = [_script(row, mark) for mark, row in node.scripts.items()]
    if len(scripts[-1]) == 2 and scripts[-1][0] in node.scripts and _runs_on(follows):
        scripts[-1] = f"{scripts[-1][0]}({scripts[-1][1]})"
    return base + "".join(scripts)


def _script(row: tex.TexRow, mark: str) -> str:
    inside = _argument(row)
    if not inside:
        raise tex.DoubtError
    return script(inside, mark)


def _argument(row: tex.TexRow) -> str:
    return _line(row).strip()


def _command(node: tex.Command, follows: tex.TexNode | None) -> str:
    name = node.name
    if name in SYMBOLS:
        return SYMBOLS[name]
    if name in BIG:
        return BIG[name]
    if name in SPACED:
        return f" {SPACED[name]} "
    if name in FUNCTIONS:
        return f"{name} " if _runs_on(follows) else name
    if name in FONTS:
        return _sure(in_font(_words(node) if name in WORDS else _argument(node.arguments[0]), name))
    if name in TRANSPARENT or name in WORDS or name == "operatorname*":
        return _words(node)
    if name in ACCENTS:
        letter = _argument(node.arguments[0])
        if len(letter) != 1 or not letter.isalnum():
            raise tex.DoubtError
        return letter + ACCENTS[name]
    if name not in _HANDLERS:
        raise tex.DoubtError
    return _HANDLERS[name](node)


def _words(node: tex.Command) -> str:
    if not _PLAIN_WORDS.fullmatch(node.words):
        raise tex.DoubtError
    return node.words


def _sure(text: str | None) -> str:
    if text is None:
        raise tex.DoubtError
    return text


def _fraction(node: tex.Command) -> str:
    above, below = map(_argument, node.arguments)
    above = above if _ONE_PRODUCT.fullmatch(above) or _ONE_ATOM.fullmatch(above) else f"({above})"
    return f"{_FRACTION[0]}{above}/{_grouped(below)}{_FRACTION[1]}"


def _binomial(node: tex.Command) -> str:
    above, below = map(_argument, node.arguments)
    return f"({above} choose {below})"


def _root(node: tex.Command) -> str:
    return f"{_sure(_ROOTS.get(node.words))}{_grouped(_argument(node.arguments[0]))}"


def _negated(node: tex.Command) -> str:
    return f" {_sure(NEGATED.get(_argument(node.arguments[0])))} "


def _grouped(text: str) -> str:
    """In parentheses, unless it is one number, letter or bracketed group."""
    return text if _ONE_ATOM.fullmatch(text) else f"({text})"


_HANDLERS: Final[Mapping[str, Callable[[tex.Command], str]]] = {
    "frac": _fraction,
    "tfrac": _fraction,
    "dfrac": _fraction,
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
    "ce": lambda node: _sure(chemical(node.words)),
    "sqrt": _root,
    "not": _negated,
    "big": lambda node: node.words,
}
