"""Merges two versions of a text: the result has the changes of both.

The standard library compares texts but does not merge them. It merges by words, as a comment may be at the end of a
line: by lines, an edit of that line and a grade would conflict.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from studyapp.core.text.note_text import in_common

_PIECES = re.compile(rb"[^\S\n]+|\n|[^\s]+")
_MOST = 2_000_000
"""The most bytes that are compared, between the common start and end of all three texts; more would take too long."""
_MOST_AT_ONCE, _MOST_STEPS = 5_000_000, 50_000_000
"""The most that comparing words may cost, in one place and in a whole text: at worst the number of words cubed.

Beyond that, only lines are compared.
"""

_Change = tuple[int, int, list[bytes]]
"""A range of words of the base, and what replaces them."""
_Region = tuple[int, int, int, int]
"""Where two texts differ: a range of words of the first, and one of the second."""


def with_both(base: bytes, one: bytes, two: bytes) -> bytes | None:
    """Merge word by word; None where both changed the same words in different ways. What both added appears once."""
    texts = (base, one, two)
    head = base.rfind(b"\n", 0, in_common(texts)) + 1
    backwards = [text[head:][::-1] for text in texts]
    tail = max(backwards[0].rfind(b"\n", 0, in_common(backwards)), 0)
    if max(map(len, texts)) - head - tail > _MOST:
        return None
    merged = _merged(*[_PIECES.findall(text, head, len(text) - tail) for text in texts])
    return None if merged is None else b"".join([base[:head], *merged, base[len(base) - tail :]])


def _merged(words: Sequence[bytes], one: Sequence[bytes], two: Sequence[bytes]) -> list[bytes] | None:
    ones, twos = _changes(words, one), _changes(words, two)
    found: list[bytes] = []
    place = 0
    kept = [change for change in ones if not any(change != other for other in _around(change, twos))]
    kept += [change for change in twos if not _around(change, kept)]
    for start, end, new in sorted(kept, key=lambda one: one[:2]):
        if start < place:
            return None
        found += [*words[place:start], *new]
        place = end
    return [*found, *words[place:]]


def _around(change: _Change, others: Sequence[_Change]) -> list[_Change]:
    """The other side's changes, in order, that hold all the words of one at the same place."""
    found: list[_Change] = []
    for number in range(bisect_right(others, change[0], key=lambda other: other[0]) - 1, -1, -1):
        if others[number][1] < change[1]:
            break
        if _is_within(change, others[number]):
            found.append(others[number])
    return found


def _is_within(change: _Change, other: _Change) -> bool:
    """Whether another change at the same place holds all the words of one, in a row."""
    if change == other:
        return True
    (start, end, new), (first, last, others) = change, other
    words, among = (
        b" ".join([b"", *(piece for piece in pieces if not piece.isspace()), b""]) for pieces in (new, others)
    )
    return first <= start and end <= last and not words.isspace() and words in among


def _changes(before: Sequence[bytes], after: Sequence[bytes]) -> list[_Change]:
    """The changes, in order."""
    found: list[_Change] = []
    for i, j, k, m in _regions(before, after):
        new = list(after[k:m])
        found.append(_earliest(before, i, new, found[-1][1] if found else 0) if i == j else (i, j, new))
    return found


def _regions(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[_Region]:
    """Where two texts differ: by words if that does not cost too much, else by lines."""
    left = _MOST_STEPS
    whole = _trimmed(before, after, (0, len(before), 0, len(after)))
    for region in [whole] if _cost(whole) <= _MOST_AT_ONCE else _between_lines(before, after, whole):
        first, last, start, end = region
        if _cost(region) > min(left, _MOST_AT_ONCE):
            yield region
            continue
        left -= _cost(region)
        compared = SequenceMatcher(None, before[first:last], after[start:end], autojunk=False)
        for what, i, j, k, m in compared.get_opcodes():
            if what != "equal":
                yield first + i, first + j, start + k, start + m


def _cost(region: _Region) -> int:
    old, new = region[1] - region[0], region[3] - region[2]
    return old * new * min(old, new)


def _trimmed(before: Sequence[bytes], after: Sequence[bytes], region: _Region) -> _Region:
    """A region without the words that both have in common at its start or end."""
    first, last, start, end = region
    while first < last and start < end and before[first] == after[start]:
        first, start = first + 1, start + 1
    while first < last and start < end and before[last - 1] == after[end - 1]:
        last, end = last - 1, end - 1
    return first, last, start, end


def _between_lines(before: Sequence[bytes], after: Sequence[bytes], region: _Region) -> Iterator[_Region]:
    """The parts of a region that differ, between lines that occur once in both texts, in the same order."""
    first, last, start, end = region
    lines, others = _lines(before, first, last), _lines(after, start, end)
    seen = Counter(line for _, line in lines)
    seen_there = Counter(line for _, line in others)
    places = {line: place for place, line in others}
    pairs = [(place, places[line]) for place, line in lines if seen[line] == seen_there[line] == 1]
    done, done_there = first, start
    for place, there in [*_rising(pairs), (last, end)]:
        part = _trimmed(before, after, (done, place, done_there, there))
        if part[0] < part[1] or part[2] < part[3]:
            yield part
        done, done_there = place, there


def _lines(words: Sequence[bytes], first: int, last: int) -> list[tuple[int, bytes]]:
    """The lines in a range of words, each with the place of its first word."""
    ends = [place + 1 for place in range(first, last) if words[place] == b"\n"]
    starts = [first, *ends]
    return [(i, b"".join(words[i:j])) for i, j in zip(starts, [*ends, last], strict=True) if i < j]


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs in which both places rise; the pairs come in the order of their first places."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        length = bisect_left(tops, there)
        tops[length : length + 1], ends[length : length + 1] = [there], [number]
        before.append(ends[length - 1] if length else -1)
    found: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _earliest(words: Sequence[bytes], place: int, new: list[bytes], least: int) -> _Change:
    """Move added words to the first place that gives the same text, so that equal changes meet."""
    turned = deque(new)
    while place > least and words[place - 1] == turned[-1]:
        turned.rotate(1)
        place -= 1
    return place, place, list(turned)
