"""Whether a shell can continue the program once it has stopped."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def can_be_stopped() -> bool:
    """Whether a shell with job control started this process group: only such a shell can continue it.

    That shell is a process of the same session, but of another group; a group without one is called orphaned. Without
    `/proc` only the direct parent is checked.
    """
    group, session, parent = os.getpgrp(), os.getsid(0), os.getppid()
    with suppress(OSError, ValueError, IndexError):
        while parent > 0 and os.getsid(parent) == session:
            if os.getpgid(parent) != group:
                return True
            status = Path(f"/proc/{parent}/stat").read_bytes()
            parent = int(status[status.rindex(b")") + 1 :].split()[1])  # a name may contain anything
    return False
