"""Measure every demo on every job it takes: `python -m tests.bench.demos`, a table for people, one line for machines.

    python -m tests.bench.demos                                   all methods, their jobs, seeds 0 to 2
    python -m tests.bench.demos --seeds 20 --write                the results that are shipped
    python -m tests.bench.demos --methods prefix --jobs teach --steps 1600
    python -m tests.bench.demos --search --methods lora           the search that chose the learning rates

The search runs each rate of `SEARCHED` on the validation split, with seeds that no report uses. On `elicit` each
method takes the smallest rate with which all of these runs end at .99 or above, so that one can watch it learn; on
the other jobs the one with the best mean. A run takes one thread.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

if sys.path[0] == str(Path(__file__).parent):  # run as a file: here `demos` would be this file itself
    sys.path[0] = str(Path(__file__).parents[2])

from demos import catalog
from demos.frame import KnobValue
from demos.shipped import PATH, Figures, Shipped
from studyapp.core.plural import fraction

JOBS = ("elicit", "compose", "teach", "classify", "pretrained")
SEEDS = 3
SHORT = 0.1
"""How far below the median a run counts as failed."""
SEARCH_SEEDS = (100, 101)
SEARCHED: dict[str, tuple[float, ...]] = {
    "feature_based": (1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "finetuning_1": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "finetuning_2": (1e-4, 3e-4, 1e-3, 3e-3),
    "soft_prompt": (3e-3, 1e-2, 3e-2, 1e-1, 3e-1),
    "prefix": (1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "adapters": (1e-3, 3e-3, 1e-2, 3e-2),
    "lora": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "llama_adapter": (1e-2, 3e-2, 1e-1, 3e-1, 1.0),
    "llama_adapter_v2": (1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
}
"""For each method that trains, the peak learning rates that were tried."""


class Asked(NamedTuple):
    """One run."""

    method: str
    knobs: Mapping[str, KnobValue]
    split: str = "test"


def measure(asked: Asked) -> dict[str, Any]:
    """Run a demo to its end and give its summary as a dictionary; the seconds are processor time."""
    from demos.toy import setting  # torch belongs to the worker processes, not to the parent

    setting.MEASURED_ON = asked.split
    module = importlib.import_module(f"demos.{asked.method}")
    began = time.process_time()
    *_, last = module.run(dict(asked.knobs))
    took = time.process_time() - began
    return {**last.as_json()["summary"], "seconds": took, "knobs": dict(asked.knobs), "name": asked.method}


def runs(
    methods: Iterable[str], jobs: Sequence[str], seeds: Iterable[int], *, search: bool, **knobs: KnobValue
) -> Iterator[Asked]:
    """List the runs: each method on each of the jobs that it takes, with each seed and, in a search, each rate."""
    seeds = list(seeds)
    for name in methods:
        demo = catalog.load().get(name)
        takes = {knob.name: knob.choices for knob in demo.knobs}
        own = {knob: value for knob, value in knobs.items() if knob in takes}
        for job in (job for job in jobs if job in takes["job"]):
            for seed in seeds:
                asked = {**own, "job": job, "seed": seed}
                if not search:
                    yield Asked(name, asked)
                for rate in SEARCHED.get(name, ()) if search else ():
                    yield Asked(name, {**asked, "learning_rate": rate}, "validation")


def figures(found: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Figures]]:
    """Sum runs up, by job and method."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in found:
        groups.setdefault((one["job"], one["name"]), []).append(one)
    table: dict[str, dict[str, Figures]] = {}
    for (job, name), own in groups.items():
        after = [one["after"] for one in own]
        median = statistics.median(after)
        table.setdefault(job, {})[name] = Figures(
            before=round(statistics.median(one["before"] for one in own), 4),
            median=round(median, 4),
            worst=min(after),
            best=max(after),
            failures=sum(one < median - SHORT for one in after),
            trained=own[0]["trainable"],
            kept_bytes=int(statistics.median(one["kept_bytes"] for one in own)),
            seconds=round(statistics.median(one["seconds"] for one in own), 2),
            seeds=len(own),
        )
    return {job: table[job] for job in JOBS if job in table}


