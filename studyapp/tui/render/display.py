r"""TeX formulas in two dimensions: fractions, roots, sums with limits, matrices, cases, aligned equations.

As in one line, every command must be known; at the first doubt there is no picture, and the caller shows the source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len

from studyapp.core.text.scripts import SUBSCRIPTS, SUPERSCRIPTS
from studyapp.tui.render.boxes import (
    EMPTY,
    Box,
    beside,
    delimited,
    fraction,
    grid,
    grow,
    root,
    scripted,
    stacked,
    text,
    with_limits,
)
from studyapp.tui.render.formula import MAX, MAX_DEPTH, SIZES
from studyapp.tui.render.symbols import (
    ACCENTS,
    BIG,
    BINARY,
    FONTS,
    FUNCTIONS,
    INTEGRALS,
    LIMITS,
    NEGATED,
    RELATIONS,
    SPACED,
    SYMBOLS,
    TRANSPARENT,
    WORDS,
    in_font,
)

_TOKEN: Final = re.compile(r"\\([A-Za-z]+\*?|.)[ \t\n]*|([{}^_&\[\]])|([ \t\n]+)|([^\\{}^_&\[\]\s])", re.DOTALL)
_ENVIRONMENTS: Final = {
    "matrix": ("", ""),
    "smallmatrix": ("", ""),
    "array": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
    "cases": ("{", ""),
    "rcases": ("", "}"),
    "dcases": ("{", ""),
}
_ALIGNED: Final = frozenset({"aligned", "align", "split", "eqnarray"})
_EQUATIONS: Final = frozenset(
    f"{name}{star}" for name in (*_ALIGNED, "gathered", "gather", "equation", "multline") for star in ("", "*")
)
_SILENT: Final = frozenset({"displaystyle", "textstyle", "scriptstyle", "nonumber", "notag", "hline", "limits"})
_BLANKS: Final = {",": 1, ":": 1, ";": 1, " ": 1, "quad": 2, "qquad": 4, "!": 0, "enspace": 1, "thinspace": 1}
_LIMIT_SIGNS: Final = frozenset(BIG.values()) - INTEGRALS
_INDENT: Final = "  "


class _Item(NamedTuple):
    """A part of a row: its picture, and what kind of sign it is."""

    box: Box
    kind: str = "plain"
    """One of `plain`, `binary`, `relation`, `big`, `name`, `tall`, `group`, `open`, `close`, `punct`, `blank`."""


class _DoubtError(Exception):
    """There is something that has no certain picture."""


@lru_cache(256)
def display(source: str, width: int) -> tuple[str, ...] | None:
    """The lines of a displayed formula, at most `width` cells wide; None where it has no certain picture.

    A formula that is too wide is broken before its relations, then before its operators.
    """
    if len(source) > MAX:
        return None
    try:
        rows = _Reader(source.strip()).rows()
        boxes = [_fitting(row, width) for row in rows]
    except _DoubtError:
        return None
    box = stacked(boxes, 0, "left") if boxes else EMPTY
    if box.width > width:
        return None
    return tuple(line.rstrip() for line in box.lines)


def _fitting(row: list[_Item], width: int) -> Box:
    """A row in one piece, or in several below each other."""
    whole = _row(row)
    for breaks in (_is_wide_blank, _is_relation, _is_operation):
        if whole.width <= width:
            break
        whole = stacked(_broken(row, breaks, width), 0, "left")
    return whole


def _broken(row: list[_Item], breaks: Callable[[_Item], bool], width: int) -> list[Box]:
    """Lines that are as full as possible, broken before some items; all but the first are indented."""
    pieces: list[list[_Item]] = [[]]
    for item in row:
        if breaks(item) and pieces[-1]:
            pieces.append([])
        pieces[-1].append(item)
    lines: list[list[_Item]] = [[]]
    for piece in pieces:
        room = width - (len(_INDENT) if len(lines) > 1 else 0)
        if lines[-1] and _row([*lines[-1], *piece]).width > room:
            begins = piece[1:] if piece[0].kind == "blank" else piece
            lines.append([_Item(EMPTY), *begins])  # so that a sign at its start stands between two things
        else:
            lines[-1] += piece
    first, *rest = map(_row, lines)
    return [first, *(beside([text(_INDENT), _without_margin(line)]) for line in rest)]


def _without_margin(box: Box) -> Box:
    """Without the space before a sign at the start of a line."""
    if box.width and all(line.startswith(" ") for line in box.lines):
        return Box(tuple(line[1:] for line in box.lines), box.baseline)
    return box


def _is_wide_blank(item: _Item) -> bool:
    return item.kind == "blank" and item.box.width > 1


def _is_relation(item: _Item) -> bool:
    return item.kind == "relation" or _is_wide_blank(item)


def _is_operation(item: _Item) -> bool:
    return item.kind == "binary" or _is_relation(item)


def _row(items: list[_Item]) -> Box:  # noqa: C901 - one branch for each kind of neighbour
    """Parts beside each other, with the space that their kinds ask for."""
    parts: list[Box] = []

    def space() -> None:
        if parts and not (parts[-1].height == 1 and parts[-1].lines[0].endswith(" ")):
            parts.append(text(" "))

    before = "open"
    for number, item in enumerate(items):
        kind = item.kind
        follows = items[number + 1].kind if number + 1 < len(items) else "close"
        if kind in ("binary", "relation"):
            alone = before in ("open", "punct") or follows == "close"
            if alone or (kind == "binary" and before in ("binary", "relation")):
                kind = "sign"  # nothing is on one side of it
        if kind in ("relation", "binary"):
            space()
            parts.append(item.box)
            space()
        elif kind == "punct":
            parts.append(item.box)
            if follows not in ("close", "blank"):
                space()
        else:
            apart = kind in _APART and (before in _SOLID or before == "group")
            if apart or (kind in _SOLID and before in _APART) or (kind == "group" and before in _WIDE):
                space()
            if kind in _WIDE and before in _WIDE:  # limits of the one must not run into a bar of the other
                parts.append(text(" "))
            parts.append(item.box)
        before = kind
    return beside(parts)


_APART: Final = frozenset({"big", "name", "tall"})
"""Kinds that have space around them: `-` beside a fraction bar would make it longer."""
_WIDE: Final = frozenset({"big", "tall"})
_SOLID: Final = frozenset({"plain", "close", "sign", "big", "name", "tall"})
"""Kinds that they have space before or behind."""


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.depth = self.commands = 0

    # Rows and groups

    def rows(self) -> list[list[_Item]]:
        r"""The whole source, divided at `\\`."""
        rows = [self.row(frozenset({"\\\\"}))]
        while self.position < len(self.source):
            self._take("\\\\")
            rows.append(self.row(frozenset({"\\\\"})))
        return [row for row in rows if row] or [[]]

    def row(self, ends: frozenset[str]) -> list[_Item]:
        """Items up to one of the ends, which stays."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _DoubtError
        items: list[_Item] = []
        while self.position < len(self.source) and not any(self._at(end) for end in ends):
            if self.source[self.position] in "^_":
                self._scripts(items)
            elif (item := self._item()) is not None:
                items.append(item)
        self.depth -= 1
        while items and items[-1].kind == "blank":
            items.pop()
        return items

    def _at(self, end: str) -> bool:
        if not self.source.startswith(end, self.position):
            return False
        following = self.source[self.position + len(end) : self.position + len(end) + 1]
        return not (end[-1].isalpha() and end[0] == "\\" and following.isalpha())

    def _take(self, word: str) -> None:
        if not self._at(word):
            raise _DoubtError
        self.position += len(word)

    def _skip_blanks(self) -> None:
        while self.position < len(self.source) and self.source[self.position] in " \t\n":
            self.position += 1

    def group(self) -> Box:
        """The argument of a command: a group or a single sign."""
        return _row(self.group_items())

    def group_items(self) -> list[_Item]:
        """The same, not yet joined."""
        self._skip_blanks()
        if self.position >= len(self.source) or self.source[self.position] in "}^_&":
            raise _DoubtError
        if self.source[self.position] != "{":
            item = self._item()
            if item is None:
                raise _DoubtError
            return [item if item.kind == "tall" else item._replace(kind="plain")]
        self.position += 1
        items = self.row(frozenset("}"))
        self._take("}")
        return items

    def words(self) -> str:
        """The argument of a command as it stands: text, or a name."""
        self._skip_blanks()
        self._take("{")
        end = self.source.find("}", self.position)
        inside = self.source[self.position : end]
        if end < 0 or any(sign in inside for sign in "\\{$^_"):
            raise _DoubtError
        self.position = end + 1
        return inside

    # Scripts

    def _scripts(self, items: list[_Item]) -> None:
        """Put the scripts that follow on the item before them."""
        while items and items[-1].kind == "blank":
            items.pop()
        base = items.pop() if items else _Item(EMPTY)
        if base.box is EMPTY or base.kind in ("binary", "relation", "punct", "open"):
            raise _DoubtError  # a script needs something to stand at
        found: dict[str, Box] = {}
        while self.position < len(self.source) and self.source[self.position] in "^_":
            mark = self.source[self.position]
            if mark in found:
                raise _DoubtError
            self.position += 1
            found[mark] = self.group()
            self._skip_blanks()
        items.append(base._replace(box=_with_scripts(base, found.get("_"), found.get("^"))))

    # Single items

    def _item(self) -> _Item | None:
        match = _TOKEN.match(self.source, self.position)
        if match is None:
            raise _DoubtError
        command, bracket, blank, char = match.groups()
        if bracket == "{":
            items = self.group_items()
            return _Item(_row(items))
        self.position = match.end()
        if blank:
            return None
        if bracket in ("[", "]"):
            return _Item(text(bracket), "open" if bracket == "[" else "close")
        if bracket:
            raise _DoubtError  # `}` and `&` where nothing waits for them
        if char:
            return _sign(char)
        return self._command(command or "")

    def _command(self, name: str) -> _Item | None:
        self.commands += 1  # those within each other: their arguments need no braces
        if self.commands > MAX_DEPTH:
            raise _DoubtError
        item = self._made(name)
        self.commands -= 1
        return item

    def _made(self, name: str) -> _Item | None:  # noqa: C901 - one line for each kind of command
        if name in _SILENT:
            return None
        if name in _BLANKS:
            return _Item(text(" " * _BLANKS[name]), "blank") if _BLANKS[name] else None
        if name in BIG:
            return _Item(text(BIG[name]), "plain" if BIG[name] in INTEGRALS else "big")
        if name in SPACED:
            sign = SPACED[name]
            return _Item(text(sign), "relation" if sign in RELATIONS else "binary")
        if name in FONTS:
            return self._fonted(name)
        if name in ACCENTS:
            return self.accent(name)
        if name in WORDS or name in TRANSPARENT or name == "operatorname*":
            words = self.words()
            if name in WORDS:
                return _Item(text(words))
            limits = name.endswith("*") or words.replace(" ", "") in LIMITS
            return _Item(text(words.strip()), "big" if limits else "name" if name == "operatorname" else "plain")
        if name in FUNCTIONS:
            return _Item(text(name), "big" if name in LIMITS else "name")
        if name in SYMBOLS:
            sign = SYMBOLS[name]
            return _Item(text(sign), "open" if sign in "⟨⌊⌈{" else "close" if sign in "⟩⌋⌉}" else "plain")
        handler = _HANDLERS.get(name)
        if handler is None:
            raise _DoubtError
        return handler(self)

    def _fonted(self, font: str) -> _Item:
        inside = text(self.words()) if font in WORDS else self.group()
        written = in_font(inside.lines[0], font) if inside.height == 1 else None
        if written is None:
            raise _DoubtError
        return _Item(text(written))

    def fraction(self) -> _Item:
        above, below = self.group(), self.group()
        return _Item(fraction(_bare(above), _bare(below)), "tall")

    def binomial(self) -> _Item:
        above, below = self.group(), self.group()
        inside = stacked([above, EMPTY, below], above.height)
        return _Item(_sure(delimited("(", inside, ")")))

    def root(self) -> _Item:
        index = ""
        if self.source.startswith("[", self.position):
            end = self.source.find("]", self.position)
            index = self.source[self.position + 1 : end]
            if end < 0 or len(index) != 1:
                raise _DoubtError
            self.position = end + 1
        inside = self.group()
        if not index and inside.height == 1 and cell_len(inside.lines[0]) == 1:
            return _Item(text(f"√{inside.lines[0]}"))
        return _Item(root(inside, index))

    def sized(self) -> _Item:
        r"""`\big(` and its like, which stand for themselves."""
        sign = self._delimiter()
        return _Item(text(sign), "open" if sign in "([{⟨⌊⌈" else "plain")

    def left(self) -> _Item:
        r"""`\left` … `\right`, as tall as what is between them."""
        opening = self._delimiter()
        parts: list[Box] = []
        signs: list[str] = []
        while True:
            parts.append(_row(self.row(frozenset({"\\right", "\\middle"}))))
            if self._at("\\middle"):
                self.position += len("\\middle")
                signs.append(self._delimiter())
                continue
            self._take("\\right")
            break
        closing = self._delimiter()
        tallest = beside(parts)
        inside: list[Box] = []
        for number, part in enumerate(parts):
            if number:
                inside.append(_sure(grow(signs[number - 1], tallest)))
            inside.append(part)
        return _Item(_sure(delimited(opening, beside(inside), closing)), "group")

    def _delimiter(self) -> str:
        self._skip_blanks()
        match = _TOKEN.match(self.source, self.position)
        if match is None:
            raise _DoubtError
        self.position = match.end()
        command, bracket, blank, char = match.groups()
        sign = SYMBOLS.get(command, "") if command else bracket or char or ""
        if command == "|":
            sign = "‖"
        if sign == ".":
            return ""
        if blank or sign not in "()[]{}|‖⟨⟩⌊⌋⌈⌉/" or not sign:
            raise _DoubtError
        return sign

    def accent(self, name: str) -> _Item:
        inside = self.group()
        if inside.height == 1 and len(inside.lines[0]) == 1 and inside.lines[0].isalnum():
            return _Item(text(inside.lines[0] + ACCENTS[name]))
        bars = {"overline": "─", "bar": "─", "underline": "─", "widehat": "^", "widetilde": "~", "vec": "→"}
        if name not in bars:
            raise _DoubtError
        bar = text((bars[name] * inside.width) if bars[name] == "─" else bars[name])
        if name == "underline":
            return _Item(stacked([inside, bar], inside.baseline))
        return _Item(stacked([bar, inside], inside.baseline + 1))

    def brace(self, name: str) -> _Item:
        r"""`\underbrace` and `\overbrace`, with the label that follows as a script."""
        inside = self.group()
        under = name == "underbrace"
        ends = ("╰", "╯", "┬") if under else ("╭", "╮", "┴")
        middle = max(0, inside.width - 2)
        line = ends[0] + "─" * (middle // 2) + ends[2] * (middle > 0) + "─" * (middle - middle // 2 - 1) + ends[1]
        boxes = [inside, text(line)] if under else [text(line), inside]
        baseline = inside.baseline if under else inside.baseline + 1
        self._skip_blanks()
        if self.source.startswith("_" if under else "^", self.position):
            self.position += 1
            label = self.group()
            boxes = [*boxes, label] if under else [label, *boxes]
            baseline += 0 if under else label.height
        return _Item(stacked(boxes, baseline))

    def over(self, *, below: bool) -> _Item:
        r"""`\overset` and `\underset`: a small text above or below a sign."""
        small, items = self.group(), self.group_items()
        base = _row(items)
        kind = items[0].kind if len(items) == 1 else "plain"
        return _Item(with_limits(base, small if below else None, None if below else small), kind)

    def arrow(self) -> _Item:
        label = self.group()
        line = text("─" * (label.width + 1) + "→")
        return _Item(stacked([label, line], label.height), "relation")

    def substack(self) -> _Item:
        self._skip_blanks()
        self._take("{")
        rows = [_row(self.row(frozenset({"\\\\", "}"})))]
        while self._at("\\\\"):
            self.position += 2
            rows.append(_row(self.row(frozenset({"\\\\", "}"}))))
        self._take("}")
        return _Item(stacked(rows, 0))

    def negated(self) -> _Item:
        sign = self.group().lines[0].strip()
        if sign not in NEGATED:
            raise _DoubtError
        return _Item(text(NEGATED[sign]), "relation")

    def framed(self) -> _Item:
        inside = self.group()
        lines = [f"┌{'─' * inside.width}┐", *(f"│{line}│" for line in inside.lines), f"└{'─' * inside.width}┘"]
        return _Item(Box(tuple(lines), inside.baseline + 1))

    def tag(self) -> _Item:
        return _Item(text(f"   ({self.words()})"), "blank")

    def label(self) -> None:
        self.words_or_marks()

    def words_or_marks(self) -> None:
        self._skip_blanks()
        self._take("{")
        end = self.source.find("}", self.position)
        if end < 0:
            raise _DoubtError
        self.position = end + 1

    def modulo(self) -> _Item:
        return _Item(beside([text(" (mod "), self.group(), text(")")]), "plain")

    # Environments

    def environment(self) -> _Item:
        name = self.words()
        aligned = ""
        if name == "array":
            aligned = "".join(self.words().split())
            if not re.fullmatch(r"[lcr|]+", aligned):
                raise _DoubtError
        if name not in _ENVIRONMENTS and name not in _EQUATIONS:
            raise _DoubtError
        end = "\\end"
        rows: list[list[Box]] = [[]]
        while True:
            cell = self.row(frozenset({"&", "\\\\", end}))
            if name.rstrip("*") in _ALIGNED and rows[-1]:
                cell.insert(0, _Item(EMPTY))  # a sign at its start stands between this cell and the one before
            rows[-1].append(_row(cell))
            if self._at("&"):
                self.position += 1
                self._skip_blanks()
            elif self._at(end):
                break
            else:
                self._take("\\\\")
                self._skip_gap()
                rows.append([])
        self._take(end)
        if self.words() != name:
            raise _DoubtError
        if len(rows) > 1 and all(box.width == 0 for box in rows[-1]):
            rows.pop()
        return _Item(_grid(name, rows, aligned))

    def _skip_gap(self) -> None:
        r"""The extra space that may be asked for behind `\\`."""
        self._skip_blanks()
        if found := re.compile(r"\[[-+.\d]+(?:pt|em|ex|mm|cm)\]\s*").match(self.source, self.position):
            self.position = found.end()


def _grid(name: str, rows: list[list[Box]], aligned: str) -> Box:
    if name in _EQUATIONS:
        several = name.rstrip("*") in _ALIGNED
        return grid(
            rows,
            lambda number: ("right" if number % 2 == 0 else "left") if several else "center",
            lambda number: (3 if number % 2 == 0 else 0) if several else 1,
        )
    if name.endswith("cases"):
        inside = grid(rows, lambda _: "left", lambda _: 2)
    elif aligned:
        columns = aligned.replace("|", "")
        if "|" in aligned and (len(aligned) != len(columns) + 1 or aligned[0] == "|" or aligned[-1] == "|"):
            raise _DoubtError  # more than one rule
        bar = aligned.find("|") if "|" in aligned else -1
        where = {"l": "left", "c": "center", "r": "right"}
        if any(len(row) > len(columns) for row in rows):
            raise _DoubtError
        inside = _ruled(rows, bar, lambda number: where[columns[number]])
    else:
        inside = grid(rows, lambda _: "center", lambda _: 2)
    opening, closing = _ENVIRONMENTS[name]
    if (opening or closing) and name not in ("cases", "dcases", "rcases") and inside.height > 1:
        inside = beside([text(" " * (opening in "|‖")), inside, text(" " * (closing in "|‖"))])
    return _sure(delimited(opening, beside([text(" "), inside]) if name.endswith("cases") else inside, closing))


def _ruled(rows: list[list[Box]], bar: int, where: Callable[[int], str]) -> Box:
    """A grid with a rule before one of its columns."""
    if bar < 0:
        return grid(rows, where, lambda _: 2)
    left = grid([row[:bar] for row in rows], where, lambda _: 2)
    right = grid([row[bar:] for row in rows], lambda number: where(number + bar), lambda _: 2)
    if left.height != right.height:
        raise _DoubtError
    return beside([left, text(" "), _sure(grow("|", left)), text(" "), right])


def _with_scripts(base: _Item, below: Box | None, above: Box | None) -> Box:
    """Scripts as small characters where there are such, else lowered and raised; limits where they belong."""
    sign = base.box.lines[0].strip() if base.box.height == 1 else ""
    if base.kind == "big" or sign in _LIMIT_SIGNS:
        return with_limits(base.box, below, above)
    small_below, small_above = _small(below, SUBSCRIPTS), _small(above, SUPERSCRIPTS)
    if small_below is not None and small_above is not None and base.box.height == 1:
        return beside([base.box, text(small_below + small_above)])
    return scripted(base.box, below, above)


def _small(script: Box | None, table: Mapping[str, str]) -> str | None:
    """A script in small characters; None where it has none."""
    if script is None:
        return ""
    line = script.lines[0].replace(" ", "") if script.height == 1 else "?"
    return "".join(table[char] for char in line) if all(char in table for char in line) else None


def _sign(char: str) -> _Item:
    if char in "%~#$":
        if char == "~":
            return _Item(text(" "), "blank")
        raise _DoubtError
    if char in RELATIONS or char in "=:":
        return _Item(text(char), "relation")
    if char in BINARY or char in "+-−*":
        return _Item(text({"-": "-", "*": "∗"}.get(char, char)), "binary")
    kinds = {",": "punct", ";": "punct", "(": "open", "{": "open", ")": "close"}
    return _Item(text("′" if char == "'" else char), kinds.get(char, "plain"))


def _bare(box: Box) -> Box:
    """Above and below a bar, blanks at the ends mean nothing."""
    return text(box.lines[0].strip()) if box.height == 1 else box


def _sure(box: Box | None) -> Box:
    if box is None:
        raise _DoubtError
    return box


_HANDLERS: Final[Mapping[str, Callable[[_Reader], _Item | None]]] = {
    "frac": _Reader.fraction,
    "dfrac": _Reader.fraction,
    "tfrac": _Reader.fraction,
    "cfrac": _Reader.fraction,
    "binom": _Reader.binomial,
    "dbinom": _Reader.binomial,
    "sqrt": _Reader.root,
    "left": _Reader.left,
    "begin": _Reader.environment,
    "overset": lambda reader: reader.over(below=False),
    "stackrel": lambda reader: reader.over(below=False),
    "underset": lambda reader: reader.over(below=True),
    "xrightarrow": _Reader.arrow,
    "substack": _Reader.substack,
    "not": _Reader.negated,
    "boxed": _Reader.framed,
    "tag": _Reader.tag,
    "label": _Reader.label,
    "pmod": _Reader.modulo,
    "underbrace": lambda reader: reader.brace("underbrace"),
    "overbrace": lambda reader: reader.brace("overbrace"),
    **dict.fromkeys(SIZES - {"left", "right", "middle"}, _Reader.sized),
}
