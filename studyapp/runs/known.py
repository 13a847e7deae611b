"""Results of the methods: from own runs, else as measured for this version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from demos.catalog import DemoCard
from demos.shipped import PATH
from studyapp.runs.results import Point, Results
from studyapp.runs.shipped import shipped_points

MEAN = "mean"
"""Named like a job: the mean over all jobs."""

KnownPoints = Mapping[str, Mapping[str, Point]]
"""Demo, then job, then the point with every knob at its default."""


def known_points(
    cards: Sequence[DemoCard], jobs: Sequence[str], results: Results, shipped: Path = PATH
) -> dict[str, dict[str, Point]]:
    """For each demo, the point of each job that it was run on, here or elsewhere."""
    found: dict[str, dict[str, Point]] = {card.name: {} for card in cards}
    for job in jobs:
        for point in (*shipped_points(job, cards, shipped), *results.points(job, cards)):
            if point.standard:
                found[point.demo][job] = point
    return found


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
