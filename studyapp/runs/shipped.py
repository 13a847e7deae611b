"""What many runs of each demo came to when they were measured for this version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from demos import catalog
from demos.catalog import DemoCard
from studyapp.core.disk.files import read_file
from studyapp.runs.results import Point

RESULTS: Final = catalog.HERE / "figures" / "results.json"


def shipped_points(job: str, cards: Sequence[DemoCard], path: Path = RESULTS) -> tuple[Point, ...]:
    """Give the shipped point of each demo that takes a job, in the order of the demos."""
    table = _read(path)
    return tuple(
        _point(card, job, numbers)
        for card in cards
        if card.path.parent == catalog.HERE and (numbers := table.get(card.name, {}).get(job)) is not None
    )


def _point(card: DemoCard, job: str, numbers: Mapping[str, Any]) -> Point:
    return Point(
        demo=card.name,
        title=card.title,
        job=job,
        runs=int(numbers["seeds"]),
        trainable=int(numbers["trainable"]),
        accuracy=float(numbers.get("median", numbers["after"])),
        lowest=float(numbers["low"]),
        highest=float(numbers["high"]),
        seconds=float(numbers["seconds"]),
        failed=int(numbers.get("failed", 0)),
        kept_bytes=int(numbers["kept_bytes"]),
        own=False,
    )


@cache
def _read(path: Path) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The table of the file; empty where it is missing or damaged, as what is shipped is a help and no more."""
    try:
        table: Mapping[str, Mapping[str, Mapping[str, Any]]] = json.loads(read_file(path))["methods"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return table
