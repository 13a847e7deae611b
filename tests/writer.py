"""Another program that writes a note in place, and waits where it has to."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

_PROGRAM = """
import sys
with open(sys.argv[1], "r+b", buffering=0) as file:
    file.write(bytes.fromhex(sys.argv[2]))
    file.truncate()
"""


def start_writing(path: Path, text: bytes) -> subprocess.Popen[bytes]:
    """Start it, and come back when it has written, or waits for a lease on the file to be given back."""
    writer = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(path), text.hex()])
    inode = f":{path.stat().st_ino} "
    for _ in range(4000):
        waits = (line for line in Path("/proc/locks").read_text().splitlines() if "LEASE  BREAKING" in line)
        if writer.poll() is not None or any(inode in line for line in waits):
            return writer
        time.sleep(0.005)
    raise AssertionError("the other program neither wrote nor waited")
