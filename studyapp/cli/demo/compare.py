"""`studyapp demo compare`: all methods on one job, with the missing runs made first."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from demos.catalog import DemoCard
from demos.needs import how_to_add_torch
from studyapp.cli.demo.frame_lines import comparison_lines
from studyapp.cli.demo.own_demo import with_vault
from studyapp.cli.options.values import named_path, seeds
from studyapp.cli.parser import without_more
from studyapp.cli.streams import progress, tell_progress
from studyapp.core.locations import Locations
from studyapp.core.plural import fraction
from studyapp.runs.images.canvas import save
from studyapp.runs.images.figure import trade_off
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.own import catalog_of, own_folders, trusted_of
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.comparison import jobs_of, missing_runs, points_on
from studyapp.runs.results.results import Point, Results, ResultsError

EXAMPLES = """examples:
  studyapp demo compare --job elicit --save trade-off.svg
  studyapp demo compare --job all --seeds 5
"""

POINT_KEYS = (
    "demo",
    "job",
    "turned",
    "own",
    "runs",
    "failed",
    "trainable",
    "accuracy",
    "lowest",
    "highest",
    "seconds",
)


def compare(words: Sequence[str]) -> int:
    """Run `studyapp demo compare …` and return the exit code; StudyError if that is impossible."""
    vault, words = with_vault(words)
    catalog = catalog_of(vault)
    jobs = jobs_of(catalog.demos)
    parser = argparse.ArgumentParser(
        prog="studyapp demo compare",
        description="Compare all methods on a job, from your runs and, where there are none, from those that come "
        "with the program. Runs with these seeds that are missing here are made first.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--job", choices=(*jobs, "all"), default=jobs[0] if jobs else "all", help="default %(default)s"
    )
    parser.add_argument("--seeds", type=seeds, default=1, metavar="N", help="seeds 0 to N-1 of each (default 1)")
    parser.add_argument("--kept", action="store_true", help="run nothing; show finished runs")
    parser.add_argument("--save", type=named_path, metavar="FILE", help="draw it as .svg or .png")
    parser.add_argument(
        "--vault", metavar="DIR", help="the vault whose own demos count; by default the last one opened"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object for each setting")
    options = without_more(parser, words)
    if options.save is not None and options.save.suffix.lower() not in (".svg", ".png"):
        parser.error(f"--save takes a file that ends in .svg or .png, not {options.save.name!r}")
    chosen = jobs if options.job == "all" else [options.job]
    results = Results(Locations.of_user().demo_results)
    if not options.kept:
        with progress():
            asyncio.run(
                _complete(trusted_of(catalog.demos), chosen, range(options.seeds), results, own_folders(vault))
            )
    points = {job: found for job in chosen if (found := points_on(job, catalog.demos, jobs, results))}
    if not points:
        print("there are no finished runs; leave out --kept to run the methods", file=sys.stderr)
        return 1
    for job, found in points.items():
        for line in map(point_line, found) if options.json else comparison_lines(job, found):
            print(line)
    if options.save is not None:
        save(options.save, partial(trade_off, points))
        print(f"saved {options.save}", file=sys.stderr if options.json else sys.stdout)
    return 0


def point_line(point: Point) -> str:
    """A point as one line of JSON."""
    return json.dumps({key: getattr(point, key) for key in POINT_KEYS})


async def _complete(
    cards: Sequence[DemoCard], jobs: Sequence[str], seeds: range, results: Results, own: Sequence[Path]
) -> None:
    """Make the missing runs, with progress on standard error; each result is saved at once."""
    wanted = missing_runs(cards, jobs, seeds, results)
    why = how_to_add_torch() if wanted else None
    if why is not None:
        raise DemoFailedError(why)
    async with DemoRunner(own) as runner:
        for number, (card, knobs) in enumerate(wanted, 1):
            run = DemoRun(card.name, knobs)
            head = f"{number:3}/{len(wanted)}  {card.title} on {knobs['job']}, seed {knobs.get('seed', 0)}"
            try:
                async with aclosing(runner.run(card.name, knobs)) as frames:
                    async for frame in frames:
                        run.take(frame)
                        tell_progress(f"{head}: {frame.step}/{frame.total}")
                came = (
                    f"{fraction(run.summary.after)} in {run.summary.seconds:.1f} s" if run.summary else "no summary"
                )
            except DemoFailedError as error:
                came = str(error)
            tell_progress("")
            print(f"{head}: {came}", file=sys.stderr, flush=True)
            keep(run)


def keep(run: DemoRun) -> None:
    """Save the result of a run; if that fails, say so and continue."""
    result = run.result(datetime.now(UTC).astimezone().isoformat(timespec="seconds"))
    if result is None:
        return
    try:
        Results(Locations.of_user().demo_results).add(result)
    except ResultsError as error:
        print(error, file=sys.stderr)
