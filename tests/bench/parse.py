"""Measures how fast a vault is read and parsed, in one process: into notes with cards, and into rows without texts.

    python -m tests.bench.parse [--notes 10000] [--folder VAULT] [--rounds 3]

The last line is JSON. Rows are what a scan makes of notes; the median of rounds in which one is measured right after
the other says how they compare. Beside the seconds on the clock stand those of the processor, which other programs on
the machine disturb less; of several rounds the fastest counts, for the same reason.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from studyapp.core.notes.blocks import scan
from studyapp.core.notes.note import Note, parse_note
from studyapp.core.notes.outline import Outline
from studyapp.core.settings.model import Settings
from studyapp.core.text.front_matter import read_front_matter
from studyapp.core.text.note_text import NoteText, digest_of
from studyapp.core.vault.scan.walk import Walk
from studyapp.core.vault.table.rows import rows_of
from tests.bench.generate import NOTES, write_vault

PLUGIN = "1.9 to 2.3 s"
"""The processor's seconds in which the plugin (1.15.4, its own code in Node) reads and parses such a vault (10,000
notes, 77,000 cards) once. Its code is not here; it was run by turns with `--notes 10000`, which took 1.6 to 1.7 s for
rows and 2.0 to 2.3 s for notes."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds by the clock and of the processor."""

    clock: float
    processor: float


def fastest(rounds: int, work: Callable[[], T]) -> tuple[Time, T]:
    """Do something several times; gives the round with the least processor time, and what it made."""
    times: list[Time] = []
    made: T | None = None
    for _ in range(rounds):
        del made
        gc.collect()
        clock, processor = time.perf_counter(), time.process_time()
        made = work()
        times.append(Time(time.perf_counter() - clock, time.process_time() - processor))
    assert made is not None
    return min(times, key=lambda one: one.processor), made


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the cyclic collector from walking notes while they are made; a vault does the same when it scans."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def paths_of(folder: Path) -> list[tuple[str, Path]]:
    """The notes of a vault, as the vault itself walks them."""
    return [(path, folder / path) for found in Walk(folder).folders() for path, _ in found.notes()]


def stages(raws: Sequence[tuple[str, bytes]], rounds: int) -> Iterable[tuple[str, Time]]:
    """Time the parser's steps one by one; their sum is less than the whole, which also joins them."""
    settings = Settings()
    took, texts = fastest(rounds, lambda: [NoteText(raw) for _, raw in raws])
    yield "decode, split into lines", took
    yield "digest", fastest(rounds, lambda: [digest_of(raw) for _, raw in raws])[0]
    took, fronts = fastest(rounds, lambda: [read_front_matter(text.lines) for text in texts])
    yield "front matter", took
    ends = [front.lines for front in fronts]
    lines = [text.lines for text in texts]
    yield "tags", fastest(rounds, lambda: [Outline(*of).tags() for of in zip(lines, ends, strict=True)])[0]
    yield "headings", fastest(rounds, lambda: [Outline(*of).headings() for of in zip(lines, ends, strict=True)])[0]
    yield (
        "question blocks",
        fastest(rounds, lambda: [scan(t.lines, n, settings) for t, n in zip(texts, ends, strict=True)])[0],
    )
    yield "all of it, as rows", fastest(rounds, lambda: [rows_of(path, raw, settings) for path, raw in raws])[0]
    yield "all of it, with cards", fastest(rounds, lambda: [parse_note(path, raw, settings) for path, raw in raws])[0]


def compare(folder: Path, rounds: int) -> tuple[Time, Time, list[Note], float]:
    """Time the walk, reading and parsing, into rows and into notes by turns; gives the notes and the median ratio."""
    settings = Settings()

    def read(parse: Callable[[str, bytes, Settings], T]) -> list[T]:
        return [parse(path, file.read_bytes(), settings) for path, file in paths_of(folder)]

    pairs: list[tuple[Time, Time]] = []
    for _ in range(rounds):
        rows, _made = fastest(1, lambda: read(rows_of))
        del _made
        whole, notes = fastest(1, lambda: read(parse_note))
        pairs.append((rows, whole))
    ratio = median(rows.processor / whole.processor for rows, whole in pairs)
    quickest = [min(times, key=lambda one: one.processor) for times in zip(*pairs, strict=True)]
    return quickest[0], quickest[1], notes, ratio


def report(folder: Path, rounds: int) -> dict[str, float]:
    """Measure, print the table, give the figures."""
    with without_collector():
        walk, paths = fastest(rounds, lambda: paths_of(folder))
        read, raws = fastest(rounds, lambda: [(path, file.read_bytes()) for path, file in paths])
        rows, whole, notes, ratio = compare(folder, rounds)
        megabytes = sum(len(raw) for _, raw in raws) / 1e6
        cards = sum(len(question.cards) for note in notes for question in note.questions)
        print(
            f"{len(notes):,} notes, {cards:,} cards, {megabytes:.1f} MB; {os.cpu_count()} cores; best of {rounds}\n"
        )
        print(f"{'step':28}{'seconds':>9}{'processor':>11}{'MB/s':>8}{'cards/s':>11}")
        both = (("walk + read + rows", rows), ("walk + read + parse", whole))
        for name, took in (("walk", walk), ("read", read), *stages(raws, rounds), *both):
            speed, rate = megabytes / took.clock, cards / took.clock
            print(f"{name:28}{took.clock:9.3f}{took.processor:11.3f}{speed:8.0f}{rate:11,.0f}")
    print(f"\nRows take {ratio:.2f} times as long as notes with cards.")
    print(f"The plugin in Node: {PLUGIN} of the processor for 10,000 such notes (not run here).\n")
    return {
        "seconds": round(whole.clock, 3),
        "cards_per_s": round(cards / whole.clock),
        "processor_seconds": round(whole.processor, 3),
        "mb_per_s": round(megabytes / whole.clock, 1),
        "rows_processor_seconds": round(rows.processor, 3),
        "rows_ratio": round(ratio, 3),
        "notes": len(notes),
        "cards": cards,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the vault that the command line names, or a made-up one in a temporary folder."""
    parser = argparse.ArgumentParser(description="Measure reading and parsing a vault.")
    parser.add_argument("--notes", type=int, default=NOTES, help="of the made-up vault")
    parser.add_argument("--folder", type=Path, help="a vault to measure instead; it is only read")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        if asked.folder is None:
            write_vault(folder, asked.notes)
        figures = report(folder, asked.rounds)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
