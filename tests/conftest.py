"""What holds for all tests, however they were started."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Hear Ctrl-C again: a script's background job starts deaf to it, and so do its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
