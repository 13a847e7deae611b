"""Rows of cells in displayed formulas: matrices, cases, aligned equations."""

from __future__ import annotations

import re
from typing import Final

from studyapp.tui.render.formulas.boxes import Box, beside, delimited, grid, grow, stacked, text
from studyapp.tui.render.formulas.tex import DoubtError

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


def is_aligned(environment: str) -> bool:
    """Whether each cell continues the one before it."""
    return environment.rstrip("*") in _ALIGNED


def grid_of(environment: str, columns: str, rows: list[list[Box]]) -> Box:
    """The cells of an environment, or of `substack`, between its delimiters."""
    if environment == "substack":
        return stacked([row[0] for row in rows], 0)
    if len(rows) > 1 and all(box.width == 0 for box in rows[-1]):
        rows = rows[:-1]
    if environment in _EQUATIONS:
        several = is_aligned(environment)
        return grid(
            rows,
            lambda number: ("right" if number % 2 == 0 else "left") if several else "center",
            lambda number: (3 if number % 2 == 0 else 0) if several else 1,
        )
    if environment not in _ENVIRONMENTS:
        raise DoubtError
    opening, closing = _ENVIRONMENTS[environment]
    if environment.endswith("cases"):
        inside = beside([text(" "), grid(rows, lambda _: "left", lambda _: 2)])
    else:
        inside = _array(columns, rows) if environment == "array" else grid(rows, lambda _: "center", lambda _: 2)
        if (opening or closing) and inside.height > 1:
            inside = beside([text(" " * (opening in "|‖")), inside, text(" " * (closing in "|‖"))])
    return delimited(opening, inside, closing)


def _array(columns: str, rows: list[list[Box]]) -> Box:
    """A grid whose columns are aligned as their letters say, with a rule before one of them at most."""
    letters, rule = columns.replace("|", ""), columns.find("|")
    if not re.fullmatch(r"[lcr]+(\|[lcr]+)?", columns) or any(len(row) > len(letters) for row in rows):
        raise DoubtError
    where = [{"l": "left", "c": "center", "r": "right"}[letter] for letter in letters]
    if rule < 0:
        return grid(rows, lambda number: where[number], lambda _: 2)
    left = grid([row[:rule] for row in rows], lambda number: where[number], lambda _: 2)
    right = grid([row[rule:] for row in rows], lambda number: where[number + rule], lambda _: 2)
    if left.height != right.height:
        raise DoubtError
    return beside([left, text(" "), grow("|", left), text(" "), right])
