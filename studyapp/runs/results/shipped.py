"""Results of many runs of each demo, as measured for this version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from demos import catalog
from demos.catalog import DemoCard
from demos.shipped import PATH, Figures, shipped
from studyapp.runs.results.results import Point


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
