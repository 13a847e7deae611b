"""Pauses the cyclic garbage collector where much is made that stays: it would walk all of it many times."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def pause() -> None:
    """Pause the collector for the start-up; a program calls this before it imports anything else."""
    gc.disable()


def let_go() -> None:
    """Resume the collector if it was paused, and exempt what already exists."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the collector for the length of a block."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
