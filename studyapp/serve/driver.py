"""The app's terminal in a browser: Textual's driver, with what an app with grades to save needs.

One process may run several apps, one after another, as another vault is opened. The server may go away at any time.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from functools import partial
from typing import IO, Any, ClassVar, Final, cast

from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.events import Key

from studyapp.tui.app.output import LastingOutput

_PRELUDE: Final = b"__GANGLION__\n"
"""Tells the server that the app starts; sent once."""
_LINGERS: Final = 0.2
"""Seconds for which keys pressed just before the page was closed still count."""


class ServedDriver(WebDriver):
    """Talks to the server; the app ends when its page is closed, or the server is gone."""

    _begun: ClassVar[bool] = False
    _last_size: ClassVar[tuple[int, int] | None] = None

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size or ServedDriver._last_size)
        assert sys.__stdout__ is not None
        self._out: LastingOutput[bytes] = LastingOutput(cast("IO[bytes]", sys.__stdout__.buffer))
        self._write = partial(self._send)
        self._loop = asyncio.get_running_loop()

    def _send(self, data: bytes) -> int:
        if data == _PRELUDE:
            if ServedDriver._begun:
                return len(data)
            ServedDriver._begun = True
        sent = self._out.write(data)
        self._out.flush()
        return sent

    def run_input_thread(self) -> None:
        """Read what the page sends, until nothing more can come."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._end()

    def stop_application_mode(self) -> None:
        """Stop reading; the server notices the end of the process."""
        self.exit_event.set()
        self._input_reader.close()
        if self._key_thread.is_alive() and self._key_thread is not threading.current_thread():
            self._key_thread.join()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Press a key of the page; take its size; end when it is closed."""
        match packet_type:
            case "key":
                self.process_message(Key(str(payload["key"]), None))
            case "quit":
                self._end()
            case "resize":
                super().on_meta(packet_type, payload)
                ServedDriver._last_size = self._size

    def _end(self) -> None:
        """End the app as if its terminal had hung up; called on the reading thread."""
        hang_up = partial(os.kill, os.getpid(), signal.SIGHUP)
        self._loop.call_soon_threadsafe(self._loop.call_later, _LINGERS, hang_up)
