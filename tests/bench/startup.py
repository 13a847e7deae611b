"""Measures the time from the start of the program to its answer: a short command's, or the first due card, unpainted.

    python -m tests.bench.startup [--notes 10000] [--rounds 5] [--command-rounds 20]

Each row is a fresh process; its time counts from before it is started until its answer has arrived. The commands take
turns with an interpreter that imports argparse; their ratios to it are medians of processor time. The last
line is JSON.
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

from studyapp.core.vault.table.intake import RACY
from tests.bench.generate import NOTES, write_vault

OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from studyapp.core.vault.table.table import VaultTable
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


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took, in milliseconds, and what it said."""

    clock: float
    processor: float
    said: str


def spend(*words: str) -> Spent:
    """Run Python once; only the first run compiles, as for everybody."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *words], env=environ, capture_output=True, text=True, check=True)
    clock = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(clock * 1000, processor * 1000, done.stdout)


def row(name: str, runs: Sequence[Spent]) -> Row:
    """The medians of some runs."""
    return Row(
        name,
        statistics.median(run.clock for run in runs),
        statistics.median(run.processor for run in runs),
        runs[-1].said,
    )


def measure(name: str, program: str, arguments: Sequence[str], rounds: int) -> Row:
    """Run a program in fresh processes."""
    return row(name, [spend("-c", program, *arguments) for _ in range(rounds)])


def measure_commands(vault: str, rounds: int) -> tuple[list[Row], dict[str, float]]:
    """Run short commands and a bare interpreter in turns; the rows, and the figures for the last line."""
    program = ("-m", "studyapp")
    commands = {
        "argparse": ("-c", "import argparse"),
        "version": (*program, "--version"),
        "help": (*program, "--help"),
        "complete": (*program, "complete", "bash", "du"),
        "due": (*program, "due", vault),
    }
    for words in commands.values():  # to compile what is new, and to fill the cache
        spend(*words)
    runs: dict[str, list[Spent]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, words in commands.items():
            runs[name].append(spend(*words))
    found = {name: row(" ".join(words[1:]).replace(vault, "VAULT"), runs[name]) for name, words in commands.items()}
    figures = {"due_seconds": found["due"].clock / 1000, "due_processor_seconds": found["due"].processor / 1000}
    for name in ("version", "help", "complete"):
        pairs = zip(runs[name], runs["argparse"], strict=True)
        figures[f"{name}_ratio"] = statistics.median(one.processor / bare.processor for one, bare in pairs)
    return list(found.values()), figures


def rows(folder: Path, notes: int, rounds: int) -> list[Row]:
    """Make a vault, and open it in several ways."""
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
    parser = argparse.ArgumentParser(description="Measure short commands, and the way to the first due card.")
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--command-rounds", type=int, default=20)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        os.environ.update(
            {f"XDG_{kind}_HOME": f"{made}/{kind.lower()}" for kind in ("DATA", "STATE", "CONFIG", "CACHE")}
        )
        found = rows(Path(made), asked.notes, asked.rounds)
        commands, ratios = measure_commands(str(Path(made) / "vault"), asked.command_rounds)
        size = (Path(made) / "index.sqlite").stat().st_size / 1e6
    print(f"{asked.notes:,} notes, cache {size:.0f} MB, {os.cpu_count()} cores; medians\n")
    print(f"{'process start → …':34}{'ms':>9}{'processor ms':>14}")
    for one in (*found, *commands):
        print(f"{one.name:34}{one.clock:9.0f}{one.processor:14.0f}")
    bare, _, fresh, _, first, _, everything = found
    figures = {
        "first_card_ms": first.clock,
        "first_card_processor_ms": first.processor,
        "cached_all_ms": everything.clock,
        "uncached_all_ms": fresh.clock,
        "interpreter_ms": bare.clock,
    }
    rounded = {name: round(value, 1) for name, value in figures.items()}
    print(f"\n{json.dumps(rounded | {name: round(value, 2) for name, value in ratios.items()})}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
