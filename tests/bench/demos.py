"""Measure every demo on every job it takes: `python -m tests.bench.demos`, a table for people, one line for machines.

    python -m tests.bench.demos                                   all methods, their jobs, seeds 0 to 4
    python -m tests.bench.demos --methods lora,prefix --jobs teach --seeds 3
    python -m tests.bench.demos --search --methods lora           the search that chose the learning rates

The search runs each rate of `SEARCHED` on the validation split, with seeds that no report uses. A run takes one
thread; two runs go on at a time.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

if sys.path[0] == str(Path(__file__).parent):  # run as a file: here `demos` would be this file itself
    sys.path[0] = str(Path(__file__).parents[2])

from demos import catalog
from demos.frame import KnobValue

JOBS = ("elicit", "compose", "teach", "classify", "pretrained")
SEEDS = 5
SEARCH_SEEDS = (100, 101)
SEARCHED: dict[str, tuple[Mapping[str, KnobValue], tuple[float, ...]]] = {
    "feature_based": ({}, (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)),
    "finetuning_1": ({}, (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)),
    "finetuning_2": ({}, (3e-4, 1e-3, 3e-3, 1e-2)),
    "soft_prompt": ({}, (2e-2, 5e-2, 1e-1, 2e-1)),
    "prefix": ({}, (5e-3, 1e-2, 3e-2, 1e-1)),
    "adapters": ({}, (1e-3, 3e-3, 1e-2, 3e-2)),
    "lora": ({}, (1e-3, 3e-3, 1e-2, 3e-2)),
    "llama_adapter": ({}, (3e-2, 1e-1, 3e-1, 1.0)),
    "llama_adapter_v2": ({}, (3e-3, 1e-2, 3e-2, 1e-1)),
}
"""For each method that trains: its other knobs, and the peak learning rates that were tried."""


class Asked(NamedTuple):
    """One run."""

    method: str
    knobs: Mapping[str, KnobValue]
    split: str = "test"


def measure(asked: Asked) -> dict[str, Any]:
    """Run a demo to its end and give its summary as a dictionary."""
    from demos.toy import train  # torch belongs to the worker processes, not to the parent

    train.MEASURED_ON = asked.split
    module = importlib.import_module(f"demos.{asked.method}")
    *_, last = module.run(dict(asked.knobs))
    return {**last.as_json()["summary"], "knobs": dict(asked.knobs), "name": asked.method}


def runs(methods: Sequence[str], jobs: Sequence[str], seeds: Sequence[int], *, search: bool) -> Iterator[Asked]:
    """List the runs: each method on each of the jobs that it takes, with each seed and, in a search, each rate."""
    for name in methods:
        demo = catalog.load().get(name)
        takes = next((knob.choices for knob in demo.knobs if knob.name == "job"), ())
        for job in (job for job in jobs if job in takes):
            for seed in seeds:
                if not search:
                    yield Asked(name, {"job": job, "seed": seed})
                for rate in SEARCHED.get(name, ({}, ()))[1] if search else ():
                    knobs = {**SEARCHED[name][0], "job": job, "seed": seed, "learning_rate": rate}
                    yield Asked(name, knobs, "validation")


def short(share: float) -> str:
    """Write a share of 1 as the tables do: .53, 1.00."""
    return f"{share:.2f}".removeprefix("0")


def report(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write the table of demos/README.md: a row a method, a cell a job: before → mean after (lowest–highest)."""
    jobs = [job for job in JOBS if any(one["job"] == job for one in found)]
    yield "| method | trained | % | kept, bytes | " + " | ".join(jobs) + " | seconds |"
    yield "|---|--:|--:|--:|" + ":-:|" * len(jobs) + "--:|"
    for name in dict.fromkeys(one["name"] for one in found):
        own = [one for one in found if one["name"] == name]
        cells = []
        for job in jobs:
            after = [one["after"] for one in own if one["job"] == job]
            before = [one["before"] for one in own if one["job"] == job]
            if not after:
                cells.append("–")
                continue
            mean, low, high = (short(value) for value in (statistics.mean(after), min(after), max(after)))
            cells.append(f"{short(statistics.mean(before))} → {mean} ({low}–{high})")
        seconds = sorted(one["seconds"] for one in own)
        trained, total = own[0]["trainable"], own[0]["total"]
        kept = sorted(one["kept_bytes"] for one in own)[len(own) // 2]
        yield (
            f"| {own[0]['method']} | {trained:,} | {100 * trained / total:.2f} | {kept:,} | "
            + " | ".join(cells)
            + f" | {seconds[0]:.1f}–{seconds[-1]:.1f} |"
        )


def report_search(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write the table of a search: a row a method and rate, a cell a job: mean accuracy on the validation split."""
    jobs = [job for job in JOBS if any(one["job"] == job for one in found)]
    yield "| method | rate | " + " | ".join(jobs) + " | mean |"
    yield "|---|--:|" + ":-:|" * len(jobs) + ":-:|"
    for name, rate in sorted({(one["name"], one["knobs"]["learning_rate"]) for one in found}):
        own = [one for one in found if one["name"] == name and one["knobs"]["learning_rate"] == rate]
        means = [statistics.mean(one["after"] for one in own if one["job"] == job) for job in jobs]
        yield f"| {name} | {rate:g} | " + " | ".join(map(short, means)) + f" | {short(statistics.mean(means))} |"


def by_method(found: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    """Sum the runs up for machines: method (and rate, in a search), then job, then the figures."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    kinds = {(_label(one), one["job"]) for one in found}
    for name, job in sorted(kinds):
        own = [one for one in found if (_label(one), one["job"]) == (name, job)]
        after = [one["after"] for one in own]
        table.setdefault(name, {})[job] = {
            "before": round(statistics.mean(one["before"] for one in own), 4),
            "after": round(statistics.mean(after), 4),
            "low": min(after),
            "high": max(after),
            "spread": round(statistics.pstdev(after), 4),
            "trainable": own[0]["trainable"],
            "kept_bytes": own[0]["kept_bytes"],
            "seconds": round(statistics.mean(one["seconds"] for one in own), 2),
            "seeds": len(own),
        }
    return table


def _label(one: Mapping[str, Any]) -> str:
    rate = one["knobs"].get("learning_rate")
    return str(one["name"]) if rate is None else f"{one['name']} {rate:g}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description="Measure the demos.")
    parser.add_argument("--methods", help="names with commas; all by default")
    parser.add_argument("--jobs", default=",".join(JOBS), help="names with commas")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many, from 0")
    parser.add_argument("--workers", type=int, default=2, help="runs at a time")
    parser.add_argument("--search", action="store_true", help="try the learning rates on the validation split")
    asked = parser.parse_args(arguments)
    methods = asked.methods.split(",") if asked.methods else [demo.name for demo in catalog.load().demos]
    seeds = SEARCH_SEEDS if asked.search else range(asked.seeds)
    listed = list(runs(methods, asked.jobs.split(","), seeds, search=asked.search))
    began, found = time.perf_counter(), {}
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(measure, one): number for number, one in enumerate(listed)}
        for done, future in enumerate(as_completed(waiting), 1):
            found[waiting[future]] = one = future.result()
            said = f"{one['name']} {one['knobs']}: {one['before']:.3f} → {one['after']:.3f}, {one['seconds']:.1f} s"
            print(f"[{done}/{len(listed)}] {said}", file=sys.stderr, flush=True)
    ordered = [found[number] for number in sorted(found)]
    print("\n".join((report_search if asked.search else report)(ordered)))
    print(f"\n{len(ordered)} runs, {time.perf_counter() - began:.0f} s, {asked.workers} at a time, one thread each\n")
    print(json.dumps({"search" if asked.search else "methods": by_method(ordered)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
