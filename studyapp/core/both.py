"""Two texts that were made of one at the same moment → one that has what both have changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PIECES = re.compile(rb"[^\S\n]+|\n|[^\s]+")
_MOST = 20_000
"""Words that are compared; beyond that it takes too long."""

_Change = tuple[int, int, list[bytes]]
"""Words of the base, from one to before another, and what stands in their place."""


def with_both(base: bytes, one: bytes, two: bytes) -> bytes | None:
    """Merge word by word; None where both have changed the same words in different ways."""
    words = _PIECES.findall(base)
    ones, twos = _changes(words, _PIECES.findall(one)), _changes(words, _PIECES.findall(two))
    if ones is None or twos is None:
        return None
    found: list[bytes] = []
    place = 0
    for start, end, new in sorted(ones + [change for change in twos if change not in ones], key=lambda one: one[:2]):
        if start < place:
            return None
        found += [*words[place:start], *new]
        place = end
    return b"".join([*found, *words[place:]])


def _changes(before: Sequence[bytes], after: Sequence[bytes]) -> list[_Change] | None:
    """What was changed, in order; None if there is too much to compare."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - hardly ever needed

    first = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    first = min(len(before), len(after)) if first is None else first
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    if len(old) > _MOST or len(new) > _MOST:
        return None
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(first + i, first + j, list(new[k:m])) for what, i, j, k, m in steps if what != "equal"]
