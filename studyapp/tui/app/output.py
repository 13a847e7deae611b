"""What the app paints on while there is a terminal, and after it is gone.

Textual's writer thread ends with its first error. Painting then blocks for ever, and no signal is handled: a broken
connection or a killed tmux causes such an error.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from select import select
from threading import Event, Thread
from typing import IO, Any, AnyStr, Final, Generic

from textual.driver import Driver
from textual.events import Resize
from textual.message import Message

from studyapp.tui.app.sent import Sent

_LARGEST: Final = 5000
"""The most columns or rows of a terminal."""
_PERIOD: Final = 0.1
"""Seconds between checks whether the app lets go of the terminal."""
_AT_ONCE: Final = 4096
"""The most bytes read at once."""


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


class LastingDriver(Driver):
    """Gives a driver an output that outlasts its terminal, and lets it be stopped and continued at any moment."""

    # What drivers of a real terminal have, by Textual's names.
    _key_thread: Thread | None = None
    exit_event: Event
    fileno: int
    attrs_before: list[Any] | None
    _must_signal_resume: bool

    _is_taking = False
    _was_continued = False
    """Whether the system continued the app while it was taking the terminal."""

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        if (file := getattr(self, "_file", None)) is not None:  # not every driver has one of its own
            self._file = LastingOutput(file)

    def run_input_thread(self) -> None:
        """Pass on what the terminal sends, until the app lets go of it."""
        if not hasattr(self, "attrs_before"):  # it reads from something else
            super().run_input_thread()  # type: ignore[misc]  # the driver beside this class has it
            return
        sent = Sent(debug=self._debug)
        let_go = False
        while not let_go:
            let_go = self.exit_event.is_set()  # then once more, for what is still on its way
            arrived, _, _ = select([self.fileno], [], [], sent.patience(_PERIOD))
            for message in sent.take(os.read(self.fileno, _AT_ONCE) if arrived else b""):
                self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Pass a message on, unless it is a size that would fill the memory."""
        if isinstance(message, Resize) and max(message.size) > _LARGEST:
            return
        super().process_message(message)

    def start_application_mode(self) -> None:
        """Take the terminal, unless the app is ending or taking it already.

        The system continues what it hangs up, and Textual takes the terminal whenever it is continued. A second
        thread would read the keys, and one that is forgotten keeps the process alive.
        """
        self._was_continued = True
        if self._is_taking:
            return
        self._is_taking = True
        try:  # what is continued in the background is stopped as it takes the terminal, and has to take it again
            while self._was_continued and not self._app._exit:  # noqa: SLF001 - Textual has no public word for it
                self._was_continued = False
                self._take()
        finally:
            self._is_taking = False

    def _take(self) -> None:
        """Take the terminal, even if this program was stopped before it could let go of it."""
        start = super().start_application_mode  # type: ignore[safe-super]  # the driver beside this class has one
        if (reader := self._reader) is None:
            start()
            return
        modes = self.attrs_before
        self.exit_event.set()  # letting go as Textual does would discard the keys that nobody has read
        reader.join()
        self.exit_event.clear()
        self.close()
        self._must_signal_resume = True  # the app repaints
        start()
        self.attrs_before = modes

    @property
    def _reader(self) -> Thread | None:
        """The thread that reads the keys, while the app has the terminal."""
        return reader if (reader := self._key_thread) is not None and reader.is_alive() else None

    def _sigtstp_application(self, *given: Any) -> None:
        self._in_turn("_sigtstp_application", *given)

    def _sigcont_application(self, *given: Any) -> None:
        self._in_turn("_sigcont_application", *given)

    def _in_turn(self, handler: str, *given: Any) -> None:
        """Handle a signal between two acts of the app.

        It can come while the app hands over what it paints; to paint in its handler would wait for that for ever.
        """
        handle: Callable[..., None] = getattr(super(), handler)
        if self._reader is not None:
            self._loop.call_soon_threadsafe(handle, *given)
        else:  # it paints nothing now, and nothing else may happen before it has the terminal
            handle(*given)


def lasting(driver: type[Driver]) -> type[Driver]:
    """A driver that lasts as long as the app needs it."""
    return type(driver.__name__, (LastingDriver, driver), {})
