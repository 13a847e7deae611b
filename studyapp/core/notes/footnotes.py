"""The footnotes of a note, which a card may refer to from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from studyapp.core.schedule.entries import OPEN
from studyapp.core.text.fences import fenced_lines
from studyapp.core.text.regex import regex

_TEXT: Final = regex(r" {0,3}\[\^([^\]\s]{1,50})\]:[ \t]*")
_REFERENCE: Final = regex(r"\[\^([^\]\s]{1,50})\](?!:)")
_INDENT: Final = regex(r" {1,4}|\t")


def footnotes(lines: Sequence[str], first: int) -> dict[str, str]:
    """The texts of footnotes by name, from a line on; the first of a name counts."""
    code = fenced_lines(lines, first)
    found: dict[str, str] = {}
    for number in range(first, len(lines)):
        begins = None if number in code else _TEXT.match(lines[number])
        if begins is not None and begins[1] not in found:
            text = [lines[number][begins.end() :], *_going_on(lines, number + 1)]
            found[begins[1]] = "\n".join(text).strip()
    return found


def _going_on(lines: Sequence[str], start: int) -> Iterator[str]:
    """The further lines of a footnote's text: up to a blank one, then the indented ones."""
    blank = False
    for number in range(start, len(lines)):
        line = lines[number]
        indent = _INDENT.match(line)
        if _TEXT.match(line) or line.startswith(OPEN) or (blank and line.strip() and indent is None):
            return
        blank = blank or not line.strip()
        yield line[indent.end() :] if indent else line


def footnotes_beside(sides: Sequence[str], known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The footnotes that the sides refer to but do not contain, with their names."""
    wanted: dict[str, str] = {}
    for side in sides:
        own = {found[1] for line in side.split("\n") if (found := _TEXT.match(line))}
        for name in _referred_to(side):
            if name in known and name not in own:
                wanted[name] = known[name]
    for text in list(wanted.values()):
        for name in _referred_to(text):
            if name in known:
                wanted.setdefault(name, known[name])
    return tuple(wanted.items())


def _referred_to(text: str) -> Iterator[str]:
    if "[^" in text:
        from studyapp.core.text.pieces import Part, pieces

        words = "\n".join(piece.text for piece in pieces(text) if piece.part is Part.WORDS)
        yield from _REFERENCE.findall(words)
