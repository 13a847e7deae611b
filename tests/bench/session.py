"""How fast a review answers in a large vault, and what it holds in memory, measured through a pseudo-terminal.

    python -m tests.bench.session [--notes 10000] [--cards 150]

The real program runs at 80 × 24 on a made-up vault. A key's latency is the time from writing it to the terminal to
the arrival of the frame that shows its effect: for a grade, the next card with its line of keys. Until the last byte
that it leads to, it takes longer: what has changed its size is painted once more, alike. While the next card is
painted, the last grade is written to disk. The last line is JSON; what is not there is null.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.generate import NOTES, write_vault
from tests.bench.latency import Terminal, quantile

NOW = "2026-01-15T12:00:00+00:00"
QUIET = 0.06
"""Seconds without a byte after which nothing more is taken to come."""
QUERY = "deck:flashcards is:due word"
GOAL = (16, 50)
"""Milliseconds: the median, and the 99th percentile."""


class Screen(Terminal):
    """A program whose painting is timed by its last byte."""

    def painted(self, key: bytes, shows: bytes = b"", patience: float = 30.0) -> tuple[float, float]:
        """Press a key; the milliseconds until something is shown, and until the last byte of what it leads to."""
        self.drain()
        start = time.perf_counter()
        os.write(self.file, key)
        first, last, seen = 0.0, start, b""
        while time.perf_counter() < (last + QUIET if seen else start + patience):
            if self.readable(0.005):
                seen += os.read(self.file, 65536)
                last = time.perf_counter()
                if not first and shows in seen:
                    first = last
        if not first:
            raise TimeoutError(f"{shows!r} never came after {key!r}")
        return 1000 * (first - start), 1000 * (last - start)

    def memory(self, name: str) -> float:
        """Megabytes of resident memory: `VmRSS` now, `VmHWM` at most."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))

    def leave(self) -> None:
        """End it as a person does."""
        with suppress(OSError):
            os.write(self.file, b"\x11")  # Ctrl+q
        self.drain(1.0)
        os.waitpid(self.pid, 0)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review took."""

    turned: list[tuple[float, float]]
    graded: list[tuple[float, float]]
    memory: float
    """Megabytes at the end."""
    peak: float


def review(vault: Path, home: str, cards: int) -> Reviewed:
    """Turn and grade cards."""
    command = (sys.executable, "-m", "studyapp", "review", str(vault), "--now", NOW)
    screen = Screen(*command, home=home, rows=24, columns=80)
    screen.wait(b" to repeat", time.perf_counter())  # how much is left is known when all notes have been read
    screen.drain(3.0)
    turned, graded = [], []
    for number in range(cards):
        turned.append(screen.painted(b" ", b"Easy"))
        graded.append(screen.painted(b"1234"[number % 4 : number % 4 + 1], b"show the answer"))
    memory, peak = screen.memory("VmRSS"), screen.memory("VmHWM")
    screen.leave()
    return Reviewed(turned, graded, memory, peak)


def browse(vault: Path, home: str, rounds: int) -> list[tuple[float, float]] | None:
    """Type a query into the table of all cards and take it back; None where there is no such table."""
    from studyapp.tui.screens.decks import DecksScreen  # for this question only

    if not any(getattr(binding, "id", None) == "decks.browse" for binding in DecksScreen.BINDINGS):
        return None
    screen = Screen(sys.executable, "-m", "studyapp", str(vault), "--now", NOW, home=home, rows=24, columns=80)
    screen.wait(b"Browse", time.perf_counter())
    screen.drain(3.0)
    screen.painted(b"b")
    screen.drain(15.0)  # the first time, the table has to be filled
    taken = []
    for _ in range(rounds):
        taken += [screen.painted(letter.encode()) for letter in QUERY]
        taken += [screen.painted(b"\x7f") for _ in QUERY]
    screen.leave()
    return taken


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for people, then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--cards", type=int, default=150, help="how many are turned and graded")
    parser.add_argument("--rounds", type=int, default=2, help="how often the query is typed")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        vault, home = Path(folder, "vault"), str(Path(folder, "home"))
        vault.mkdir()
        write_vault(vault, asked.notes)
        os.environ.update(dict.fromkeys(("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), home))
        review(vault, home, 1)  # the index is made
        found = review(vault, home, asked.cards)
        typed = browse(vault, home, asked.rounds)
    print(f"{'key':34}{'p50 ms':>8}{'p99 ms':>8}{'last byte: p50':>16}{'p99':>8}")
    rows = [("show the answer", found.turned), ("grade, until the next card", found.graded)]
    rows += [("a letter in the table of cards", typed)] if typed is not None else []
    for name, values in rows:
        first, last = zip(*values, strict=True)
        print(
            f"{name:34}{statistics.median(first):8.1f}{quantile([*first], 0.99):8.1f}"
            f"{statistics.median(last):16.1f}{quantile([*last], 0.99):8.1f}"
        )
    print(f"goal for the next card: {GOAL[0]} and {GOAL[1]} ms")
    print(f"memory: {found.memory:.0f} MB at the end, {found.peak:.0f} MB at most")
    painted = [first for first, _ in found.graded]
    said: dict[str, float | None] = {
        "paint_p50_ms": round(statistics.median(painted), 1),
        "paint_p99_ms": round(quantile(painted, 0.99), 1),
        "browse_p99_ms": None if typed is None else round(quantile([last for _, last in typed], 0.99), 1),
        "memory_mb": round(found.peak, 1),
    }
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
