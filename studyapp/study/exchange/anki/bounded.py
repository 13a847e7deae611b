"""The rows of a database from a stranger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any


class BoundedRows:
    """Rows whose values together are no larger than the database's file, as they are if they really are stored there.

    A default, a column that is worked out, or a damaged page can give each row the same huge value.
    """

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        """Read from an open database, whose file has that size."""
        self._connection = connection
        self._room = size

    def of(self, sql: str, values: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; ValueError once all that was read is too large."""
        for row in self._connection.execute(sql, values):
            self._room -= sum(len(value) for value in row if isinstance(value, (str, bytes)))
            if self._room < 0:
                raise ValueError("its tables hold more than its file")
            yield row
