"""Measures how long a grade takes until it is durable: in the review log and in the note, both synced to the disk.

    python -m tests.bench.write [--grades 300] [--folder WHERE]

Beside it, on the same bytes, what programs do that promise less: a temporary file and a rename without syncing, and
a plain write into the note. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind, Status
from studyapp.core.log.journal import Journal, new_id
from studyapp.core.schedule.entries import Grade, entry_text
from studyapp.core.schedule.grading import Grading
from studyapp.core.vault.vault import Handle, Vault
from studyapp.core.workspace.backups import Backups
from studyapp.core.workspace.store import Store
from tests.bench.generate import write_vault
from tests.helpers.vaults import handles_of

NOTES = 200
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def action_of(vault: Vault, handle: Handle) -> Action:
    """Grade a card as a review does."""
    settings, entries = vault.settings, handle.question.entries
    after = Grading(settings).after(
        handle.card.schedule, Grade.GOOD, now=NOW, histogram=vault.histogram(NOW), initial_ease=settings.base_ease
    )
    return Action(
        id=new_id(),
        kind=ActionKind.GRADE,
        at=NOW,
        seen=Seen.of(handle.note, handle.question, handle.card),
        grade=Grade.GOOD,
        seconds=4.0,
        before=entries[handle.card.side].raw if handle.card.side < len(entries) else None,
        after=entry_text(after, settings.base_ease),
    )


def rename(path: Path, raw: bytes) -> None:
    """Put a temporary file in the note's place, without waiting for the disk."""
    twin = path.with_name(f".{path.name[:80]}.tmp")
    twin.write_bytes(raw)
    twin.replace(path)


def plain(path: Path, raw: bytes) -> None:
    """Write into the note."""
    path.write_bytes(raw)


def synced(path: Path, raw: bytes) -> None:
    """Write into the note and wait for the disk: what a single sync costs here."""
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


OTHERS: dict[str, Callable[[Path, bytes], None]] = {
    "one write, one sync": synced,
    "temporary file, rename, no sync": rename,
    "plain write": plain,
}


def measure(folder: Path, grades: int) -> dict[str, list[float]]:
    """Grade cards of a made-up vault, and write the same bytes in the other ways; seconds of each."""
    write_vault(folder / "vault", NOTES)
    vault = Vault(folder / "vault")
    vault.scan()
    journal = Journal(folder / "vault" / ".studyapp" / "reviews" / "bench.jsonl")
    backups = Backups(folder / "backups", lambda: datetime.now(UTC))
    store = Store(vault.root, journal, vault.settings_of, backups, recent=vault.recent)
    pick = random.Random(0)
    ours = "grade → durable (ours)"
    took: dict[str, list[float]] = {name: [] for name in (ours, *OTHERS)}
    ids = [handle.id for handle in handles_of(vault)]
    for card in pick.choices(ids, k=grades):
        handle = vault.find(card)
        action = action_of(vault, handle)
        began = time.perf_counter()
        saved = store.save(action)
        took[ours].append(time.perf_counter() - began)
        assert saved.action.status is Status.WRITTEN, saved.why_not
        assert saved.raw is not None
        vault.take(card.path, saved.raw)
        for name, write in OTHERS.items():
            copy = folder / f"{name}.md"
            began = time.perf_counter()
            write(copy, saved.raw)
            took[name].append(time.perf_counter() - began)
    return took


def report(took: dict[str, list[float]]) -> dict[str, float]:
    """Print the table, give the figures of ours."""
    figures = {
        name: (statistics.median(times) * 1000, statistics.quantiles(times, n=100)[98] * 1000)
        for name, times in took.items()
    }
    (ours, (p50, p99)), *others = figures.items()
    print(f"{'way':34}{'p50 ms':>9}{'p99 ms':>9}{'ours takes':>12}")
    print(f"{ours:34}{p50:9.3f}{p99:9.3f}")
    for name, (middle, last) in others:
        print(f"{name:34}{middle:9.3f}{last:9.3f}{p50 / middle:10.1f} ×")
    return {"p50_ms": round(p50, 3), "p99_ms": round(p99, 3)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure on the disk that the command line names."""
    parser = argparse.ArgumentParser(description="Measure writing a grade.")
    parser.add_argument("--grades", type=int, default=300)
    parser.add_argument(
        "--folder", type=Path, help="where the vault is made for the time; by default with other temporary files"
    )
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=asked.folder) as made:
        took = measure(Path(made), asked.grades)
    print(f"{asked.grades} grades in {NOTES} notes; each: two synced log lines, one synced note, one synced folder\n")
    figures = report(took)
    print(f"\n{json.dumps(figures)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
