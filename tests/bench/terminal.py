"""A program in a pseudo-terminal, whose answers are timed, and the processes that it starts."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Sequence
from pathlib import Path

ROWS, COLUMNS = 50, 160
HZ = os.sysconf("SC_CLK_TCK")
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


class Terminal:
    """A program in a pseudo-terminal of its own."""

    def __init__(
        self,
        *command: str,
        home: str,
        rows: int = ROWS,
        columns: int = COLUMNS,
        checkout: Path | None = None,
    ) -> None:
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            own = {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("DATA", "STATE", "CONFIG", "CACHE")}
            environment = os.environ | own | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            for name in ("COLUMNS", "LINES"):  # this terminal has a size of its own
                environment.pop(name, None)
            environment.pop("PYTHONDONTWRITEBYTECODE", None)  # only the first start compiles, as for everybody
            if checkout is not None:
                os.chdir(checkout)
                environment["PYTHONPATH"] = str(checkout)
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, key: bytes, shows: bytes | Sequence[bytes], timeout: float = 60.0) -> float:
        """Press a key and give the seconds until something is shown."""
        self.drain()
        start = time.perf_counter()
        os.write(self.file, key)
        return self.wait(shows, start, timeout)

    def wait(self, shows: bytes | Sequence[bytes], start: float, timeout: float = 60.0) -> float:
        """The seconds from a moment until a text, or one of several, is shown in whatever colours."""
        wanted = [shows] if isinstance(shows, bytes) else shows
        seen = b""
        while time.perf_counter() < start + timeout:
            if select.select([self.file], [], [], 0.05)[0]:
                try:
                    seen += os.read(self.file, 65536)
                except OSError:
                    raise RuntimeError(
                        f"the program ended: {_COLOUR.sub(b'', seen).decode(errors='replace')}"
                    ) from None
                shown = _COLOUR.sub(b"", seen)
                if any(one in shown for one in wanted):
                    return time.perf_counter() - start
                seen = seen[-1000:]
        raise TimeoutError(f"{shows!r} never came")

    def readable(self, seconds: float) -> bool:
        """Wait for something to be shown, for so long."""
        return bool(select.select([self.file], [], [], seconds)[0])

    def drain(self, seconds: float = 0.0) -> None:
        """Read away what was shown meanwhile."""
        end = time.perf_counter() + seconds
        with contextlib.suppress(OSError):  # the program has ended
            while select.select([self.file], [], [], max(end - time.perf_counter(), 0.0))[0]:
                os.read(self.file, 65536)

    def children(self) -> list[int]:
        """Give the processes that the program started and that still run."""
        numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [number for number in numbers if (fields := state(number)) and int(fields[1]) == self.pid]

    def until_warm(self) -> None:
        """Wait until a worker stands ready: it is there, and has stopped working."""
        before, since = -1.0, time.perf_counter()
        while time.perf_counter() < since + 60:
            self.drain(0.4)
            now = sum(busy(pid) for pid in self.children())
            if self.children() and now == before and now > 0.5:
                return
            before = now
        raise TimeoutError("no worker stands ready")


def state(pid: int) -> list[str]:
    """Give the fields of a process after its name, or nothing if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [] if fields[0] == "Z" else fields


def busy(pid: int) -> float:
    """Give the seconds of processor time that a process has used."""
    fields = state(pid)
    return (int(fields[11]) + int(fields[12])) / HZ if fields else 0.0


def alive(pids: list[int], seconds: float = 2.0) -> int:
    """Count the processes that are still there after a while."""
    end = time.perf_counter() + seconds
    while any(map(state, pids)) and time.perf_counter() < end:
        time.sleep(0.01)
    return sum(bool(state(pid)) for pid in pids)


def quantile(values: list[float], share: float) -> float:
    """Give the value below which a share of all lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]
