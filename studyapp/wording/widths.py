"""Texts made to measure: cut, or padded, to a number of a terminal's cells."""

from __future__ import annotations

from collections.abc import Sequence

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


def joined(parts: Sequence[str], cells: int) -> str:
    """As many of the first parts as fit, with dots between them; at least one, which may be cut."""
    fitting = next((end for end in range(len(parts), 1, -1) if cell_len(" · ".join(parts[:end])) <= cells), 1)
    return cut(" · ".join(parts[:fitting]), cells)
