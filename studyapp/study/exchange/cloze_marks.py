"""Marks in place of Anki's clozes while a field becomes Markdown."""

from __future__ import annotations

import re
from typing import Final

from studyapp.study.exchange.formulas import plain

OPEN, CLOSE, END = "\ufdd0", "\ufdd1", "\ufdd2"
"""Noncharacters around the number of a cloze, and behind its text."""
_CLOZE: Final = re.compile(r"\{\{c(\d{1,5}(?:,\d{1,5}){0,99})::|\}\}")


def mark_clozes(html: str, clozes: dict[int, tuple[str, str | None]], losses: set[str]) -> str:
    """HTML with marks in place of Anki's clozes; of nested ones the outer one counts.

    Args:
        html: the field.
        clozes: gets the number and the hint of each.
        losses: gets what cannot be carried.
    """
    pieces: list[str] = []
    stack: list[int] = []
    """Where the text of each open cloze begins among the pieces; the number of the outer one comes first."""
    end = 0
    for match in _CLOZE.finditer(html):
        pieces.append(html[end : match.start()])
        end = match.end()
        if match[1]:
            if not stack:
                clozes[len(clozes)] = (match[1], None)
                pieces.append(f"{OPEN}{len(clozes) - 1}{CLOSE}")
            else:
                losses.add("clozes within clozes")
            stack.append(len(pieces))
        elif stack:
            begun = stack.pop()
            inner, sign, hint = "".join(pieces[begun:]).partition("::")
            if not stack:
                number = len(clozes) - 1
                clozes[number] = (clozes[number][0], plain(hint) if sign else None)
            pieces[begun:] = [inner, END if not stack else ""]
        else:
            pieces.append(match[0])
    rest = html[end:]
    if stack:  # one that is never closed is none
        clozes.clear()
        return html.replace(OPEN, "").replace(END, "")
    return "".join([*pieces, rest])


def as_spans(line: str) -> str:
    """A line of code around the marks of its clozes."""
    pieces = re.split(f"({OPEN}\\d+{CLOSE}|{END})", line)
    return "".join(piece if place % 2 or not piece else _as_span(piece) for place, piece in enumerate(pieces))


def _as_span(code: str) -> str:
    sign = "`" * (1 + max((len(run) for run in re.findall("`+", code)), default=0))
    space = " " * ("`" in code)
    return f"{sign}{space}{code}{space}{sign}"
