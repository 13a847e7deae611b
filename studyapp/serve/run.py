"""Runs the server until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from studyapp.core.errors import StudyError
from studyapp.serve.access import Access
from studyapp.serve.addresses import is_local, origin, reachable
from studyapp.serve.guard import LOGIN
from studyapp.serve.server import StudyServer
from studyapp.serve.terminal import hearing_keys, show_address

_ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WARNING: Final = """\
studyapp: this is plain http. Anyone on the network can read what you see and type, and can take over the
session. Use it only in a network that you trust; elsewhere use a VPN, or leave --host out and go through ssh -L."""


def serve(words: Sequence[str], name: str, host: str, port: int) -> int:
    """Serve the app until Ctrl+C, and return the exit code.

    Args:
        words: those of the command that runs the app.
        name: the vault's, as it is shown.
        host: an address of this machine, or a name that leads to one.
        port: 0 for any that is free.

    Raises:
        StudyError: if the server cannot listen there.
    """
    return asyncio.run(_serve(words, name, host, port))


async def _serve(words: Sequence[str], name: str, host: str, port: int) -> int:
    access = Access()
    local = is_local(host)

    def let_in() -> None:
        print("A browser has logged in. Press r for an address for another one, which ends this session.", flush=True)

    app = await StudyServer(words, host, access, let_in)._make_app()  # noqa: SLF001 - how Server is extended
    runner = web.AppRunner(app, access_log=None, logger=_errors())
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            why = error.strerror or str(error)
            raise StudyError(f"can't listen on {host} port {port} ({why}); try another --port or --host") from error
        listens = runner.addresses[0][1]
        address = origin(reachable(host), listens)

        def pressed(keys: str) -> None:
            if "r" in keys.lower():
                show_address(f"{address}{LOGIN}#{access.renew()}", local=local)

        print(f"{name} is served at {address}")
        if not local:
            print(_WARNING, file=sys.stderr, flush=True)
        pressed("r")
        with hearing_keys(pressed):
            await _told_to_end()
        print("Saving what is left …", flush=True)
    finally:
        await runner.cleanup()
    return 0


def _errors() -> logging.Logger:
    """A log of our own errors only: anyone who reaches the port can send what is no request, and often."""
    logger = logging.getLogger(__name__)
    logger.addFilter(_is_ours)
    return logger


def _is_ours(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, (HttpProcessingError, web.RequestPayloadError))


async def _told_to_end() -> None:
    """Wait for a signal; after it, another one ends the program at once."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in _ENDS:
        loop.add_signal_handler(number, told.set)
    try:
        await told.wait()
    finally:
        for number in _ENDS:
            loop.remove_signal_handler(number)
