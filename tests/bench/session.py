"""How fast a review answers in a large vault, and what it holds in memory, measured through a pseudo-terminal.

    python -m tests.bench.session [--notes 10000] [--cards 150]

The real program runs at 80 × 24 on a made-up vault. A key's latency is the time from writing it to the terminal to
the arrival of the frame that shows its effect: for a grade, the next card with its line of keys; for a letter, the
table with what it finds. Until the last byte that it leads to, it takes longer: what has changed its size is painted
once more, alike, and the first card found is laid out after a pause. While the next card is painted, the last grade
is written to disk. The last line is JSON; what is not there is null.
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

import pyte

from tests.bench.generate import NOTES, write_vault
from tests.bench.terminal import Terminal, quantile

NOW = "2026-01-15T12:00:00+00:00"
QUIET = 0.06
"""Seconds without a byte after which nothing more is taken to come."""
PAUSE = 0.06
"""Seconds that the app waits for the next letter before it lays out a card."""
TABLE = range(3, 15)
"""The lines of the screen that are the table of cards; above them stands how many there are."""
QUERY = "deck:flashcards is:due word"
COUNTED = (b" to repeat", b" left")
"""What a review says, in much or in little room, once it is known how many cards are left."""
GOAL = (16, 50)
"""Milliseconds until the next card: the median, and the 99th percentile."""
GOAL_OF_LETTER = (50, 110)
"""Milliseconds of the 99th percentile: until the table is painted, and until the last byte."""


class Screen(Terminal):
    """A program whose painting is timed by its last byte."""

    def __init__(self, *command: str, home: str) -> None:
        super().__init__(*command, home=home, rows=24, columns=80)
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    def settle(self, seconds: float) -> None:
        """Take in what is painted until the first line has told of no progress for so many seconds."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            if self.readable(0.05):  # the cursor blinks, so that it is never quiet for long
                self._stream.feed(os.read(self.file, 65536))
            if "…" in self._screen.display[0]:
                end = time.perf_counter() + seconds

    def typed(self, key: bytes) -> tuple[float, float]:
        """Press a key; the milliseconds until the table of cards is as it stays, and until the last byte."""
        start = time.perf_counter()
        os.write(self.file, key)
        chunks = self._chunks(start)
        return 1000 * (self._take(chunks) - start), 1000 * (chunks[-1][0] - start)

    def _chunks(self, start: float, patience: float = 30.0) -> list[tuple[float, bytes]]:
        """What comes, with its moment, until nothing has come for a while."""
        found: list[tuple[float, bytes]] = []
        quiet = PAUSE + 2 * QUIET
        while time.perf_counter() < (found[-1][0] + quiet if found else start + patience):
            if self.readable(0.005):
                raw = os.read(self.file, 65536)
                found.append((time.perf_counter(), raw))
        if not found:
            raise TimeoutError("nothing came")
        return found

    def _take(self, chunks: Sequence[tuple[float, bytes]]) -> float:
        """Put chunks on the screen; the moment of the last that changed the table, else of the first."""
        changed = chunks[0][0]
        for at, raw in chunks:
            before = self.table
            self._stream.feed(raw)
            if self.table != before:
                changed = at
        return changed

    @property
    def table(self) -> list[str]:
        """The lines of the table of cards."""
        return [self._screen.display[line] for line in TABLE]

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
        """End it as a user does."""
        with suppress(OSError):
            os.write(self.file, b"\x11")  # Ctrl+q
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            self.drain(0.1)  # what is not read away would keep it from ending


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
    screen = Screen(*command, home=home)
    screen.wait(COUNTED, time.perf_counter(), 300.0)  # how much is left is known when all notes have been read
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
    from studyapp.tui.screens.decks.decks import DecksScreen  # for this question only

    if not any(getattr(binding, "id", None) in ("place.browse", "decks.browse") for binding in DecksScreen.BINDINGS):
        return None
    screen = Screen(sys.executable, "-m", "studyapp", str(vault), "--now", NOW, home=home)
    screen.settle(3.0)
    os.write(screen.file, b"b")
    screen.settle(3.0)  # the first time, the table has to be filled
    taken = []
    for _ in range(rounds):
        taken += [screen.typed(letter.encode()) for letter in QUERY]
        taken += [screen.typed(b"\x7f") for _ in QUERY]
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
    print(f"goals: {GOAL[0]} and {GOAL[1]} ms for the next card; p99 of {GOAL_OF_LETTER[0]} ms until the table")
    print(f"is painted for a letter, of {GOAL_OF_LETTER[1]} ms until the last byte")
    print(f"memory: {found.memory:.0f} MB at the end, {found.peak:.0f} MB at most")
    painted = [first for first, _ in found.graded]
    shown, whole = zip(*typed, strict=True) if typed is not None else ((), ())
    said: dict[str, float | None] = {
        "paint_p50_ms": round(statistics.median(painted), 1),
        "paint_p99_ms": round(quantile(painted, 0.99), 1),
        "browse_table_p50_ms": _rounded(shown, 0.5),
        "browse_table_p99_ms": _rounded(shown, 0.99),
        "browse_p50_ms": _rounded(whole, 0.5),
        "browse_p99_ms": _rounded(whole, 0.99),
        "memory_mb": round(found.peak, 1),
    }
    print(json.dumps(said))
    return 0


def _rounded(values: Sequence[float], share: float) -> float | None:
    return round(quantile([*values], share), 1) if values else None


if __name__ == "__main__":
    raise SystemExit(main())
