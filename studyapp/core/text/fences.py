"""Fenced code as CommonMark and Obsidian see it; what the plugin takes for a fence is in `core.notes.blocks`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from studyapp.core.text.regex import regex

RUN: Final = r"(?:`{3,}(?=[^`\n]*$)|~{3,})"
"""What opens fenced code, as a regular expression: no further backtick may follow."""
_NESTED: Final = (
    regex(rf"(?:[ \t>]|[-*+][ \t]|\d{{1,9}}[.)][ \t])*(?P<run>{RUN})[ \t]*(?P<info>.*)"),
    regex(r"[ \t>]*(`{3,}|~{3,})[ \t]*"),
)
_AT_MARGIN: Final = (regex(rf" {{0,3}}(?P<run>{RUN})"), regex(r" {0,3}(`{3,}|~{3,})[ \t]*"))


class Fence(Struct, frozen=True):
    """A block of fenced code."""

    opened: int
    last: int
    """The line of its closing fence; the note's last line where it has none."""
    run: str
    """The characters that opened it."""
    closed: bool


class FenceReader:
    """Reads lines in turn, and knows whether each is fenced code."""

    def __init__(self, *, at_margin: bool = False) -> None:
        """Start outside code; `at_margin` ignores code in lists and quotes, which ends with these."""
        self._opening, self._closing = _AT_MARGIN if at_margin else _NESTED
        self.run = ""
        """The characters that opened the code that the next line is in; empty outside code."""

    def take(self, line: str) -> bool:
        """Whether a line is fenced code; fences count."""
        if self.run:
            found = self._closing.fullmatch(line)
            self.run = "" if found and found[1].startswith(self.run) else self.run
            return True
        found = self._opening.match(line)
        self.run = found["run"] if found else ""
        return found is not None


def may_fence(text: str) -> bool:
    """Whether a text has what a fence is made of: most notes have no code."""
    return "```" in text or "~~~" in text


def fences(lines: Sequence[str], first: int = 0) -> Iterator[Fence]:
    """The blocks of fenced code from line `first` on."""
    reader, opened = FenceReader(), 0
    marked = [number for number, line in enumerate(lines) if "```" in line or "~~~" in line]
    for number in marked[bisect_left(marked, first) :]:
        before = reader.run
        if reader.take(lines[number]) and not before:
            opened = number
        elif before and not reader.run:
            yield Fence(opened, number, before, True)
    if reader.run:
        yield Fence(opened, len(lines) - 1, reader.run, False)


def fenced_lines(lines: Sequence[str], first: int = 0) -> set[int]:
    """The numbers of the lines from `first` on that are in fenced code, fences included."""
    return {line for fence in fences(lines, first) for line in range(fence.opened, fence.last + 1)}


def code_of(block: Sequence[str]) -> tuple[str, list[str]]:
    """What follows the opening fence of one block of fenced code, and the lines of the code."""
    opened = _NESTED[0].match(block[0])
    if opened is None:
        return "", list(block)
    reader = FenceReader()
    for line in block:
        reader.take(line)
    return opened["info"], list(block[1:] if reader.run else block[1:-1])


def in_backticks(line: str, place: int) -> bool:
    """Whether a position is between backticks on its line."""
    return "`" in line and bool(line.count("`", 0, place) % 2 and line.count("`", place) % 2)


def closing(run: str) -> re.Pattern[str]:
    """The line that closes code opened by these characters."""
    return re.compile(rf"^[> \t]*{re.escape(run)}{run[-1]}*[ \t]*$", re.MULTILINE)
