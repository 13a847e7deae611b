"""Regular expressions that are compiled when they are first used: a start pays only for those it needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    regex = re.compile
else:

    class regex:  # noqa: N801 - called like a function
        """What `re.compile` returns, compiled when its first attribute is read."""

        def __init__(self, expression: str | bytes, flags: int = 0) -> None:
            self._given = expression, flags

        def __getattr__(self, name: str) -> object:
            """An attribute of the compiled expression, kept: the next read of it costs as much as without this."""
            value = getattr(re.compile(*self._given), name)
            setattr(self, name, value)
            return value
