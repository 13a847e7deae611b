"""The app's process behind a page: how it starts, what of it reaches the browser, how it ends."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from studyapp.core.disk.programs import begin_own
from studyapp.core.visible import visible

_OPENED: Final = ("http://", "https://", "obsidian://")
"""What the page offers to open for the app; the user taps it there."""
_TERMINALS: Final = frozenset(
    [
        *("TMUX", "STY", "KITTY_WINDOW_ID", "VTE_VERSION", "WT_SESSION", "COLORTERM"),
        *("TERMINAL_EMULATOR", "LC_TERMINAL", "KONSOLE_VERSION", "ITERM_SESSION_ID", "GHOSTTY_RESOURCES_DIR"),
    ]
)
"""Environment variables about the server's own terminal, which is not the app's."""
_MOST: Final = 500
"""The most columns and rows of a terminal."""


class AppProcess(AppService):
    """Runs the app for one web socket, without a shell; ends when either is gone."""

    def __init__(self, words: Sequence[str], socket: web.WebSocketResponse) -> None:
        """Take the words of the command that runs the app, and where the browser is."""
        super().__init__(
            "studyapp",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self._close,
            download_manager=DownloadManager(),
        )
        self._words = words
        self._socket = socket

    async def _close(self) -> None:
        await self._socket.close()

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        made = super()._build_environment(width, height)
        return {name: value for name, value in made.items() if name not in _TERMINALS} | {"TERM": "xterm-256color"}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the program, in a session of its own: Ctrl+C in our terminal is for us, and we let it finish."""
        process = await begin_own(
            "studyapp",
            *self._words,
            environ=self._build_environment(width, height),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stderr is not None
        self._process, self._stdin = process, process.stdin
        self._heard = asyncio.create_task(_pass_on(process.stderr))
        process.stderr = asyncio.StreamReader()  # the service would print it as it is
        process.stderr.feed_eof()
        return process

    async def run(self) -> None:
        """Pass on what the app paints, until it ends; then close the page's socket."""
        await super().run()
        assert self._process is not None
        await self._process.wait()
        await self._heard
        await self.remote_close()

    async def on_data(self, payload: bytes) -> None:
        """Send output; discard it once the browser is gone, as an app that cannot write would never end."""
        with suppress(ConnectionError, RuntimeError):
            await self.remote_write_bytes(payload)

    async def on_meta(self, data: bytes) -> None:
        """Send the available keys, and what the user wants opened; files are not handed out."""
        told: dict[str, Any] = json.loads(data)
        match told.get("type"):
            case "keys":
                message = ["keys", told["keys"]]
            case "open_url" if str(told["url"]).lower().startswith(_OPENED):
                message = ["link", str(told["url"])]
            case _:
                return
        with suppress(ConnectionError, RuntimeError):
            await self.remote_write_str(json.dumps(message))

    async def on_packed(self, payload: bytes) -> None:
        """Send no file contents."""

    async def take(self, message: object) -> None:
        """Do what the page asks; ignore invalid requests."""
        match message:
            case ["stdin", str(text)]:
                await self.send_bytes(text.encode("utf-8", "replace"))
            case ["key", str(name)]:
                await self.send_meta({"type": "key", "key": name})
            case ["resize", {"width": int(width), "height": int(height)}]:
                await self.set_terminal_size(bounded(width), bounded(height))
            case ["ping", str(text)]:
                await self.remote_write_str(json.dumps(["pong", text[:100]]))


def bounded(cells: int) -> int:
    """A valid number of columns or rows."""
    return max(1, min(_MOST, cells))


async def _pass_on(errors: asyncio.StreamReader) -> None:
    """Pass the app's standard error on to our own, without control characters."""
    async for line in errors:
        text = visible(line.decode("utf-8", "replace").rstrip("\r\n"), newlines=False)
        with suppress(OSError):
            print(text, file=sys.stderr, flush=True)
