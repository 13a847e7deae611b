"""Recognises when an app has nothing left to do."""

from __future__ import annotations

import asyncio
from time import thread_time
from typing import Any

PATIENCE = 60
"""Seconds after which a test gives up waiting: plenty for a busy machine, less than its time limit."""

MOMENT = 0.01
"""Seconds within which a timer counts as pending work: an app takes a 120th to see its new size."""


async def idle(_at_least: float = 0, at_most: float = 0.5, moment: float = MOMENT) -> None:
    """Let the app work until its loop has nothing to do, now or in a moment.

    Textual compares processor time with wall time instead, so an app on a busy machine looks idle. An app that never
    has nothing to do gets `at_most` seconds of processor time.
    """
    loop: Any = asyncio.get_running_loop()
    began, end = thread_time(), loop.time() + PATIENCE
    while thread_time() - began < at_most and loop.time() < end:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        soon = [
            timer.when() for timer in loop._scheduled if not timer.cancelled() and timer.when() < loop.time() + moment
        ]
        if not soon:
            return
        await asyncio.sleep(max(soon) - loop.time())
