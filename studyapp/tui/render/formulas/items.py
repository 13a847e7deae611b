"""The parts of a displayed formula, and the rows that they form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from studyapp.core.text.scripts import SUBSCRIPTS, SUPERSCRIPTS
from studyapp.tui.render.formulas.boxes import EMPTY, Box, beside, scripted, stacked, text, with_limits
from studyapp.tui.render.formulas.symbols import BIG, BINARY, INTEGRALS, RELATIONS

_LIMIT_SIGNS: Final = frozenset(BIG.values()) - INTEGRALS
_INDENT: Final = "  "
_APART: Final = frozenset({"big", "name", "tall"})
"""Kinds with space around them: `-` next to a fraction bar would lengthen it."""
_WIDE: Final = frozenset({"big", "tall"})
_SOLID: Final = frozenset({"plain", "close", "sign", "big", "name", "tall"})
"""Kinds that get space before or after them."""


class Item(NamedTuple):
    """A part of a row: its picture, and its kind."""

    box: Box
    kind: str = "plain"
    """One of `plain`, `binary`, `relation`, `big`, `name`, `tall`, `group`, `open`, `close`, `punct`, `blank`."""


def row_box(items: list[Item]) -> Box:  # noqa: C901 - one branch for each kind of neighbour
    """Parts side by side, with the space that their kinds need."""
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
            apart &= (before, kind) != ("sign", "name")
            if apart or (kind in _SOLID and before in _APART) or (kind == "group" and before in _WIDE):
                space()
            if kind in _WIDE and before in _WIDE:  # limits of the one must not run into a bar of the other
                parts.append(text(" "))
            parts.append(item.box)
        before = kind
    return beside(parts)


def fitting(row: list[Item], width: int) -> Box:
    """A row in one piece, or broken into several lines."""
    whole = row_box(row)
    for breaks in (_is_wide_blank, _is_relation, _is_operation):
        if whole.width <= width:
            break
        whole = stacked(_broken(row, breaks, width), 0, "left")
    return whole


def _broken(row: list[Item], breaks: Callable[[Item], bool], width: int) -> list[Box]:
    """Lines as full as possible, broken before certain items; all but the first are indented."""
    pieces: list[list[Item]] = [[]]
    for item in row:
        if breaks(item) and pieces[-1]:
            pieces.append([])
        pieces[-1].append(item)
    lines: list[list[Item]] = [[]]
    for piece in pieces:
        room = width - (len(_INDENT) if len(lines) > 1 else 0)
        if lines[-1] and row_box([*lines[-1], *piece]).width > room:
            begins = piece[1:] if piece[0].kind == "blank" else piece
            lines.append([Item(EMPTY), *begins])  # so that a sign at its start stands between two things
        else:
            lines[-1] += piece
    first, *rest = map(row_box, lines)
    return [first, *(beside([text(_INDENT), _without_margin(line)]) for line in rest)]


def _without_margin(box: Box) -> Box:
    """Without the space before a sign at the start of a line."""
    if box.width and all(line.startswith(" ") for line in box.lines):
        return Box(tuple(line[1:] for line in box.lines), box.baseline)
    return box


def _is_wide_blank(item: Item) -> bool:
    return item.kind == "blank" and item.box.width > 1


def _is_relation(item: Item) -> bool:
    return item.kind == "relation" or _is_wide_blank(item)


def _is_operation(item: Item) -> bool:
    return item.kind == "binary" or _is_relation(item)


def with_scripts(base: Item, below: Box | None, above: Box | None) -> Box:
    """Scripts as small characters if these exist, else lowered and raised; limits where they belong."""
    sign = base.box.lines[0].strip() if base.box.height == 1 else ""
    if base.kind == "big" or sign in _LIMIT_SIGNS:
        return with_limits(base.box, below, above)
    small_below, small_above = _small(below, SUBSCRIPTS), _small(above, SUPERSCRIPTS)
    if small_below is not None and small_above is not None and base.box.height == 1:
        return beside([base.box, text(small_below + small_above)])
    return scripted(base.box, below, above)


def _small(script: Box | None, table: Mapping[str, str]) -> str | None:
    """A script in small characters; None if it has none."""
    if script is None:
        return ""
    line = script.lines[0].replace(" ", "") if script.height == 1 else "?"
    return "".join(table[char] for char in line) if all(char in table for char in line) else None


def sign_of(char: str) -> Item:
    """A literal character, as it is set."""
    if char in RELATIONS or char in "=:":
        return Item(text(char), "relation")
    if char in BINARY or char in "+-−*":
        return Item(text({"-": "-", "*": "∗"}.get(char, char)), "binary")
    kinds = {",": "punct", ";": "punct", "(": "open", "[": "open", ")": "close", "]": "close"}
    return Item(text("′" if char == "'" else char), kinds.get(char, "plain"))


def unpadded(box: Box) -> Box:
    """Above and below a bar, spaces at the ends mean nothing."""
    return text(box.lines[0].strip()) if box.height == 1 else box
