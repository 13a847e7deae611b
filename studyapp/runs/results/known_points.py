"""What each method reaches with its default knobs: in own runs, else as measured for this version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from demos.catalog import DemoCard
from demos.shipped import PATH
from studyapp.runs.results.results import Point, Results
from studyapp.runs.results.shipped import shipped_points

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
