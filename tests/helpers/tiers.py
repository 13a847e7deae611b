"""Tables with a few rows in the quick set and the others in the slow set."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import pytest

Ids = Iterable[str] | Callable[[Any], str] | None
_Row = type(pytest.param())


def tiered(
    names: str, rows: Iterable[Any], *, quick: int | Collection[Any] = 1, ids: Ids = None
) -> pytest.MarkDecorator:
    """`pytest.mark.parametrize`, with all but some rows for the slow set.

    Args:
        quick: how many of the first rows are for the quick set, or which.
    """

    def table() -> Iterator[Any]:
        for number, row in enumerate(rows):
            whole = row if isinstance(row, _Row) else pytest.param(*(row if "," in names else (row,)))
            stays = number < quick if isinstance(quick, int) else row in quick
            yield whole if stays else whole._replace(marks=(*whole.marks, pytest.mark.slow))

    return pytest.mark.parametrize(names, [*table()], ids=ids)
