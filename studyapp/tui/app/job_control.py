"""Whether a shell waits that can bring the program back once it has stopped."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def can_be_stopped() -> bool:
    """Whether a shell with job control started this process group: only such a one can let it go on.

    It is a process of the same session, but of another group; the system calls a group without one orphaned. Without
    `/proc` only the direct parent is looked at.
    """
    group, session, parent = os.getpgrp(), os.getsid(0), os.getppid()
    with suppress(OSError, ValueError, IndexError):
        while parent > 0 and os.getsid(parent) == session:
            if os.getpgid(parent) != group:
                return True
            status = Path(f"/proc/{parent}/stat").read_bytes()
            parent = int(status[status.rindex(b")") + 1 :].split()[1])  # a name may hold anything
    return False
