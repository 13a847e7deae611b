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
    """Merge word by word; None where both have changed the same words in different ways.

    What one has put where the other has put that and more was there already for the other: it comes once.
    """
    words = _PIECES.findall(base)
    ones, twos = _changes(words, _PIECES.findall(one)), _changes(words, _PIECES.findall(two))
    if ones is None or twos is None:
        return None
    found: list[bytes] = []
    place = 0
    kept = [change for change in ones if not any(_is_within(change, other) for other in twos if change != other)]
    kept += [change for change in twos if not any(_is_within(change, other) for other in kept)]
    for start, end, new in sorted(kept, key=lambda one: one[:2]):
        if start < place:
            return None
        found += [*words[place:start], *new]
        place = end
    return b"".join([*found, *words[place:]])


def _is_within(change: _Change, other: _Change) -> bool:
    """Tell whether another change around the same place has all the words of one, side by side."""
    if change == other:
        return True
    (start, end, new), (first, last, others) = change, other
    words, among = ([piece for piece in pieces if not piece.isspace()] for pieces in (new, others))
    side_by_side = any(among[n : n + len(words)] == words for n in range(len(among) - len(words) + 1))
    return first <= start and end <= last and bool(words) and side_by_side


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
    found: list[_Change] = []
    for what, i, j, k, m in steps:
        if what == "insert":
            found.append(_earliest(before, first + i, list(new[k:m]), found[-1][1] if found else 0))
        elif what != "equal":
            found.append((first + i, first + j, list(new[k:m])))
    return found


def _earliest(words: Sequence[bytes], place: int, new: list[bytes], least: int) -> _Change:
    """Put words that are added at the first place where the text comes out the same: of several, each finds that."""
    while place > least and words[place - 1] == new[-1]:
        new.insert(0, new.pop())
        place -= 1
    return place, place, new
