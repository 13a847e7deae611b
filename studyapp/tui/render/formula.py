r"""TeX formulas as one line of Unicode, if that says exactly the same; otherwise the source, unchanged.

A reader can read `\theta^{2}`; nobody can read a formula that lost a fraction bar. So every command must be known,
every brace must close, and the first doubt gives the whole source back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from studyapp.core.text.regex import regex
from studyapp.core.text.scripts import SUBSCRIPTS, SUPERSCRIPTS, script
from studyapp.tui.render.symbols import (
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

_TOKEN: Final = regex(r"\\([A-Za-z]+|.)\s*|([{}^_])|(\s+)|([^\\{}^_\s])")
_SCRIPT_CHARS: Final = "".join({*SUPERSCRIPTS.values(), *SUBSCRIPTS.values()} - {" "})
# What needs no parentheses as a denominator: one number, one letter with its scripts, a bracketed group, a root.
_ONE_ATOM: Final = regex(rf"(?:\d+|√?[^\W\d{_SCRIPT_CHARS}]|[∞∂∇])[{_SCRIPT_CHARS}]*|√?\([^()]*\)|√\d+")
_ONE_PRODUCT: Final = regex(rf"[\w{_SCRIPT_CHARS}]+|\([^()]*\)")
# These bracket a fraction until its neighbours are known: `a/b c` would read as a/(bc).
_FRACTION: Final = "\x02", "\x03"
_FREE_FRACTION: Final = regex(r"(^|[=+\-(\[,:<>≤≥≈≡∼→∈] ?)\x02([^\x02\x03]*)\x03(?= ?(?:$|[=+\-)\],.;:<>≤≥≈≡∼→∈]))")
SIZES: Final = frozenset(
    {"left", "right", "middle"}
    | {f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")}
)
_TIDY: Final = (
    (regex(r" ?/ ?"), "/"),
    (regex(r"(?<=[^\s<>=])([<>=]) "), r" \1 "),
    (regex(r" +(?=[)\]}⌋⌉⟩])"), ""),
    (regex(r"(?<=[(\[{⌊⌈⟨]) +"), ""),
)
"""Spaces that TeX does not show, including one swallowed by a command before a character."""
MAX: Final = 2000
MAX_DEPTH: Final = 20


_IN_TEXT: Final = regex(r"\$\$([^$]+)\$\$|(?<![\\$])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)")
"""A formula in a text, displayed or within a line."""


class DoubtError(Exception):
    """Something in a formula has no certain form."""


@lru_cache(512)
def to_unicode(source: str) -> str:
    r"""Return a one-line Unicode form of a TeX formula, or the source where any part of it has none.

    Greek letters, operators, relations, functions; scripts where every character has one, else `_(…)` and `^(…)`;
    fractions as `a/b` and roots as `√(…)` with parentheses where needed. Never raises.
    """
    if len(source) > MAX or any(bracket in source for bracket in _FRACTION):
        return source
    try:
        text = _Reader(source).formula()
    except DoubtError:
        return source
    text = _FREE_FRACTION.sub(r"\1\2", re.sub(r"(?<=\S) {2}(?=\S)", " ", text).strip())
    for pattern, instead in _TIDY:
        text = pattern.sub(instead, text)
    return text.translate({ord(_FRACTION[0]): "(", ord(_FRACTION[1]): ")"})


def with_formulas(text: str) -> str:
    """A text with its formulas in one line of Unicode, where they have such a form."""
    if "$" not in text:
        return text
    return _IN_TEXT.sub(lambda found: _in_line(found[1] or found[2], found[0]), text)


def _in_line(source: str, written: str) -> str:
    made = to_unicode(source)
    return written if made == source and "\\" in source else made


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.depth = self.commands = 0

    def formula(self) -> str:
        result = self._until(closing=False)
        if self.position < len(self.source):
            raise DoubtError
        return result

    def _next(self) -> re.Match[str]:
        match = _TOKEN.match(self.source, self.position)
        if match is None:
            raise DoubtError
        self.position = match.end()
        return match

    def _until(self, *, closing: bool) -> str:
        parts: list[str] = []
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise DoubtError
        scripted, grouped = "", False
        while self.position < len(self.source):
            if self.source[self.position] == "}":
                if not closing:
                    raise DoubtError
                self.position += 1
                self.depth -= 1
                return "".join(parts)
            if self.source[self.position] in "^_":
                mark = self.source[self.position]
                # Two scripts of one kind on one base are an error in TeX; a script needs a base that is its own.
                if mark in scripted or not parts or parts[-1][-1:] in {"", " "}:
                    raise DoubtError
                if not scripted and (parts[-1][0] == "√" or (grouped and not _ONE_ATOM.fullmatch(parts[-1]))):
                    parts[-1] = f"({parts[-1]})"
                scripted += mark
                self.position += 1
                script = _script(self._argument(), mark)
                follows = self.source[self.position : self.position + 1]
                if len(script) == 2 and script[0] == mark and (follows.isalnum() or follows in ("\\", "{")):
                    script = f"{mark}({script[1]})"  # else what follows could be a part of it
                parts.append(script)
                continue
            scripted = ""
            grouped = self.source[self.position] == "{"
            parts.append(self._atom())
        if closing:
            raise DoubtError
        self.depth -= 1
        return "".join(parts)

    def _argument(self) -> str:
        while self.position < len(self.source) and self.source[self.position].isspace():
            self.position += 1
        if self.position >= len(self.source) or self.source[self.position] in "}^_":
            raise DoubtError
        return self._atom().strip()

    def _atom(self) -> str:
        command, bracket, space, char = self._next().groups()
        if bracket == "{":
            return self._until(closing=True)
        if space:
            return " "
        if char:
            # `&` and a comment sign have a meaning of their own; a prime is a superscript already.
            if char in "&%~#$":
                raise DoubtError
            return "′" if char == "'" else char
        return self._command(command)

    def _command(self, name: str | None) -> str:
        self.commands += 1  # nested ones: their arguments need no braces
        if self.commands > MAX_DEPTH:
            raise DoubtError
        written = self._written(name)
        self.commands -= 1
        return written

    def _written(self, name: str | None) -> str:
        if name is None:
            raise DoubtError
        if name in SYMBOLS:
            return SYMBOLS[name]
        if name in BIG:
            return BIG[name]
        if name in FONTS:
            return self.fonted(name)
        if name in ACCENTS:
            return self.accented(name)
        if name in SPACED:
            return f" {SPACED[name]} "
        if name in FUNCTIONS:
            follows = self.source[self.position : self.position + 1]
            return f"{name} " if follows.isalnum() or follows == "\\" else name
        if name in SIZES:
            delimiter = self._atom()
            return "" if delimiter == "." else delimiter
        handler = _HANDLERS.get(name)
        if handler is None:
            raise DoubtError
        return handler(self)

    def fraction(self) -> str:
        above, below = self._argument(), self._argument()
        above = above if _ONE_PRODUCT.fullmatch(above) else f"({above})"
        return f"{_FRACTION[0]}{above}/{_grouped(below)}{_FRACTION[1]}"

    def root(self) -> str:
        if self.source[self.position : self.position + 1] == "[":
            raise DoubtError
        return f"√{_grouped(self._argument())}"

    def plain(self) -> str:
        start = self.position
        if self.source[start : start + 1] != "{":
            raise DoubtError
        end = self.source.find("}", start)
        inside = self.source[start + 1 : end]
        if end < 0 or not re.fullmatch(r"[\w .,:;()'/?!+=-]*", inside) or "_" in inside:
            raise DoubtError
        self.position = end + 1
        return inside

    def fonted(self, font: str) -> str:
        written = in_font(self.plain() if font in WORDS else self._argument(), font)
        if written is None:
            raise DoubtError
        return written

    def accented(self, name: str) -> str:
        letter = self._argument()
        if len(letter) != 1 or not letter.isalnum():
            raise DoubtError
        return letter + ACCENTS[name]

    def negated(self) -> str:
        sign = self._argument()
        if sign not in NEGATED:
            raise DoubtError
        return f" {NEGATED[sign]} "


_HANDLERS: Final[Mapping[str, Callable[[_Reader], str]]] = {
    "frac": _Reader.fraction,
    "tfrac": _Reader.fraction,
    "dfrac": _Reader.fraction,
    "sqrt": _Reader.root,
    "not": _Reader.negated,
} | dict.fromkeys(TRANSPARENT | WORDS, _Reader.plain)


def _grouped(text: str) -> str:
    """In parentheses, unless it is one number, letter or bracketed group."""
    return text if _ONE_ATOM.fullmatch(text) else f"({text})"


def _script(text: str, mark: str) -> str:
    if not text:
        raise DoubtError
    return script(text, mark)
