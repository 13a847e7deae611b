"""Texts made to measure: cut, or padded, to a number of a terminal's cells."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def cut(text: str, cells: int) -> str:
    """A text cut to at most that many cells; `…` marks what is missing."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, cells - 1).rstrip() + "…" if cells > 0 else ""


def fit(text: str, cells: int) -> str:
    """A text cut, or padded on the right, to exactly that many cells."""
    text = cut(text, cells)
    return text + " " * (cells - cell_len(text))


def fit_right(text: str, cells: int) -> str:
    """A text cut, or padded on the left, to exactly that many cells."""
    text = cut(text, cells)
    return " " * (cells - cell_len(text)) + text
