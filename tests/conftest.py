"""What holds for all tests, however they were started."""

from __future__ import annotations

import os
import signal


def pytest_configure() -> None:
    """Hear Ctrl-C again: a script's background job starts deaf to it, and so do its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors: a test with an app waits for about half of its time."""
    return (os.cpu_count() or 1) * 3 // 2 + 1
