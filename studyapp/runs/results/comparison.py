"""A comparison of demos: the jobs that several take, the results on them, and the runs that are still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import mean

from demos.catalog import DemoCard
from demos.frame import KnobValue
from studyapp.runs.results.known_points import known_points
from studyapp.runs.results.results import Point, Results, setting_of

MEAN = "mean"
"""Named like a job: the mean over all jobs."""


def jobs_of(cards: Sequence[DemoCard]) -> list[str]:
    """The jobs on which demos can be compared, in order: those that at least two of them take."""
    found = [str(job) for card in cards for knob in card.knobs if knob.name == "job" for job in knob.choices]
    return [job for job in dict.fromkeys(found) if found.count(job) > 1]


def points_on(job: str, cards: Sequence[DemoCard], jobs: Sequence[str], results: Results) -> tuple[Point, ...]:
    """The points of one job, or of their mean; a shipped one only if the method was not run here."""
    known = known_points(cards, jobs, results)
    if job == MEAN:
        return tuple(mean_of([*by_job.values()]) for by_job in known.values() if by_job)
    turned = [point for point in results.points(job, cards) if not point.standard]
    return (*(by_job[job] for by_job in known.values() if job in by_job), *turned)


def mean_of(points: Sequence[Point]) -> Point:
    """One point for all jobs of a method; an own one only if it was run here on each of them."""
    return replace(
        points[0],
        job=MEAN,
        runs=sum(point.runs for point in points),
        trainable=round(mean(point.trainable for point in points)),
        accuracy=mean(point.accuracy for point in points),
        lowest=mean(point.lowest for point in points),
        highest=mean(point.highest for point in points),
        seconds=mean(point.seconds for point in points),
        failed=sum(point.failed for point in points),
        own=all(point.own for point in points),
    )


def missing_runs(
    cards: Sequence[DemoCard], jobs: Sequence[str], seeds: range, results: Results
) -> list[tuple[DemoCard, dict[str, KnobValue]]]:
    """The demos, with their default knobs, without a saved result for a job and a seed."""
    kept = {(result.setting, result.seed) for result in results.all()}
    wanted = []
    for job in jobs:
        for card in cards:
            takes = next((knob.choices for knob in card.knobs if knob.name == "job"), ())
            for seed in seeds if job in takes else ():
                seeded = {"seed": seed} if any(knob.name == "seed" for knob in card.knobs) else {}
                knobs = card.settle({"job": job, **seeded})
                if (setting_of(card.name, knobs), seed) not in kept:
                    wanted.append((card, knobs))
    return wanted
