"""Runs of styled text, broken into lines that fit a width in terminal cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import Final, TypeAlias

from rich.cells import cell_len, split_graphemes
from textual.content import Content, Span

from studyapp.core.text.regex import regex
from studyapp.tui.render.looks import NOTHING, Look, drawn

Run: TypeAlias = tuple[str, Look]
Line: TypeAlias = list[Run]

# Chinese and Japanese are written without spaces: a line may end after each character, save before closing and after
# opening punctuation. Korean is written with spaces and breaks at them.
_IDEOGRAPH: Final = (
    "\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff10-\uff5a\uff66-\uff9f\U00020000-\U0003ffff"
)
_OPENING: Final = "「『（〔【《〈［｛“‘"
_CLOSING: Final = (
    "、。，．・」』）〕】》〉］｝！？：；ーぁぃぅぇぉっゃゅょァィゥェォッャュョ…‥"
    "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f"
)
_ASCII_UNIT: Final = regex(" +|[^ ]+")
_BLANKS: Final = regex(" {2,}")
_SOFT_END: Final = " -/_.,&?=:;+"

EMPTY: Final[Run] = ("", NOTHING)
"""An empty line of the text, as opposed to one of the frame around it."""
GOES_ON: Final[Run] = ("", drawn(NOTHING))
"""Starts a line that continues the last word of the line above."""
_NEXT_WORD: Final[Run] = ("", drawn(NOTHING, " "))
"""Starts a line that continues the line above with its next word."""


def width_of(line: Iterable[Run]) -> int:
    """Width in cells of a line of runs."""
    return cell_len("".join([text for text, _ in line]))


def pad(line: Line, width: int, look: Look = NOTHING) -> Line:
    """Pad a line with spaces to `width` cells."""
    missing = width - width_of(line)
    return [*line, (" " * missing, drawn(look))] if missing > 0 else line


def fold_anywhere(text: str, width: int, *, soft: bool = False) -> list[tuple[int, int]]:
    """Cut a text without regard to words: half-open character ranges of at most `width` cells each.

    With `soft`, a piece preferably ends after punctuation in its second half (for addresses and paths).
    """
    if cell_len(text) <= width:
        return [(0, len(text))]
    if text.isascii():
        if not soft:
            return [(start, min(start + width, len(text))) for start in range(0, len(text), width)]
        cells_of = [(index, index + 1, 1) for index in range(len(text))]
    else:
        cells_of = split_graphemes(text)[0]
    pieces: list[tuple[int, int]] = []
    begin, used, soft_end, used_after_soft = 0, 0, 0, 0
    for start, end, cells in cells_of:
        if used + cells > width and start > begin:
            stop = soft_end if soft and soft_end > begin and used - used_after_soft >= width // 2 else start
            pieces.append((begin, stop))
            used = used_after_soft if stop == soft_end else 0
            begin, soft_end, used_after_soft = stop, 0, used
        used += cells
        used_after_soft += cells
        if soft and text[end - 1] in _SOFT_END:
            soft_end, used_after_soft = end, 0
    pieces.append((begin, len(text)))
    return pieces


@cache
def _unit() -> re.Pattern[str]:
    """What is never broken, in any script; compiled on first use, which takes a while."""
    return re.compile(
        f" +|[{_OPENING}]{{0,3}}[{_IDEOGRAPH}][{_CLOSING}]{{0,5}}|[^ {_IDEOGRAPH}{_OPENING}]+|[{_OPENING}]"
    )


def _ranges(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of one paragraph line start and end; blanks at a break belong to neither line."""
    if (len(text) <= width and text.isascii()) or cell_len(text) <= width:
        return [(0, len(text))]
    lines: list[tuple[int, int]] = []
    begin = end = used = blanks = 0
    for match in (_ASCII_UNIT if text.isascii() else _unit()).finditer(text):
        unit = match[0]
        cells = len(unit) if unit.isascii() else cell_len(unit)
        if unit[0] == " ":
            blanks = cells
            continue
        if used and used + blanks + cells <= width:
            used += blanks + cells
            end = match.end()
        else:
            if used:
                lines.append((begin, end))
            begin, end, used = match.start(), match.end(), cells
            if cells > width:
                *whole, (last_start, last_end) = fold_anywhere(unit, width, soft=True)
                lines.extend((begin + start, begin + stop) for start, stop in whole)
                used = cell_len(unit[last_start:last_end])
                begin, end = begin + last_start, begin + last_end
        blanks = 0
    if used or not lines:
        lines.append((begin, end))
    return lines


def cut_at(runs: Line, ranges: Iterable[tuple[int, int]]) -> Iterator[Line]:
    """The pieces of a line at ascending, disjoint character ranges of its text."""
    index = offset = 0
    for start, end in ranges:
        piece: Line = []
        while index < len(runs):
            text, look = runs[index]
            stop = offset + len(text)
            if stop > start and offset < end:
                piece.append((text[max(start - offset, 0) : end - offset], look))
            if stop > end:
                break
            offset = stop
            index += 1
        yield piece


def split_lines(runs: Iterable[Run]) -> list[Line]:
    """Split runs at their line feeds; always at least one line."""
    lines: list[Line] = [[]]
    for text, look in runs:
        first, *more = text.split("\n")
        if first:
            lines[-1].append((first, look))
        lines.extend([(part, look)] if part else [] for part in more)
    return lines


def _collapse(line: Line) -> Line:
    """Collapse blanks, as in a browser: what is hidden between two words leaves no gap."""
    collapsed: Line = []
    after_blank = False
    for text, look in line:
        single = _BLANKS.sub(" ", text) if "  " in text else text
        if after_blank and single.startswith(" "):
            single = single[1:]
        if single:
            collapsed.append((single, look))
            after_blank = single.endswith(" ")
    return collapsed


def wrap(runs: Iterable[Run], width: int) -> list[Line]:
    """Break runs into lines of at most `width` cells, at blanks where possible.

    Line feeds stay; several blanks are one, those at the ends go. Only one character wider than `width`
    exceeds it.
    """
    wrapped: list[Line] = []
    for line in map(_collapse, split_lines(runs)):
        text = "".join([part for part, _ in line])
        stripped = text.strip(" ")
        start = text.index(stripped) if stripped else 0
        ranges = _ranges(stripped, width)
        first, *more = cut_at(line, [(start + begin, start + end) for begin, end in ranges])
        wrapped.append(first)
        for piece, ((_, above), (begin, _)) in zip(more, pairwise(ranges), strict=True):
            wrapped.append([_NEXT_WORD if begin > above else GOES_ON, *piece])
    return wrapped


def to_content(lines: Iterable[Line]) -> Content:
    """One `Content` for all lines; equal neighbours share a span."""
    parts: list[str] = []
    spans: list[Span] = []
    offset = 0
    for line in lines:
        start, style, last = offset, "", NOTHING
        for text, look in line:
            if look is not last and text:
                last = look
                if (markup := look.markup) != style:
                    if style and start < offset:
                        spans.append(Span(start, offset, style))
                    start, style = offset, markup
            parts.append(text)
            offset += len(text)
        if style and start < offset:
            spans.append(Span(start, offset, style))
        parts.append("\n")
        offset += 1
    text = "".join(parts)[:-1]
    # The text has passed `visible`; stripping codes once more would shift the spans.
    return Content(text, spans, strip_control_codes=False)
