"""Measures the time from starting the program to having the first due card of a large vault, before any painting.

    python -m tests.bench.startup [--notes 10000] [--rounds 5]

Each row is a fresh process; its time counts from before it is started until its answer has arrived. The last line is
JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from studyapp.core.vault.table import RACY
from tests.bench.generate import NOTES, write_vault

OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from studyapp.core.vault.table import VaultTable
from studyapp.study.review.queue import build_queue
from studyapp.core.vault.vault import Vault
vault = Vault(Path(sys.argv[1]), table=VaultTable(Path(sys.argv[2]) if sys.argv[2] else None))
now = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""
FIRST = OPEN + "handle = vault.first_due(now)\nprint(handle.id, handle.card.front, handle.card.back)"
ALL = OPEN + (
    "vault.scan()\nhandle = vault.find(build_queue(vault, now)[0].id)\n"
    "print(handle.id, handle.card.front, handle.card.back)"
)
COUNTS = OPEN + "print(sum(count.due for count in vault.counts(now).values()))"


@dataclass(frozen=True, slots=True)
class Row:
    """One way to start, and its medians in milliseconds."""

    name: str
    clock: float
    processor: float
    said: str


def measure(name: str, program: str, arguments: Sequence[str], rounds: int) -> Row:
    """Run a program in fresh processes."""
    clocks: list[float] = []
    processors: list[float] = []
    said = ""
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
        clocks.append((time.perf_counter() - began) * 1000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processors.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
        said = done.stdout
    return Row(name, statistics.median(clocks), statistics.median(processors), said)


def rows(folder: Path, notes: int, rounds: int) -> list[Row]:
    """Make a vault, and start on it in several ways."""
    vault, cache = str(folder / "vault"), str(folder / "index.sqlite")
    write_vault(folder / "vault", notes)
    time.sleep(RACY / 1e9)  # notes that were only just written are not kept, and these stand for old ones
    found = [
        measure("bare interpreter", "pass", (), rounds),
        measure("core imported", dedent(OPEN), (vault, ""), rounds),
        measure("no cache: read all, first card", ALL, (vault, ""), 1),
        measure("first run: the same, fill cache", ALL, (vault, cache), 1),
        measure("cached: first card", FIRST, (vault, cache), rounds),
        measure("cached: due count", COUNTS, (vault, cache), rounds),
        measure("cached: all notes, first card", ALL, (vault, cache), min(rounds, 3)),
    ]
    assert found[2].said == found[3].said == found[4].said == found[6].said, "the cache names another card"
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the way to the first due card.")
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        found = rows(Path(made), asked.notes, asked.rounds)
        size = (Path(made) / "index.sqlite").stat().st_size / 1e6
    print(f"{asked.notes:,} notes, cache {size:.0f} MB, {os.cpu_count()} cores; medians\n")
    print(f"{'process start → …':34}{'ms':>9}{'processor ms':>14}")
    for row in found:
        print(f"{row.name:34}{row.clock:9.0f}{row.processor:14.0f}")
    bare, _, fresh, _, first, _, everything = found
    figures = {
        "first_card_ms": first.clock,
        "first_card_processor_ms": first.processor,
        "cached_all_ms": everything.clock,
        "uncached_all_ms": fresh.clock,
        "interpreter_ms": bare.clock,
    }
    print(f"\n{json.dumps({name: round(value, 1) for name, value in figures.items()})}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
