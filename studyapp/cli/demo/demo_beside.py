"""`studyapp demo NAME --seeds N --against METHOD/knob=value`: many seeds of a demo, and two side by side."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple

from rich.cells import cell_len

from demos.catalog import Catalog, CatalogError, DemoCard
from demos.frame import KnobError, KnobValue
from studyapp.cli.demo.compare import keep, point_line
from studyapp.cli.demo.frame_lines import comparison_lines, frame_json
from studyapp.cli.streams import tell_progress
from studyapp.core.plural import fraction
from studyapp.core.visible import visible
from studyapp.runs.drawn.plots import Points
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.band import band_of, value_at
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.results import Point, point_of, turned
from studyapp.wording.widths import fit

_ROWS = 8
"""Steps at which the accuracy is shown, after the first."""
_WIDE = 23
"""Width of three numbers side by side."""


class Contender(NamedTuple):
    """A demo with its knobs, run beside another."""

    card: DemoCard
    knobs: Mapping[str, KnobValue]

    @property
    def name(self) -> str:
        """The method and its non-default knobs."""
        return visible(f"{self.card.title} {turned(self.card, self.knobs)}".strip(), newlines=False)

    def with_seed(self, more: int) -> Mapping[str, KnobValue]:
        """The knobs with a later seed; KnobError if the demo does not take it."""
        if "seed" not in self.knobs:
            return self.knobs
        return self.card.settle({**self.knobs, "seed": int(self.knobs["seed"]) + more})


def against(text: str, beside: Contender, catalog: Catalog) -> Contender:
    """Read `METHOD`, or `METHOD/knob=value/…`, to be run on the same job, from the same seed.

    Raises:
        CatalogError: if there is no such method, knob or value, or it does not take the job.
    """
    name, *parts = text.split("/")
    card = catalog.get(name)
    takes = {knob.name for knob in card.knobs}
    shared = takes & beside.knobs.keys() & {"job", "seed", "device"}
    given: dict[str, KnobValue] = {knob: beside.knobs[knob] for knob in shared}
    for part in parts:
        knob, equals, value = part.partition("=")
        if not equals:
            raise CatalogError(f"--against takes METHOD or METHOD/knob=value, not {text!r}")
        if knob == "job":
            raise CatalogError("both sides run on one job: --job sets it")
        given[knob] = value
    try:
        return Contender(card, card.settle(given))
    except KnobError as error:
        raise CatalogError(f"{card.name}: {error}") from None


async def run_beside(sides: Sequence[Contender], seeds: int, own: Sequence[Path], *, as_json: bool) -> None:
    """Run each side with one seed after another, all sides at once, and print the results.

    Raises:
        DemoFailedError: if a run fails; those that were over are kept.
    """
    runs: list[list[DemoRun]] = [[] for _ in sides]
    progress = _Progress(sides, seeds)
    async with contextlib.AsyncExitStack() as stack:
        runners = [await stack.enter_async_context(DemoRunner(own)) for _ in sides]
        try:
            async with asyncio.TaskGroup() as group:
                for number, (side, runner) in enumerate(zip(sides, runners, strict=True)):
                    group.create_task(_run(side, runner, seeds, runs[number], progress, as_json=as_json))
        except* DemoFailedError as failed:
            raise failed.exceptions[0] from None
        finally:
            tell_progress("")
    points = [_point(side, done) for side, done in zip(sides, runs, strict=True)]
    lines = (*curve_lines(sides, runs), "", *comparison_lines(points[0].job, points))
    for line in map(point_line, points) if as_json else lines:
        print(line)


async def _run(
    side: Contender, runner: DemoRunner, seeds: int, done: list[DemoRun], progress: _Progress, *, as_json: bool
) -> None:
    for more in range(seeds):
        run = DemoRun(side.card.name, side.with_seed(more))
        async with aclosing(runner.run(run.demo, run.knobs)) as frames:
            async for frame in frames:
                run.take(frame)
                progress.show(side, more + frame.step / max(frame.total, 1))
                if as_json:
                    print(frame_json(frame, demo=run.demo, knobs=dict(run.knobs)), flush=True)
        if run.summary is None:
            raise DemoFailedError(f"{side.name} ended without a result")
        keep(run)
        done.append(run)


def _point(side: Contender, runs: Sequence[DemoRun]) -> Point:
    return point_of([result for run in runs if (result := run.result("")) is not None], side.card)


def curve_lines(sides: Sequence[Contender], runs: Sequence[Sequence[DemoRun]]) -> Iterator[str]:
    """The accuracy of each side at some steps: the median, the worst and the best of its seeds."""
    curves: list[tuple[Points, ...]] = []
    for done in runs:
        band = band_of(done)
        curves.append((band.middle, band.worst, band.best) if band else (done[0].curves.get("accuracy", []),))
    several = any(len(curve) > 1 for curve in curves)
    wide = max(_WIDE if several else 0, *(min(cell_len(side.name), 30) for side in sides), 10)
    yield "accuracy on unseen sentences"
    yield "  step  " + "  ".join(fit(side.name, wide) for side in sides).rstrip()
    if several:
        yield " " * 8 + "  ".join(fit("median  worst   best", wide) for _ in sides).rstrip()
    last = max((points[-1][0] for curve in curves for points in curve if points), default=0)
    for step in sorted({round(last * part / _ROWS) for part in range(_ROWS + 1)}):
        cells = ("  ".join(_number(points, step) for points in curve) for curve in curves)
        yield f"{step:6}  " + "  ".join(fit(cell, wide) for cell in cells).rstrip()


def _number(points: Points, step: float) -> str:
    """The last value measured up to a step; nothing after the end."""
    return f"{fraction(value_at(points, step)):<6}" if points and step <= points[-1][0] else " " * 6


class _Progress:
    """The progress of each side, in one line that is rewritten."""

    def __init__(self, sides: Sequence[Contender], seeds: int) -> None:
        self._seeds = seeds
        self._done = dict.fromkeys((side.name for side in sides), 0.0)

    def show(self, side: Contender, done: float) -> None:
        """A side has finished that many runs."""
        self._done[side.name] = done
        tell_progress("   ".join(f"{name}: {at:.1f} of {self._seeds}" for name, at in self._done.items()))
