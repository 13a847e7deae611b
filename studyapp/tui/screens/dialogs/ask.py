"""Opens a dialog, and goes on with its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from textual.screen import Screen

_Answer = TypeVar("_Answer")


class Front(Protocol):
    """An app, as far as a dialog needs it."""

    def push_screen(self, screen: Screen[Any], callback: Any = None) -> Any:
        """Open a screen."""


def ask(front: Front, dialog: Screen[_Answer], then: Callable[[_Answer], object]) -> None:
    """Open a dialog; what follows gets its answer, and nothing follows where it closes without one."""

    def closed(answer: _Answer | None) -> None:
        if answer is not None:
            then(answer)

    front.push_screen(dialog, closed)
