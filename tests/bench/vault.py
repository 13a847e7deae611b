"""Measures how opening a vault grows with its notes, from the first scan to the first card on the terminal.

    python -m tests.bench.vault [--notes 1000 10000 50000] [--rounds 5]

Each figure is of a fresh process, save `one note`: that is the look at all files of a vault that is open, after one
of them was changed. The first card and the memory are those of the real program in a pseudo-terminal; beside it, turn
by turn, runs an app of Textual that shows one line and nothing else. The last line is JSON, of 10,000 notes where
those are measured.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studyapp.core.vault import index
from tests.bench.generate import write_vault
from tests.bench.latency import Terminal

SIZES = (1_000, 10_000, 50_000)
NAMED = 10_000
"""The size whose figures the last line gives, if it is measured."""

SCAN = """
import json, sys, time
from pathlib import Path
from studyapp.core.vault.index import Index
from studyapp.core.vault.vault import Vault
began = time.perf_counter()
vault = Vault(Path(sys.argv[1]), index=Index(Path(sys.argv[2])))
vault.scan()
took = [time.perf_counter() - began]
path = next(row.path for row in vault.rows())
note = vault.root / path
note.write_bytes(note.read_bytes() + b"\\n\\nwhat was added::at the end\\n")
began = time.perf_counter()
vault.scan()
took.append(time.perf_counter() - began)
status = Path("/proc/self/status").read_text().split()
print(json.dumps([*took, len(vault.sheets), sum(1 for _ in vault.rows()), int(status[status.index("VmRSS:") + 1])]))
"""
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("one line and nothing else")
Bare().run()
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of a vault of one size."""

    notes: int
    cards: int
    cold_s: float
    warm_ms: float
    one_note_ms: float
    first_card_ms: float
    bare_ms: float
    memory_mb: float
    """Of the whole program, once the vault has been read."""

    @property
    def ratio(self) -> float:
        """How much longer the first card takes than the bare app."""
        return self.first_card_ms / self.bare_ms


def scan(vault: Path, cache: Path) -> list[float]:
    """Scan in a fresh process; seconds, seconds after a change, notes, cards, kilobytes."""
    command = [sys.executable, "-c", SCAN, str(vault), str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: list[float] = json.loads(done.stdout)
    return found


def painted(home: Path, shows: bytes, *command: str) -> tuple[float, Terminal]:
    """Start a program in a terminal; seconds until it shows something."""
    began = time.perf_counter()
    terminal = Terminal(sys.executable, *command, home=str(home), rows=24, columns=80)
    return terminal.wait(shows, began), terminal


def end(terminal: Terminal) -> None:
    """Let a program go."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(terminal.pid, signal.SIGTERM)
    terminal.drain(0.5)
    os.close(terminal.file)
    os.waitpid(terminal.pid, 0)


def memory(pid: int) -> float:
    """The resident megabytes of a process."""
    words = Path(f"/proc/{pid}/status").read_text().split()
    return int(words[words.index("VmRSS:") + 1]) / 1024


def measure(folder: Path, notes: int, rounds: int) -> Row:
    """Make a vault and open it in all these ways."""
    vault, home = folder / "vault", folder / "home"
    write_vault(vault, notes)
    time.sleep(index.RACY / 1e9)  # notes that were only just written are not kept, and these stand for old ones
    cold = scan(vault, folder / "index.sqlite")
    time.sleep(index.RACY / 1e9)
    warm = [scan(vault, folder / "index.sqlite") for _ in range(rounds)]
    review = ("-m", "studyapp", "review", str(vault))
    _, terminal = painted(home, b"due", *review)  # fills the program's own cache
    terminal.drain(2.0)
    end(terminal)
    firsts: list[float] = []
    bares: list[float] = []
    used: list[float] = []
    for _ in range(rounds):
        took, terminal = painted(home, b"show the answer", *review)
        firsts.append(took)
        terminal.wait(b"new", time.perf_counter())  # the notes have been read: what is left is counted
        terminal.drain(1.0)
        used.append(memory(terminal.pid))
        end(terminal)
        took, terminal = painted(home, b"nothing else", "-c", BARE)
        bares.append(took)
        end(terminal)
    return Row(
        round(cold[2]),
        round(cold[3]),
        cold[0],
        1000 * statistics.median(one[0] for one in warm),
        1000 * statistics.median(one[1] for one in warm),
        1000 * statistics.median(firsts),
        1000 * statistics.median(bares),
        statistics.median(used),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how opening a vault grows with its notes.")
    parser.add_argument("--notes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    rows: dict[int, Row] = {}
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {asked.rounds}\n")
    heads = ("notes", "cards", "cold s", "warm ms", "one note ms", "first card ms", "bare app ms", "ratio", "MB")
    print("".join(f"{head:>14}" for head in heads))
    for size in asked.notes:
        with tempfile.TemporaryDirectory() as made:
            row = rows[size] = measure(Path(made), size, asked.rounds)
        values = (row.warm_ms, row.one_note_ms, row.first_card_ms, row.bare_ms)
        print(
            f"{row.notes:14,}{row.cards:14,}{row.cold_s:14.2f}"
            + "".join(f"{value:14.0f}" for value in values)
            + f"{row.ratio:14.2f}{row.memory_mb:14.0f}",
            flush=True,
        )
    named = rows.get(NAMED, rows[asked.notes[-1]])
    figures = {
        "cold_s": round(named.cold_s, 2),
        "warm_ms": round(named.warm_ms, 1),
        "one_note_ms": round(named.one_note_ms, 1),
        "first_card_ms": round(named.first_card_ms, 1),
        "first_card_ratio": round(named.ratio, 2),
        "memory_mb": round(named.memory_mb, 1),
    }
    print(f"\n{json.dumps(figures)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
