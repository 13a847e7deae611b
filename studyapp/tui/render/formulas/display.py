r"""TeX formulas in two dimensions: fractions, roots, sums with limits, matrices, cases, aligned equations.

As in one line, every command must be known; at the first doubt there is no picture, and the source is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from studyapp.tui.render.formulas import tex
from studyapp.tui.render.formulas.boxes import (
    EMPTY,
    Box,
    beside,
    delimited,
    fraction_box,
    grow,
    root,
    stacked,
    text,
    with_limits,
)
from studyapp.tui.render.formulas.chemistry import chemical
from studyapp.tui.render.formulas.grids import grid_of, is_aligned
from studyapp.tui.render.formulas.items import Item, fitting, row_box, sign_of, unpadded, with_scripts
from studyapp.tui.render.formulas.symbols import (
    ACCENTS,
    BIG,
    FONTS,
    FUNCTIONS,
    INTEGRALS,
    LIMITS,
    NEGATED,
    RELATIONS,
    SPACED,
    SPACES,
    SYMBOLS,
    TRANSPARENT,
    WORDS,
    in_font,
)

_BARS: Final = {"overline": "─", "bar": "─", "underline": "─", "widehat": "^", "widetilde": "~", "vec": "→"}
_BRACES: Final = {"underbrace": ("╰", "╯", "┬", "_"), "overbrace": ("╭", "╮", "┴", "^")}
"""Both ends, the middle, and the script that is the label."""
_BARE: Final = frozenset(("binary", "relation", "punct", "open", "blank"))
"""What carries no script."""


@lru_cache(256)
def display(source: str, width: int) -> tuple[str, ...] | None:
    """The lines of a displayed formula, at most `width` cells wide; None without a certain picture.

    A formula that is too wide is broken before its relations, then before its operators.
    """
    try:
        rows = [items for row in tex.formula_lines(source) if (items := _items(row))]
        boxes = [fitting(row, width) for row in rows] or [EMPTY]
    except tex.DoubtError:
        return None
    box = stacked(boxes, 0, "left")
    if box.width > width:
        return None
    return tuple(line.rstrip() for line in box.lines)


def _items(row: tex.TexRow) -> list[Item]:
    items = [_item(node) for node in row if not isinstance(node, tex.WhiteSpace)]
    while items and items[-1].kind == "blank":
        items.pop()
    return items


def _box(row: tex.TexRow) -> Box:
    return row_box(_items(row))


def _item(node: tex.TexNode) -> Item:
    match node:
        case tex.Char(sign):
            return sign_of(sign)
        case tex.Braced(row):
            return Item(_box(row))
        case tex.Scripted():
            return _scripted(node)
        case tex.Fenced():
            return _fenced(node)
        case tex.Array():
            return Item(_table(node))
        case tex.Command():
            return _command(node)
        case tex.WhiteSpace():
            raise tex.DoubtError


def _scripted(node: tex.Scripted) -> Item:
    scripts = {mark: _box(row) for mark, row in node.scripts.items()}
    if isinstance(node.base, tex.Command) and node.base.name in _BRACES:
        base = _brace(node.base, scripts.pop(_BRACES[node.base.name][-1], None))
    else:
        base = _item(node.base)
    if base.kind in _BARE or (base.box is EMPTY and node.base != tex.NOTHING):
        raise tex.DoubtError  # a script needs a base
    return base._replace(box=with_scripts(base, scripts.get("_"), scripts.get("^"))) if scripts else base


def _command(node: tex.Command) -> Item:  # noqa: C901 - one line for each kind of command
    name = node.name
    if name in SPACES:
        return Item(text(" " * len(SPACES[name])), "blank")
    if name in BIG:
        return Item(text(BIG[name]), "plain" if BIG[name] in INTEGRALS else "big")
    if name in SPACED:
        return Item(text(SPACED[name]), "relation" if SPACED[name] in RELATIONS else "binary")
    if name in FONTS:
        return _fonted(node)
    if name in ACCENTS:
        return _accented(node)
    if name in WORDS:
        return Item(text(node.words))
    if name in TRANSPARENT or name == "operatorname*":
        limits = name.endswith("*") or node.words.replace(" ", "") in LIMITS
        return Item(text(node.words.strip()), "big" if limits else "name" if name == "operatorname" else "plain")
    if name in FUNCTIONS:
        return Item(text(name), "big" if name in LIMITS else "name")
    if name in SYMBOLS:
        sign = SYMBOLS[name]
        return Item(text(sign), "open" if sign in "⟨⌊⌈{" else "close" if sign in "⟩⌋⌉}" else "plain")
    if name not in _HANDLERS:
        raise tex.DoubtError
    return _HANDLERS[name](node)


def _fonted(node: tex.Command) -> Item:
    inside = text(node.words) if node.name in WORDS else _box(node.arguments[0])
    written = in_font(inside.lines[0], node.name) if inside.height == 1 else None
    if written is None:
        raise tex.DoubtError
    return Item(text(written))


def _accented(node: tex.Command) -> Item:
    inside = _box(node.arguments[0])
    if inside.height == 1 and len(inside.lines[0]) == 1 and inside.lines[0].isalnum():
        return Item(text(inside.lines[0] + ACCENTS[node.name]))
    if node.name not in _BARS:
        raise tex.DoubtError
    sign = _BARS[node.name]
    bar = text(sign * inside.width if sign == "─" else sign)
    if node.name == "underline":
        return Item(stacked([inside, bar], inside.baseline))
    return Item(stacked([bar, inside], inside.baseline + 1))


def _fraction(node: tex.Command) -> Item:
    above, below = map(_box, node.arguments)
    return Item(fraction_box(unpadded(above), unpadded(below)), "tall")


def _binomial(node: tex.Command) -> Item:
    above, below = map(_box, node.arguments)
    return Item(delimited("(", stacked([above, EMPTY, below], above.height), ")"))


def _root(node: tex.Command) -> Item:
    if len(node.words) > 1:
        raise tex.DoubtError
    inside = _box(node.arguments[0])
    if not node.words and inside.height == 1 and inside.width == 1:
        return Item(text(f"√{inside.lines[0]}"))
    return Item(root(inside, node.words))


def _sized(node: tex.Command) -> Item:
    return Item(text(node.words), "open" if node.words in "([{⟨⌊⌈" else "plain")


def _fenced(node: tex.Fenced) -> Item:
    """Delimiters as tall as what is between them."""
    first, *others = map(_box, node.rows)
    opening, *middle, closing = node.signs
    tallest = beside([first, *others])
    inside = [first]
    for sign, box in zip(middle, others, strict=True):
        inside += [grow(sign, tallest), box]
    return Item(delimited(opening, beside(inside), closing), "group")


def _brace(node: tex.Command, label: Box | None = None) -> Item:
    """A brace under or over something, with its label."""
    inside = _box(node.arguments[0])
    left, right, peak, _ = _BRACES[node.name]
    middle = max(0, inside.width - 2)
    line = text(left + "─" * (middle // 2) + peak * (middle > 0) + "─" * (middle - middle // 2 - 1) + right)
    labels = [label] if label else []
    if node.name == "underbrace":
        return Item(stacked([inside, line, *labels], inside.baseline))
    boxes = [*labels, line]
    return Item(stacked([*boxes, inside], sum(box.height for box in boxes) + inside.baseline))


def _over(node: tex.Command) -> Item:
    """A small text above or below a sign."""
    small, row = _box(node.arguments[0]), _items(node.arguments[1])
    below, above = (small, None) if node.name == "underset" else (None, small)
    return Item(with_limits(row_box(row), below, above), row[0].kind if len(row) == 1 else "plain")


def _arrow(node: tex.Command) -> Item:
    label = _box(node.arguments[0])
    return Item(stacked([label, text("─" * (label.width + 1) + "→")], label.height), "relation")


def _negated(node: tex.Command) -> Item:
    sign = _box(node.arguments[0]).lines[0].strip()
    if sign not in NEGATED:
        raise tex.DoubtError
    return Item(text(NEGATED[sign]), "relation")


def _table(node: tex.Array) -> Box:
    return grid_of(node.name, node.columns, [_cells(row, aligned=is_aligned(node.name)) for row in node.rows])


def _cells(row: list[tex.TexRow], *, aligned: bool) -> list[Box]:
    """A sign at the start of an aligned cell stands between that cell and the one before."""
    between = [Item(EMPTY)] if aligned else []
    return [_box(row[0]), *(row_box([*between, *_items(cell)]) for cell in row[1:])]


def _framed(node: tex.Command) -> Item:
    inside = _box(node.arguments[0])
    lines = [f"┌{'─' * inside.width}┐", *(f"│{line}│" for line in inside.lines), f"└{'─' * inside.width}┘"]
    return Item(Box(tuple(lines), inside.baseline + 1))


def _chemistry(node: tex.Command) -> Item:
    written = chemical(node.words)
    if written is None:
        raise tex.DoubtError
    return Item(text(written))


def _modulo(node: tex.Command) -> Item:
    return Item(beside([text(" (mod "), _box(node.arguments[0]), text(")")]))


_HANDLERS: Final[Mapping[str, Callable[[tex.Command], Item]]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), _fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
    **dict.fromkeys(("overset", "stackrel", "underset"), _over),
    **dict.fromkeys(_BRACES, _brace),
    "big": _sized,
    "boxed": _framed,
    "ce": _chemistry,
    "not": _negated,
    "pmod": _modulo,
    "sqrt": _root,
    "tag": lambda node: Item(text(f"   ({node.words})"), "blank"),
    "xrightarrow": _arrow,
}