def short(share: float) -> str:
    """Write a share of 1 as the tables do: .53, 1.00."""
    return fraction(share).removeprefix("0")


def report(table: Mapping[str, Mapping[str, Figures]]) -> Iterator[str]:
    """Write the table of demos/README.md: a row a method, a cell a job: median (worst), and how often it failed."""
    titles = {demo.name: demo.title for demo in catalog.load().demos}
    yield "| method | trained | kept, bytes | " + " | ".join(table) + " | seconds |"
    yield "|---|--:|--:|" + ":-:|" * len(table) + "--:|"
    for name in dict.fromkeys(name for methods in table.values() for name in methods):
        own = [methods[name] for methods in table.values() if name in methods]
        cells = (cell(methods[name]) if name in methods else "–" for methods in table.values())
        seconds = sorted(one.seconds for one in own)
        yield (
            f"| {titles.get(name, name)} | {own[0].trained:,} | {own[0].kept_bytes:,} | {' | '.join(cells)} | "
            f"{seconds[0]:.1f}–{seconds[-1]:.1f} |"
        )


def cell(own: Figures) -> str:
    """Write what a method came to on a job: .97 (.31), 2 of 20 failed."""
    failed = f", {own.failures} of {own.seeds} failed" if own.failures else ""
    return f"{short(own.median)} ({short(own.worst)}){failed}"


def report_search(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write the table of a search: a row a method and rate, a cell a job: mean (worst) on the validation split."""
    jobs = [job for job in JOBS if any(one["job"] == job for one in found)]
    yield "| method | rate | " + " | ".join(jobs) + " |"
    yield "|---|--:|" + ":-:|" * len(jobs)
    for name, rate in sorted({(one["name"], one["knobs"]["learning_rate"]) for one in found}):
        own = [one for one in found if one["name"] == name and one["knobs"]["learning_rate"] == rate]
        after = [[one["after"] for one in own if one["job"] == job] for job in jobs]
        cells = (f"{short(statistics.mean(one))} ({short(min(one))})" for one in after)
        yield f"| {name} | {rate:g} | {' | '.join(cells)} |"


def machine() -> str:
    """Name the machine: its processor, its system, its torch."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    torch = version("torch").split("+")[0]
    return f"{next(iter(names), platform.processor())}, {platform.system()}, torch {torch}, one thread"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description="Measure the demos.")
    parser.add_argument("--methods", help="names with commas; all by default")
    parser.add_argument("--jobs", default=",".join(JOBS), help="names with commas")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--steps", type=int, default=0, help="training steps; 0 is the method's own number")
    parser.add_argument("--workers", type=int, default=1, help="runs at a time")
    parser.add_argument("--search", action="store_true", help="try the learning rates on the validation split")
    parser.add_argument("--write", action="store_true", help="write the results that are shipped")
    asked = parser.parse_args(arguments)
    methods = asked.methods.split(",") if asked.methods else [demo.name for demo in catalog.load().demos]
    seeds = SEARCH_SEEDS if asked.search else range(asked.first, asked.first + asked.seeds)
    listed = list(runs(methods, asked.jobs.split(","), seeds, search=asked.search, steps=asked.steps))
    began, found = time.perf_counter(), {}
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(measure, one): number for number, one in enumerate(listed)}
        for done, future in enumerate(as_completed(waiting), 1):
            found[waiting[future]] = one = future.result()
            said = f"{one['name']} {one['knobs']}: {one['before']:.3f} → {one['after']:.3f}, {one['seconds']:.1f} s"
            print(f"[{done}/{len(listed)}] {said}", file=sys.stderr, flush=True)
    ordered = [found[number] for number in sorted(found)]
    table = figures(ordered)
    print("\n".join(report_search(ordered) if asked.search else report(table)))
    print(f"\n{len(ordered)} runs, {time.perf_counter() - began:.0f} s, {machine()}\n")
    if asked.write:
        PATH.write_text(Shipped(machine(), table).text(), "utf-8")
    ends = {job: {name: [own.median, own.worst] for name, own in methods.items()} for job, methods in table.items()}
    print(json.dumps(ends))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
