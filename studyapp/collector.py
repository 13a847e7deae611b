"""The cyclic collector waits while the program starts: what is imported stays, and it would walk it many times."""

from __future__ import annotations

import gc


def hold() -> None:
    """Let it wait; a program does this before it imports anything else."""
    gc.disable()


def let_go() -> None:
    """Let it go on, if it waits, and leave alone what is there already."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
