"""Anki's image occlusion: a question for each region, which describes its position, as nothing here covers it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

_SHAPE: Final = re.compile(r"\{\{c(\d{1,5})::image-occlusion:(\w+):([^{}]*)\}\}")
_NUMBER: Final = r"(-?\d{0,9}\.?\d{1,20})"
LOSS: Final = "image occlusion: the regions are named, not covered"


def regions(shapes: str) -> dict[int, str]:
    """The position of each region, in words."""
    found: dict[int, list[str]] = {}
    for number, kind, values in _SHAPE.findall(shapes):
        if int(number) and (centre := _centre(kind, values)) is not None:
            across, down = (min(100, max(0, round(100 * one))) for one in centre)
            found.setdefault(int(number), []).append(f"{across} % from the left and {down} % from the top")
    return {number: ", and ".join(found[number]) for number in sorted(found)}


def _centre(kind: str, values: str) -> tuple[float, float] | None:
    """The middle of a shape, as parts of the picture's width and height."""
    if kind == "polygon":
        points = [(float(x), float(y)) for x, y in re.findall(f"{_NUMBER},{_NUMBER}", values)]
        if not points:
            return None
        return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    known = {name: float(value) for name, value in re.findall(rf"\b(\w+)={_NUMBER}", values)}
    if "left" not in known or "top" not in known:
        return None
    across, down = (known.get(side, 2 * known.get(radius, 0)) for side, radius in (("width", "rx"), ("height", "ry")))
    return known["left"] + across / 2, known["top"] + down / 2


def region_sides(fields: Sequence[str], values: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    """For each region its card number, its front and its back, as HTML; the shapes are in the first field."""
    shapes, picture, header, extra = (
        (*(values.get(name, "") for name in fields), "", "", "", "")[place] for place in range(4)
    )
    found = regions(shapes)
    for turn, (number, where) in enumerate(found.items(), 1):
        front = f"<div>{header}</div>{picture}<div>What is {where}? (region {turn} of {len(found)})</div>"
        yield number - 1, front, extra or f"region {turn}, as the picture shows it"
