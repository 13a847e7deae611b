"""The text of rendered lines, without frames, bars, padding and wrapping; of a formula that is drawn, its TeX."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent

from textual.selection import Selection

from studyapp.tui.render.lines import Line
from studyapp.tui.render.looks import Anchor


def copied(lines: Sequence[Line], selection: Selection) -> str:
    """The text selected in the lines; its offsets count characters."""
    last = len(lines) - 1
    start = selection.start.transpose if selection.start is not None else (0, 0)
    end = selection.end.transpose if selection.end is not None else (last, None)
    found: list[str] = []
    formula: Anchor | None = None
    """The one drawn on the line above, which has been copied."""
    for number in range(start[0], min(end[0], last) + 1):
        here = _formula_on(lines[number])
        if here is not None and here == formula:
            continue
        first = start[1] if number == start[0] else 0
        text, joint = _words(lines[number], first, end[1] if number == end[0] else None)
        formula = here if text else None
        if text is None:
            continue
        if joint is None or not found:
            found.append(text)
        else:
            found[-1] += joint + text
    return dedent("\n".join([line.rstrip() for line in found]))


def _formula_on(line: Line) -> Anchor | None:
    """The formula drawn on a line, if there is one."""
    anchors = (look.anchor for _, look in line if look.anchor is not None)
    return next((anchor for anchor in anchors if anchor.kind == "formula"), None)


def _words(line: Line, first: int, end: int | None) -> tuple[str | None, str | None]:
    """What is copied of a line, None for decoration, and what joins it to the line above, if it continues that."""
    if line and all(look.copied == "" for _, look in line):
        return None, None
    pieces: list[str] = []
    joint: str | None = None
    place = 0
    for text, look in line:
        if not text and look.copied is not None:  # the text before it is the indent
            joint = look.copied
            pieces.clear()
        elif place + len(text) > first and (end is None or place < end):
            stop = None if end is None else end - place
            pieces.append(text[max(first - place, 0) : stop] if look.copied is None else look.copied)
        place += len(text)
    return "".join(pieces), joint
