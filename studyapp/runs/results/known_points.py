"""What each method reaches with its default knobs: in own runs, else as measured for this version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from demos import catalog
from demos.catalog import DemoCard
from demos.shipped import PATH, Figures, shipped
from studyapp.runs.results.results import Point, Results

KnownPoints = Mapping[str, Mapping[str, Point]]
"""Demo, then job, then the point with every knob at its default."""


def known_points(
    cards: Sequence[DemoCard], jobs: Sequence[str], results: Results, path: Path = PATH
) -> dict[str, dict[str, Point]]:
    """For each demo, the point of each job that it was run on, here or elsewhere."""
    found: dict[str, dict[str, Point]] = {card.name: {} for card in cards}
    for job in jobs:
        for point in (*shipped_points(job, cards, path), *results.points(job, cards)):
            if point.standard:
                found[point.demo][job] = point
    return found


def shipped_points(job: str, cards: Sequence[DemoCard], path: Path = PATH) -> tuple[Point, ...]:
    """The shipped point of each demo that takes a job, in the order of the demos."""
    try:
        table = shipped(path).jobs.get(job, {})
    except (OSError, ValueError, KeyError, TypeError):  # merely a help
        return ()
    return tuple(
        _point(card, job, table[card.name])
        for card in cards
        if card.path.parent == catalog.HERE and card.name in table
    )


def _point(card: DemoCard, job: str, came: Figures) -> Point:
    return Point(
        demo=card.name,
        title=card.title,
        job=job,
        runs=came.seeds,
        trainable=came.trained,
        accuracy=came.median,
        lowest=came.worst,
        highest=came.best,
        seconds=came.seconds,
        failed=came.failures,
        kept_bytes=came.kept_bytes,
        own=False,
    )
