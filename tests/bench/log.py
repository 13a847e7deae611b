"""How long a vault with years of reviews takes to open its review log, and what that costs in memory.

`python -m tests.bench.log [--grades N …]`; each opening is a process of its own, which then asks what a start asks:
what undo would take back, what waits, what was done today, what is suspended and how often each card was forgotten.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from studyapp.core.log.history import History
from studyapp.core.log.journal import Journal
from studyapp.core.log.ledger import Ledger
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId

_NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
_A_DAY = 150
"""Grades."""
_TIMES = 5


def lines(grades: int, cards: int) -> Iterator[str]:
    """A log with so many grades of so many cards, as the app writes it; one in a thousand sets a mark."""
    first = _NOW - timedelta(days=grades // _A_DAY)
    for number in range(grades):
        at = (first + timedelta(days=number // _A_DAY, seconds=10 * (number % _A_DAY))).isoformat()
        card = number * 7919 % cards
        name, seen = f"Deck {card % 40}/Note {card // 5}.md:{card:014x}:1:1", "2025-01-01,3,250"
        digest = f"{number:064x}"
        action = {
            "v": 1, "kind": "grade", "id": f"{number:020}-abcdef", "at": at, "card": name,
            "grade": ("good", "again", "good", "easy", "hard")[number % 5], "seconds": 7.25, "before": seen,
            "after": "2025-01-09,8,250", "seen": [digest, Kind.SINGLE_BASIC, 1, 1, None, [seen]],
        }  # fmt: skip
        if number % 1000 == 0:
            action["marks"] = [[name, "leech", "8"], [name, "suspended", "leech"]]
        change = {
            "digests": [digest, digest[::-1]],
            "edits": [[1234, "<!--SR:!2025-01-01,3,250-->", "<!--SR:!2025-01-09,8,250-->"]],
            "had_comment": True,
            "replaced": seen,
        }
        yield json.dumps(action | change, separators=(",", ":"))
        yield json.dumps({"v": 1, "kind": "written", "of": action["id"]} | change, separators=(",", ":"))


def open_once(log: Path, cache: Path) -> dict[str, float]:
    """Open a log in this process; milliseconds and megabytes."""
    began, before = perf_counter(), _most_memory()
    journal = Journal(log, Ledger(log, cache))
    assert not journal.problems, journal.problems[0]
    assert journal.last_applied() is not None
    assert not journal.waiting
    opened = perf_counter()
    history = History(journal)
    today = len(list(history.since(_NOW - timedelta(days=2))))
    marked, lapses = len(history.states()), len(history.forgotten())
    asked = perf_counter()
    assert today
    assert marked
    assert lapses
    assert history.of(CardId.parse(next(history.since(_NOW - timedelta(days=2))).name))
    memory = _most_memory() - before
    return {
        "open": 1000 * (opened - began),
        "start": 1000 * (asked - began),
        "card": 1000 * (perf_counter() - asked),
        "memory": memory,
    }


def _most_memory() -> float:
    """The most memory that this process has had, in megabytes; 0 where the system does not say."""
    status = Path("/proc/self/status")
    text = status.read_text() if status.exists() else ""
    found = re.search(r"VmHWM:\s*(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0


def _in_a_process(log: Path, cache: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.log", "--open", str(log), str(cache)]
    result: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return result


def measure(grades: int) -> dict[str, float]:
    """Open a log of so many grades for the first time, again, and after a day's reviews."""
    with TemporaryDirectory() as folder:
        log, cache = Path(folder) / "reviews" / "bench.jsonl", Path(folder) / "cache" / "log.sqlite"
        log.parent.mkdir()
        made = list(lines(grades, max(100, grades // 5)))
        log.write_text("\n".join(made[: -2 * _A_DAY]) + "\n")
        size = log.stat().st_size / 1e6
        cold = _in_a_process(log, cache)
        with log.open("a") as file:
            file.write("\n".join(made[-2 * _A_DAY :]) + "\n")
        tail = _in_a_process(log, cache)
        warm = [_in_a_process(log, cache) for _ in range(_TIMES)]
        found = {name: median(one[name] for one in warm) for name in warm[0]}
        return {
            "grades": grades,
            "log_mb": size,
            "cold_ms": cold["start"],
            "tail_ms": tail["start"],
            "open_ms": found["open"],
            "warm_ms": found["start"],
            "card_ms": found["card"],
            "cold_mb": cold["memory"],
            "warm_mb": found["memory"],
            "cache_mb": sum(one.stat().st_size for one in cache.parent.iterdir()) / 1e6,
        }


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grades", type=int, nargs="+", default=[1_000, 10_000, 100_000, 300_000])
    parser.add_argument("--open", type=Path, nargs=2, metavar=("LOG", "CACHE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open:
        print(json.dumps(open_once(*options.open)))
        return
    print("   grades    log MB   first ms  a day's ms   open ms  start ms   card ms  first MB  start MB  cache MB")
    found = []
    for grades in options.grades:
        found.append(one := measure(grades))
        print("{:>9,.0f}".format(one["grades"]) + "".join(f"{one[name]:>10,.1f}" for name in list(one)[1:]))
    print(
        json.dumps({str(int(one["grades"])): {name: round(one[name], 1) for name in list(one)[1:]} for one in found})
    )


if __name__ == "__main__":
    main()
