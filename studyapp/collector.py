"""Delays the cyclic garbage collector during start-up: imported modules stay, and it would walk them many times."""

from __future__ import annotations

import gc


def pause() -> None:
    """Pause the collector; a program calls this before it imports anything else."""
    gc.disable()


def let_go() -> None:
    """Resume the collector if it was paused, and exempt what already exists."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
