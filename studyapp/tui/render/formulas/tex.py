r"""TeX as a tree: groups, scripts, commands with their arguments, fences and arrays.

What a command looks like is for those who draw the tree. A brace that does not close, an argument that is missing,
a sign with a meaning of its own: each is a `DoubtError`, and the formula is shown as its source.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from studyapp.core.text.regex import regex
from studyapp.tui.render.formulas.symbols import ACCENTS, FONTS, SPACES, SYMBOLS, TRANSPARENT, WORDS

MAX: Final = 2000
"""Characters of a formula that is read."""
_MAX_DEPTH: Final = 40
_TOKEN: Final = regex(r"\\(operatorname\*|[A-Za-z]+|.)\s*|([{}^_&])|(\s+)|([^\\{}^_&\s])", re.DOTALL)
_GAP: Final = regex(r"\s*(?:\[[-+.\d]+(?:pt|em|ex|mm|cm)\]\s*)?")
r"""The extra space that may follow `\\`."""
_DELIMITERS: Final = frozenset("()[]{}|‖⟨⟩⌊⌋⌈⌉/")
_SIZES: Final = frozenset(f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
_SILENT: Final = frozenset({"displaystyle", "textstyle", "scriptstyle", "nonumber", "notag", "hline", "limits", "!"})
_ARGUMENTS: Final = {
    **dict.fromkeys(
        (*(FONTS - WORDS), *ACCENTS, "not", "boxed", "pmod", "xrightarrow", "underbrace", "overbrace", "sqrt"), 1
    ),
    **dict.fromkeys(
        ("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom", "overset", "stackrel", "underset"), 2
    ),
}
"""How many arguments a command has; the others have none."""
_OF_WORDS: Final = WORDS | TRANSPARENT | {"operatorname*", "tag"}
_UPRIGHT: Final = TRANSPARENT - WORDS - {"operatorname"}
"""Fonts of letters within a formula."""
_DIVIDER: Final = "\\\\"


class DoubtError(Exception):
    """Something in a formula has no certain form."""


class Char(Struct, frozen=True):
    """A literal character."""

    sign: str


class WhiteSpace(Struct, frozen=True):
    """White space between two things, which TeX does not show."""


class Braced(Struct, frozen=True):
    """What is in braces."""

    row: TexRow


class Command(Struct, frozen=True):
    """A command with its arguments."""

    name: str
    arguments: tuple[TexRow, ...] = ()
    words: str = ""
    """An argument that is text, a root's index, or the delimiter that is sized."""


class Scripted(Struct, frozen=True):
    """A base with one script or both."""

    base: TexNode
    scripts: dict[str, TexRow]
    """By `^` and `_`, in the order in which they are written."""


class Fenced(Struct, frozen=True):
    r"""`\left` … `\middle` … `\right`."""

    signs: tuple[str, ...]
    """The delimiters, one more than there are rows; an empty one is invisible."""
    rows: tuple[TexRow, ...]


class Array(Struct, frozen=True):
    r"""Rows of cells: an environment, or `substack`."""

    name: str
    columns: str
    """How an array's columns are aligned."""
    rows: list[list[TexRow]]


NOTHING: Final = Braced(())
"""What scripts stand beside where they have no base, as in `{}^{14}C` and `20\\,^\\circ`."""

TexNode = Char | WhiteSpace | Braced | Command | Scripted | Fenced | Array
TexRow = tuple[TexNode, ...]


