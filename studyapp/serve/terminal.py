"""What the server shows in its terminal: the address that lets a browser in, as text and as a QR code."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import segno

from studyapp.core.visible import takes_colour

_BRIGHT_ON_BLACK: Final = "\x1b[97;40m{}\x1b[0m"
"""A QR code needs dark on light, whatever colours the terminal has."""


def qr_lines(text: str, *, coloured: bool) -> list[str]:
    """A text as a QR code, two of its rows in one."""
    drawn = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, border=2, compact=True)
    lines = drawn.getvalue().rstrip("\n").split("\n")
    return [_BRIGHT_ON_BLACK.format(line) if coloured else line for line in lines]


def show_address(address: str, *, local: bool) -> None:
    """Print an address that works once."""
    print(f"\nOpen this address; it works once:\n\n  {address}\n")
    print("\n".join(qr_lines(address, coloured=takes_colour(sys.stdout))))
    if local:
        print("It works on this machine only; `--host` lets a phone in the same network reach it.")
    print("r: another address   Ctrl+C: end", flush=True)


@contextmanager
def hearing_keys(pressed: Callable[[str], None]) -> Iterator[None]:
    """Read single keys in this context, if there is a terminal."""
    if not (sys.stdin.isatty() and os.tcgetpgrp(0) == os.getpgrp()):
        yield
        return
    before = termios.tcgetattr(0)

    def read() -> None:
        with suppress(OSError):
            pressed(os.read(0, 100).decode("utf-8", "replace"))

    loop = asyncio.get_running_loop()
    tty.setcbreak(0, termios.TCSANOW)
    loop.add_reader(0, read)
    try:
        yield
    finally:
        loop.remove_reader(0)
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, before)
