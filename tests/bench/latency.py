"""How fast the demo screen answers, idle and while a demo trains, measured through a pseudo-terminal.

    python -m tests.bench.latency [--keys 150] [--demo lora]

The real program runs (`studyapp open studyapp://demo/…`) at 160 × 50; a key's latency is the time from writing it to
the terminal to the arrival of the bytes that show its effect. The last line is JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from pathlib import Path

from demos.catalog import catalog

ROWS, COLUMNS = 50, 160
PAUSE = 0.03  # seconds between two keys, as a fast typist leaves
HZ = os.sysconf("SC_CLK_TCK")


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
            environment.pop("PYTHONDONTWRITEBYTECODE", None)  # only the first start compiles, as for everybody
            if checkout is not None:
                os.chdir(checkout)
                environment["PYTHONPATH"] = str(checkout)
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, key: bytes, shows: bytes, timeout: float = 60.0) -> float:
        """Press a key and give the seconds until something is shown."""
        self.drain()
        start = time.perf_counter()
        os.write(self.file, key)
        return self.wait(shows, start, timeout)

    def wait(self, shows: bytes | Sequence[bytes], start: float, timeout: float = 60.0) -> float:
        """Give the seconds from a moment until something, or one of several things, is shown."""
        wanted = [shows] if isinstance(shows, bytes) else shows
        seen = b""
        while time.perf_counter() < start + timeout:
            if select.select([self.file], [], [], 0.05)[0]:
                seen = seen[-200:] + os.read(self.file, 65536)
                if any(one in seen for one in wanted):
                    return time.perf_counter() - start
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


def keys(terminal: Terminal, names: list[str], count: int) -> list[float]:
    """Walk down the knobs and give the latency of each key in milliseconds."""
    taken = []
    for number in range(count):
        shown = f"{names[(number + 1) % len(names)]}: ".encode()
        taken.append(1000 * terminal.press(b"j", shown))
        terminal.drain(PAUSE)
    return taken


def alive(pids: list[int], seconds: float = 2.0) -> int:
    """Count the processes that are still there after a while."""
    end = time.perf_counter() + seconds
    while any(map(state, pids)) and time.perf_counter() < end:
        time.sleep(0.01)
    return sum(bool(state(pid)) for pid in pids)


def quantile(values: list[float], share: float) -> float:
    """Give the value below which a share of all lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def measure(demo: str, count: int, home: str) -> dict[str, float]:
    """Run the program three times: idle and warm; cold; killed."""
    names = [knob.name.replace("_", " ") for knob in catalog().get(demo).knobs] + ["seeds", "against"]
    link = f"studyapp://demo/{demo}?steps=2000"
    command = (sys.executable, "-m", "studyapp", "open", link)

    terminal = Terminal(*command, home=home)
    terminal.wait(b"learning rate", time.perf_counter())
    cold = terminal.press(b" ", b" of 2000")
    stops = [terminal.press(b"\x1b", b"stopped")]
    terminal.until_warm()
    idle = keys(terminal, names, count - count % len(names))
    warm = []
    for _ in range(3):
        terminal.until_warm()
        warm.append(terminal.press(b" ", b" of 2000"))
        terminal.drain(1.0)
        training = terminal.children()
        start = time.perf_counter()
        terminal.press(b"\x1b", b"stopped")
        while any(busy(pid) > 0.8 for pid in training) and alive(training, 0):
            time.sleep(0.001)
        stops.append(time.perf_counter() - start)
    terminal.until_warm()
    terminal.press(b" ", b" of 2000")
    busy_keys = keys(terminal, names, count - count % len(names))
    left = terminal.children()
    os.write(terminal.file, b"\x1b")
    terminal.drain(0.5)
    left += terminal.children()
    os.write(terminal.file, b"\x11")  # Ctrl+q
    terminal.drain(1.0)
    os.waitpid(terminal.pid, 0)
    behind = alive(left)

    killed = Terminal(*command, home=home)
    killed.wait(b"learning rate", time.perf_counter())
    killed.press(b" ", b" of 2000")
    left = killed.children()
    os.kill(killed.pid, signal.SIGKILL)
    os.waitpid(killed.pid, 0)
    behind += alive(left) + (0 if left else 1)

    return {
        "idle_p50_ms": statistics.median(idle),
        "idle_p99_ms": quantile(idle, 0.99),
        "training_p50_ms": statistics.median(busy_keys),
        "training_p99_ms": quantile(busy_keys, 0.99),
        "first_point_warm_ms": 1000 * statistics.median(warm),
        "first_point_cold_ms": 1000 * cold,
        "stop_ms": 1000 * max(stops),
        "left_behind": behind,
    }


def main() -> int:
    """Print a table for people, then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=160, help="keys pressed idle, and again while a demo trains")
    parser.add_argument("--demo", default="lora")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = measure(options.demo, options.keys, home)
    for name, value in found.items():
        print(f"{name:22}{value:10.1f}")
    print(json.dumps({name: round(value, 1) for name, value in found.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
