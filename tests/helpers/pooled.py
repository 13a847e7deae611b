"""A process of a pool, for tests: multiplies, and ends at once when it is asked for 13."""

from __future__ import annotations

import os
from collections.abc import Callable

from studyapp.core.disk.pool import serve


def prepare(factor: int) -> Callable[[int], int]:
    def answer(number: int) -> int:
        if number == 13:
            os._exit(1)
        return factor * number

    return answer


if __name__ == "__main__":
    serve(prepare)
