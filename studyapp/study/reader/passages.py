"""Splits a long note into passages that are rendered one by one, so that its start appears at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from studyapp.core.text.fences import FenceReader

USUAL: Final = 6_000
"""The length, in characters, at which a passage ends at the next chance."""
LONGEST: Final = 60_000
"""The length after which it ends anywhere: no block is that long."""
MOST: Final = 1_000_000
"""The most characters of a note that are shown."""
LONGEST_LINE: Final = 20_000
"""The most characters of a line that are shown."""

_NAME: Final = re.compile(r"\[\^([^\]\s]{1,50})\]")
_FOOTNOTE: Final = re.compile(r"\[\^[^\]\s]+\]:")


class Passage(Struct, frozen=True):
    """Some lines of a note."""

    first: int
    """Its first line, from 0."""
    text: str
    cut: bool = False
    """Whether something after or within it is not shown."""


def paragraph(lines: Sequence[str], line: int) -> str:
    """The lines around a line, up to the nearest blank ones."""
    first = last = max(0, min(line, len(lines) - 1))
    while first > 0 and lines[first - 1].strip():
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].strip():
        last += 1
    return "\n".join(lines[first : last + 1])


def passages(lines: Sequence[str], first: int = 0) -> Iterator[Passage]:
    """Divide a note after its front matter at blank lines and headings outside of code, mathematics and lists.

    A note of one passage stays as it is. In others a footnote is shown where it is defined, since references to it
    may be in another passage.
    """
    cut = any(len(line) > LONGEST_LINE for line in lines)
    shown = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …" for line in lines[first:]]
    if sum(map(len, shown)) + len(shown) <= USUAL:
        yield Passage(first, "\n".join(shown), cut)
        return
    begin = size = total = 0
    code, formula = FenceReader(at_margin=True), False
    for number, line in enumerate(shown):
        may_end = not code.run and not formula and _may_begin(shown, number)
        if number > begin and ((may_end and size >= USUAL) or size >= LONGEST):
            yield Passage(first + begin, _joined(shown[begin:number]), cut)
            begin, size = number, 0
        if total + len(line) > MOST:
            if number > begin:
                yield Passage(first + begin, _joined(shown[begin:number]), cut=True)
            return
        if not code.take(line) and line.count("$$") % 2:
            formula = not formula
        size += len(line) + 1
        total += len(line) + 1
    yield Passage(first + begin, _joined(shown[begin:]), cut)


def named_footnotes(parts: Sequence[Passage]) -> frozenset[str]:
    """The names of footnotes in a note of several passages, where names replace numbers."""
    if len(parts) < 2:
        return frozenset()
    return frozenset(name for part in parts if "[^" in part.text for name in _NAME.findall(part.text))


def _may_begin(lines: Sequence[str], number: int) -> bool:
    """Whether a passage may start with a line: a heading, or text at the margin after a blank line."""
    line = lines[number]
    if re.match(r"#{1,6}[ \t]", line):
        return True
    at_margin = bool(line) and line[0] not in " \t>-*+|" and not line[0].isdigit()
    return at_margin and number > 0 and not lines[number - 1].strip()


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.replace("]:", "]", 1) if _FOOTNOTE.match(line) else line for line in lines)
