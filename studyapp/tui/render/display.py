r"""TeX formulas in two dimensions: fractions, roots, sums with limits, matrices, cases, aligned equations.

As in one line, every command must be known; at the first doubt there is no picture, and the source is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from rich.cells import cell_len

from studyapp.tui.render.boxes import (
    EMPTY,
    Box,
    beside,
    delimited,
    fraction,
    grid,
    grow,
    root,
    stacked,
    text,
    with_limits,
)
from studyapp.tui.render.formula import MAX, SIZES, DoubtError
from studyapp.tui.render.formula_items import Item, bare, fitting, row_of, sure
from studyapp.tui.render.formula_reader import FormulaReader
from studyapp.tui.render.symbols import (
    ACCENTS,
    BIG,
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


@lru_cache(256)
def display(source: str, width: int) -> tuple[str, ...] | None:
    """The lines of a displayed formula, at most `width` cells wide; None without a certain picture.

    A formula that is too wide is broken before its relations, then before its operators.
    """
    if len(source) > MAX:
        return None
    try:
        rows = _Formula(source.strip()).rows()
        boxes = [fitting(row, width) for row in rows]
    except DoubtError:
        return None
    box = stacked(boxes, 0, "left") if boxes else EMPTY
    if box.width > width:
        return None
    return tuple(line.rstrip() for line in box.lines)


class _Formula(FormulaReader):
    """Reads the commands of a formula."""

    def _made(self, name: str) -> Item | None:  # noqa: C901 - one line for each kind of command
        if name in _SILENT:
            return None
        if name in _BLANKS:
            return Item(text(" " * _BLANKS[name]), "blank") if _BLANKS[name] else None
        if name in BIG:
            return Item(text(BIG[name]), "plain" if BIG[name] in INTEGRALS else "big")
        if name in SPACED:
            sign = SPACED[name]
            return Item(text(sign), "relation" if sign in RELATIONS else "binary")
        if name in FONTS:
            return self._fonted(name)
        if name in ACCENTS:
            return self.accent(name)
        if name in WORDS or name in TRANSPARENT or name == "operatorname*":
            words = self.words()
            if name in WORDS:
                return Item(text(words))
            limits = name.endswith("*") or words.replace(" ", "") in LIMITS
            return Item(text(words.strip()), "big" if limits else "name" if name == "operatorname" else "plain")
        if name in FUNCTIONS:
            return Item(text(name), "big" if name in LIMITS else "name")
        if name in SYMBOLS:
            sign = SYMBOLS[name]
            return Item(text(sign), "open" if sign in "⟨⌊⌈{" else "close" if sign in "⟩⌋⌉}" else "plain")
        handler = _HANDLERS.get(name)
        if handler is None:
            raise DoubtError
        return handler(self)

    def _fonted(self, font: str) -> Item:
        inside = text(self.words()) if font in WORDS else self.group()
        written = in_font(inside.lines[0], font) if inside.height == 1 else None
        if written is None:
            raise DoubtError
        return Item(text(written))

    def fraction(self) -> Item:
        above, below = self.group(), self.group()
        return Item(fraction(bare(above), bare(below)), "tall")

    def binomial(self) -> Item:
        above, below = self.group(), self.group()
        inside = stacked([above, EMPTY, below], above.height)
        return Item(sure(delimited("(", inside, ")")))

    def root(self) -> Item:
        index = ""
        if self.source.startswith("[", self.position):
            end = self.source.find("]", self.position)
            index = self.source[self.position + 1 : end]
            if end < 0 or len(index) != 1:
                raise DoubtError
            self.position = end + 1
        inside = self.group()
        if not index and inside.height == 1 and cell_len(inside.lines[0]) == 1:
            return Item(text(f"√{inside.lines[0]}"))
        return Item(root(inside, index))

    def sized(self) -> Item:
        r"""`\\big(` and similar, shown as the bare delimiter."""
        sign = self._delimiter()
        return Item(text(sign), "open" if sign in "([{⟨⌊⌈" else "plain")

    def left(self) -> Item:
        r"""`\\left` … `\\right`, as tall as what is between them."""
        opening = self._delimiter()
        parts: list[Box] = []
        signs: list[str] = []
        while True:
            parts.append(row_of(self.row(frozenset({"\\right", "\\middle"}))))
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
                inside.append(sure(grow(signs[number - 1], tallest)))
            inside.append(part)
        return Item(sure(delimited(opening, beside(inside), closing)), "group")

    def accent(self, name: str) -> Item:
        inside = self.group()
        if inside.height == 1 and len(inside.lines[0]) == 1 and inside.lines[0].isalnum():
            return Item(text(inside.lines[0] + ACCENTS[name]))
        bars = {"overline": "─", "bar": "─", "underline": "─", "widehat": "^", "widetilde": "~", "vec": "→"}
        if name not in bars:
            raise DoubtError
        bar = text((bars[name] * inside.width) if bars[name] == "─" else bars[name])
        if name == "underline":
            return Item(stacked([inside, bar], inside.baseline))
        return Item(stacked([bar, inside], inside.baseline + 1))

    def brace(self, name: str) -> Item:
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
        return Item(stacked(boxes, baseline))

    def over(self, *, below: bool) -> Item:
        r"""`\\overset` and `\\underset`: a small text above or below a sign."""
        small, items = self.group(), self.group_items()
        base = row_of(items)
        kind = items[0].kind if len(items) == 1 else "plain"
        return Item(with_limits(base, small if below else None, None if below else small), kind)

    def arrow(self) -> Item:
        label = self.group()
        line = text("─" * (label.width + 1) + "→")
        return Item(stacked([label, line], label.height), "relation")

    def substack(self) -> Item:
        self._skip_blanks()
        self._take("{")
        rows = [row_of(self.row(frozenset({"\\\\", "}"})))]
        while self._at("\\\\"):
            self.position += 2
            rows.append(row_of(self.row(frozenset({"\\\\", "}"}))))
        self._take("}")
        return Item(stacked(rows, 0))

    def negated(self) -> Item:
        sign = self.group().lines[0].strip()
        if sign not in NEGATED:
            raise DoubtError
        return Item(text(NEGATED[sign]), "relation")

    def framed(self) -> Item:
        inside = self.group()
        lines = [f"┌{'─' * inside.width}┐", *(f"│{line}│" for line in inside.lines), f"└{'─' * inside.width}┘"]
        return Item(Box(tuple(lines), inside.baseline + 1))

    def tag(self) -> Item:
        return Item(text(f"   ({self.words()})"), "blank")

    def label(self) -> None:
        self.words_or_marks()

    def words_or_marks(self) -> None:
        self._skip_blanks()
        self._take("{")
        end = self.source.find("}", self.position)
        if end < 0:
            raise DoubtError
        self.position = end + 1

    def modulo(self) -> Item:
        return Item(beside([text(" (mod "), self.group(), text(")")]), "plain")

    def environment(self) -> Item:
        name = self.words()
        aligned = ""
        if name == "array":
            aligned = "".join(self.words().split())
            if not re.fullmatch(r"[lcr|]+", aligned):
                raise DoubtError
        if name not in _ENVIRONMENTS and name not in _EQUATIONS:
            raise DoubtError
        end = "\\end"
        rows: list[list[Box]] = [[]]
        while True:
            cell = self.row(frozenset({"&", "\\\\", end}))
            if name.rstrip("*") in _ALIGNED and rows[-1]:
                cell.insert(0, Item(EMPTY))  # a sign at its start stands between this cell and the one before
            rows[-1].append(row_of(cell))
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
            raise DoubtError
        if len(rows) > 1 and all(box.width == 0 for box in rows[-1]):
            rows.pop()
        return Item(_grid(name, rows, aligned))

    def _skip_gap(self) -> None:
        r"""The extra space that may follow `\\`."""
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
            raise DoubtError  # more than one rule
        bar = aligned.find("|") if "|" in aligned else -1
        where = {"l": "left", "c": "center", "r": "right"}
        if any(len(row) > len(columns) for row in rows):
            raise DoubtError
        inside = _ruled(rows, bar, lambda number: where[columns[number]])
    else:
        inside = grid(rows, lambda _: "center", lambda _: 2)
    opening, closing = _ENVIRONMENTS[name]
    if (opening or closing) and name not in ("cases", "dcases", "rcases") and inside.height > 1:
        inside = beside([text(" " * (opening in "|‖")), inside, text(" " * (closing in "|‖"))])
    return sure(delimited(opening, beside([text(" "), inside]) if name.endswith("cases") else inside, closing))


def _ruled(rows: list[list[Box]], bar: int, where: Callable[[int], str]) -> Box:
    """A grid with a rule before one of its columns."""
    if bar < 0:
        return grid(rows, where, lambda _: 2)
    left = grid([row[:bar] for row in rows], where, lambda _: 2)
    right = grid([row[bar:] for row in rows], lambda number: where(number + bar), lambda _: 2)
    if left.height != right.height:
        raise DoubtError
    return beside([left, text(" "), sure(grow("|", left)), text(" "), right])


_HANDLERS: Final[Mapping[str, Callable[[_Formula], Item | None]]] = {
    "frac": _Formula.fraction,
    "dfrac": _Formula.fraction,
    "tfrac": _Formula.fraction,
    "cfrac": _Formula.fraction,
    "binom": _Formula.binomial,
    "dbinom": _Formula.binomial,
    "sqrt": _Formula.root,
    "left": _Formula.left,
    "begin": _Formula.environment,
    "overset": lambda reader: reader.over(below=False),
    "stackrel": lambda reader: reader.over(below=False),
    "underset": lambda reader: reader.over(below=True),
    "xrightarrow": _Formula.arrow,
    "substack": _Formula.substack,
    "not": _Formula.negated,
    "boxed": _Formula.framed,
    "tag": _Formula.tag,
    "label": _Formula.label,
    "pmod": _Formula.modulo,
    "underbrace": lambda reader: reader.brace("underbrace"),
    "overbrace": lambda reader: reader.brace("overbrace"),
    **dict.fromkeys(SIZES - {"left", "right", "middle"}, _Formula.sized),
}
