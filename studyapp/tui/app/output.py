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
    """The driver, with an output that outlasts its terminal, and that takes its terminal once at a time."""

    class Lasting(driver):  # type: ignore[valid-type,misc]  # the base is known when the app begins
        _is_taking = False

        def __init__(self, *words: Any, **more: Any) -> None:
            super().__init__(*words, **more)
            if (file := getattr(self, "_file", None)) is not None:  # not every driver has one of its own
                self._file = LastingOutput(file)

        def start_application_mode(self) -> None:
            """Take the terminal, unless the app is ending or taking it already.

            The system continues what it hangs up, and Textual takes the terminal whenever it is continued. A second
            thread would read the keys, and one that is forgotten keeps the process alive.
            """
            if self._app._exit or self._is_taking:  # noqa: SLF001 - Textual has no public word for it
                return
            self._is_taking = True
            reader = getattr(self, "_key_thread", None)
            if reader is not None and reader.is_alive():
                self.suspend_application_mode()
                self._must_signal_resume = True  # the app repaints
            super().start_application_mode()
            self._is_taking = False

    return Lasting
