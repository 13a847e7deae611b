"""What the app paints on, for as long as there is a terminal, and when there is none any more.

Textual writes on a thread that ends with the first error. What is painted then waits for it for ever, and no signal
is heard: a broken connection, or a tmux that is killed, is such an error.
"""

from __future__ import annotations

import os
import signal
from typing import IO, Any, AnyStr, Generic

from textual.driver import Driver


class LastingOutput(Generic[AnyStr]):
    """Passes on what is painted; where the terminal is gone it says so once, and takes the rest for nothing."""

    def __init__(self, file: IO[AnyStr]) -> None:
        self._file: IO[AnyStr] = file
        self._is_gone = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, text: AnyStr) -> int:
        """Write, as far as anything is there that takes it."""
        if not self._is_gone:
            try:
                return self._file.write(text)
            except (OSError, ValueError):
                self._go()
        return len(text)

    def flush(self) -> None:
        """Flush, likewise."""
        if not self._is_gone:
            try:
                self._file.flush()
            except (OSError, ValueError):
                self._go()

    def _go(self) -> None:
        """Have the app end as it does when its terminal hangs up, whether or not the system says so as well."""
        self._is_gone = True
        os.kill(os.getpid(), signal.SIGHUP)


def lasting(driver: type[Driver]) -> type[Driver]:
    """The driver, with an output that outlasts its terminal; one that has no file of its own as it is."""

    class Lasting(driver):  # type: ignore[valid-type,misc]  # the base is known when the app begins
        def __init__(self, *words: Any, **more: Any) -> None:
            super().__init__(*words, **more)
            if (file := getattr(self, "_file", None)) is not None:
                self._file = LastingOutput(file)

    return Lasting
