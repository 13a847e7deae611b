"""What the app paints on while there is a terminal, and after it is gone.

Textual's writer thread ends with its first error. Painting then blocks for ever, and no signal is handled: a broken
connection or a killed tmux causes such an error.
"""

from __future__ import annotations

import os
import signal
from typing import IO, Any, AnyStr, Generic

from textual.driver import Driver


class LastingOutput(Generic[AnyStr]):
    """Passes output on; when the terminal is gone it reports that once, and discards the rest."""

    def __init__(self, file: IO[AnyStr]) -> None:
        self._file: IO[AnyStr] = file
        self._is_gone = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, text: AnyStr) -> int:
        """Write, if there is still a terminal."""
        if not self._is_gone:
            try:
                return self._file.write(text)
            except (OSError, ValueError):
                self._go()
        return len(text)

    def flush(self) -> None:
        """Flush, if there is still a terminal."""
        if not self._is_gone:
            try:
                self._file.flush()
            except (OSError, ValueError):
                self._go()

    def _go(self) -> None:
        """End the app as a hangup would, whether or not the system sends that signal."""
        self._is_gone = True
        os.kill(os.getpid(), signal.SIGHUP)


def lasting(driver: type[Driver]) -> type[Driver]:
    """The driver, with an output that outlasts its terminal; unchanged if it has no file of its own."""

    class Lasting(driver):  # type: ignore[valid-type,misc]  # the base is known when the app begins
        def __init__(self, *words: Any, **more: Any) -> None:
            super().__init__(*words, **more)
            if (file := getattr(self, "_file", None)) is not None:
                self._file = LastingOutput(file)

    return Lasting
