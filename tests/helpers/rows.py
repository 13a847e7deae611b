"""Long tables of quick rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def each_row(
    names: str, rows: Iterable[Any], *, ids: Callable[[Any], str] = repr
) -> Callable[..., Callable[[], None]]:
    """`pytest.mark.parametrize`, as one test that names every row that fails; it takes no fixtures.

    A test of its own would cost more than such a row.
    """
    table = [*rows]

    def decorate(test: Callable[..., None]) -> Callable[[], None]:
        def whole() -> None:
            failed: dict[str, BaseException] = {}
            for row in table:
                values = row if "," in names else (row,)
                try:
                    test(**dict(zip(names.replace(" ", "").split(","), values, strict=True)))
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - it is raised with the others
                    error.add_note(f"row: {ids(row)}")
                    failed[f"{ids(row):.100}"] = error
            if failed:
                which = ", ".join(failed)
                raise BaseExceptionGroup(f"{len(failed)} of {len(table)} rows: {which}", [*failed.values()])
            assert table

        whole.__name__, whole.__qualname__, whole.__module__ = test.__name__, test.__qualname__, test.__module__
        whole.__doc__ = test.__doc__
        return whole

    return decorate