def formula_lines(source: str) -> list[TexRow]:
    r"""A formula's lines, which `\\` divides."""
    if len(source) > MAX:
        raise DoubtError
    return _Reader(source).rows()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.depth = 0

    def rows(self, *ends: str) -> list[TexRow]:
        rows = [self._row(_DIVIDER, *ends)]
        while self._passes(_DIVIDER):
            rows.append(self._row(_DIVIDER, *ends))
        return rows

    def _row(self, *ends: str) -> TexRow:
        """What comes before one of the ends, or the formula's end."""
        self._descend()
        nodes: list[TexNode] = []
        while self.position < len(self.source) and not any(self._at(end) for end in ends):
            if self.source[self.position] in "^_":
                self._scripts(nodes)
            elif (node := self._node()) is not None:
                nodes.append(node)
        self.depth -= 1
        return tuple(nodes)

    def _descend(self) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise DoubtError

    def _at(self, end: str) -> bool:
        stop = self.position + len(end)
        return self.source.startswith(end, self.position) and not (
            end[-1].isalpha() and self.source[stop : stop + 1].isalpha()
        )

    def _passes(self, sign: str) -> bool:
        """Whether a sign is next; if so, it is passed, and with a divider the space that may follow it."""
        if not self._at(sign):
            return False
        self.position += len(sign)
        if sign == _DIVIDER and (gap := _GAP.match(self.source, self.position)) is not None:
            self.position = gap.end()
        return True

    def _take(self, sign: str) -> None:
        if not self._passes(sign):
            raise DoubtError

    def _skip_blanks(self) -> None:
        while self.source[self.position : self.position + 1].isspace():
            self.position += 1

    def _until(self, sign: str) -> str:
        """The source up to a sign, which is passed."""
        inside, found, _ = self.source[self.position :].partition(sign)
        if not found:
            raise DoubtError
        self.position += len(inside) + len(sign)
        return inside

    def _argument(self) -> TexRow:
        """A group's row, or a single thing."""
        self._skip_blanks()
        if self._passes("{"):
            row = self._row("}")
            self._take("}")
            return row
        if self.source[self.position : self.position + 1] in ("", "^", "_"):
            raise DoubtError
        node = self._node()
        if node is None:
            raise DoubtError
        return (node,)

    def _words(self) -> str:
        """An argument as it is written: text, or a name."""
        self._skip_blanks()
        self._take("{")
        inside = self._until("}")
        if any(sign in inside for sign in "\\{$^_"):
            raise DoubtError
        return inside

    def _source_of_group(self) -> str:
        """A group as it is written, groups in it included."""
        self._skip_blanks()
        self._take("{")
        inside = self._until("}")
        while inside.count("{") > inside.count("}"):
            inside += "}" + self._until("}")
        return inside

    def _said(self, name: str) -> TexNode:
        r"""A command with its words; where an upright letter may stand so may a formula, as in `\mathrm{H_2O}`."""
        before = self.position
        try:
            return Command(name, (), self._words())
        except DoubtError:
            if name not in _UPRIGHT:
                raise
        self.position = before
        return Braced(self._argument())

    def _scripts(self, nodes: list[TexNode]) -> None:
        """Give the last node the scripts that follow; two of one kind are an error in TeX."""
        while nodes and isinstance(nodes[-1], WhiteSpace):
            nodes.pop()
        if not nodes:
            raise DoubtError
        if isinstance(nodes[-1], Command) and nodes[-1].name in SPACES:
            nodes.append(NOTHING)
        scripts: dict[str, TexRow] = {}
        after = self.position
        while (mark := self.source[self.position : self.position + 1]) in ("^", "_"):
            if mark in scripts:
                raise DoubtError
            self.position += 1
            scripts[mark] = self._argument()
            if mark == "^" and scripts[mark] == (Command("circ"),):
                scripts[mark] = (Command("degree"),)
            after = self.position
            self._skip_blanks()
        self.position = after
        nodes.append(Scripted(nodes.pop(), scripts))

    def _node(self) -> TexNode | None:
        """The next thing, None for what nobody sees."""
        if self._at("{"):
            return Braced(self._argument())
        command, bracket, blank, char = self._token()
        if blank:
            return WhiteSpace()
        if command:
            return self._command(command)
        if bracket or char in "%#$":
            raise DoubtError  # `}` and `&` where nothing waits for them; what starts a comment
        return Command(" ") if char == "~" else Char(char)

    def _token(self) -> tuple[str, ...]:
        match = _TOKEN.match(self.source, self.position)
        if match is None:
            raise DoubtError
        self.position = match.end()
        return match.groups("")

    def _command(self, name: str) -> TexNode | None:
        self._descend()  # arguments need no braces
        node: TexNode | None = Command(name)
        if name in _SILENT:
            node = None
        elif name == "label":
            self._skip_blanks()
            self._take("{")
            self._until("}")
            node = None
        elif name in _OF_WORDS:
            node = self._said(name)
        elif name == "ce":
            node = Command(name, (), self._source_of_group())
        elif name in _SIZES:
            node = Command("big", (), self._delimiter())
        elif name == "left":
            node = self._fenced()
        elif name == "begin":
            node = self._environment()
        elif name == "substack":
            self._take("{")
            node = Array(name, "", [[row] for row in self.rows("}")])
            self._take("}")
        elif name in _ARGUMENTS:
            index = self._until("]") if name == "sqrt" and self._passes("[") else ""
            node = Command(name, tuple(self._argument() for _ in range(_ARGUMENTS[name])), index)
        self.depth -= 1
        return node

    def _delimiter(self) -> str:
        self._skip_blanks()
        command, _, _, char = self._token()
        sign = SYMBOLS.get(command, "") if command else {"<": "⟨", ">": "⟩"}.get(char, char)
        if char == ".":
            return ""
        if sign not in _DELIMITERS:
            raise DoubtError
        return sign

    def _fenced(self) -> Fenced:
        signs = [self._delimiter()]
        rows = [self._row("\\right", "\\middle")]
        while self._passes("\\middle"):
            signs.append(self._delimiter())
            rows.append(self._row("\\right", "\\middle"))
        self._take("\\right")
        return Fenced((*signs, self._delimiter()), tuple(rows))

    def _environment(self) -> Array:
        name = self._words()
        columns = "".join(self._words().split()) if name == "array" else ""
        rows: list[list[TexRow]] = [[]]
        while True:
            rows[-1].append(self._row("&", _DIVIDER, "\\end"))
            if self._passes("\\end"):
                break
            if not self._passes("&"):
                self._take(_DIVIDER)
                rows.append([])
        if self._words() != name:
            raise DoubtError
        return Array(name, columns, rows)
