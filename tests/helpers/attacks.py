"""What a demo could try on the machine that it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ATTACKS = {
    "read the log": "open(LOG).read()",
    "write beside the log": "open(LOG + '2', 'w')",
    "empty the log": "import os; os.truncate(LOG, 0)",
    "delete the log": "import os; os.unlink(LOG)",
    "lock the log": "import os; os.chmod(LOG, 0)",
    "write to the terminal": "open('/dev/tty', 'w')",
    "start a program": "import subprocess; subprocess.run(['/bin/true'])",
    "fork": "import os\nif os.fork() == 0: os._exit(0)",
    "reach the network": "import socket; socket.socket()",
    "end the app": "import os; os.kill(os.getppid(), 9)",
    "look into the app": "import os; open(f'/proc/{os.getppid()}/environ').read()",
    "outlive the app": "import ctypes\nif ctypes.CDLL(None).prctl(1, 0, 0, 0, 0): raise OSError",
}


def attacking(log: Path) -> Iterator[str]:
    """The lines of a program that tries each of them, and then has in `done` what was not refused."""
    yield f"LOG, done = {str(log)!r}, []"
    for name, code in ATTACKS.items():
        yield "try:"
        yield from (f"    {line}" for line in code.splitlines())
        yield f"    done.append({name!r})"
        yield "except OSError: pass"
