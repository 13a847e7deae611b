"""Lines → question blocks: the plugin's line loop.

A block is what stands between blank lines (or end markers). One that holds a separator line or a cloze is a question,
and a line that holds a single line separator is a question by itself, whatever is around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from studyapp.core.cloze import ClozePatterns
from studyapp.core.schedule import OPEN
from studyapp.core.settings import Settings
from studyapp.core.text import WHITE_SPACE, longer_than_one, trim_end

CALLOUT = "> [!sr|card-metadata]"
"""The callout that carries a schedule comment where the plugin is set to use one."""

_RUN = re.compile(r"`+|~+")


class Kind(StrEnum):
    """The plugin's five types of question."""

    SINGLE_BASIC = "single_basic"
    SINGLE_REVERSED = "single_reversed"
    MULTI_BASIC = "multi_basic"
    MULTI_REVERSED = "multi_reversed"
    CLOZE = "cloze"


@dataclass(frozen=True, slots=True)
class Block:
    """A question as the loop finds it."""

    kind: Kind
    text: str
    """With its schedule comment; trailing white space is cut where the plugin cuts it."""
    first_line: int
    """0-based, as the plugin counts it: after a single line card it may lie above the question's real first line."""
    last_line: int
    sources: tuple[int, ...]
    """The lines that the text was made from; lines that the loop skipped are not among them."""


def has_marker(line: str, marker: str) -> bool:
    """Tell whether the line holds the separator, its first place not between backticks."""
    if not marker or (place := line.find(marker)) < 0:
        return False
    if "`" not in line:
        return True
    return not (line.count("`", 0, place) % 2 and line.count("`", place + len(marker)) % 2)


def scan(lines: Sequence[str], first: int, settings: Settings) -> list[Block]:
    """Find the question blocks from line `first` on; the lines before it count as blank."""
    basic, reverse = settings.single_line_card_separator, settings.single_line_reversed_card_separator
    inline = [(basic, Kind.SINGLE_BASIC), (reverse, Kind.SINGLE_REVERSED)]
    inline.sort(key=lambda pair: -len(pair[0]))
    common = _common(basic, reverse)
    multi, multi_reversed = settings.multiline_card_separator, settings.multiline_reversed_card_separator
    end_marker = settings.multiline_card_end_marker
    clozes = ClozePatterns.of(settings.cloze_patterns)

    blocks: list[Block] = []
    text: list[str] = []
    sources: list[int] = []
    kind: Kind | None = None
    block_line = first
    count = len(lines)
    i = first - 1
    while (i := i + 1) < count:
        line = lines[i]
        if line.startswith("<!--") and not line.startswith(OPEN):
            if "-->" not in line:
                break  # the plugin looks for the end in this line only, and so skips to the end of the file
            i += 1
            continue

        trimmed = line.strip(WHITE_SPACE)
        if (not trimmed and (kind is None or not end_marker)) or (end_marker and trimmed == end_marker):
            if kind is not None:
                blocks.append(Block(kind, trim_end("\n".join(text)), block_line, i - 1, tuple(sources)))
                kind = None
            if text:
                text, sources = [], []
            block_line = i + 1
            continue

        text.append(line.rstrip(WHITE_SPACE))
        sources.append(i)

        if common in line:
            single = next((kind for marker, kind in inline if has_marker(line, marker)), None)
            if single is not None:
                block_line, last = i, _single_end(lines, i)
                content = "\n".join(lines[i : last + 1]) if last > i else line
                blocks.append(Block(single, content, i, last, tuple(range(i, last + 1))))
                i = last
                kind, text, sources = None, [], []
                continue

        if trimmed == multi or trimmed == multi_reversed:
            if longer_than_one("\n".join(text)):
                kind = Kind.MULTI_BASIC if trimmed == multi else Kind.MULTI_REVERSED
        elif line.startswith(("```", "~~~")):
            run = _RUN.match(line).group()  # type: ignore[union-attr]  # it starts with one
            while i + 1 < count and not lines[i + 1].startswith(run):
                i += 1
                text.append(lines[i])
                sources.append(i)
            i += 1
            text.append(run)
            if i < count:
                sources.append(i)
        elif kind is None and clozes.found_in(line):
            kind = Kind.CLOZE

    if kind is not None:
        blocks.append(Block(kind, trim_end("\n".join(text)), block_line, count - 1, tuple(sources)))
    return blocks


def _single_end(lines: Sequence[str], line: int) -> int:
    """The last line of a single line card: its own, its comment's, or the last one of its metadata callout."""
    following = lines[line + 1] if line + 1 < len(lines) else ""
    if following.startswith(OPEN):
        return line + 1
    if following.startswith(CALLOUT):
        for number in range(line + 1, len(lines)):
            if OPEN in lines[number]:
                return number
        return len(lines) - 1
    return line


def _common(basic: str, reverse: str) -> str:
    """A text that every line with one of the separators holds: looked for first, because most lines hold none."""
    if not basic or not reverse:
        return basic or reverse or "\n"
    return min((sign for sign in (basic, reverse) if sign in basic and sign in reverse), key=len, default="")
