"""A line of words and formulas: what it looks like is known without a parser of Markdown."""

from __future__ import annotations

from typing import Final

from studyapp.core.text.regex import regex
from studyapp.markup.marks import MARKS
from studyapp.tui.render.lines import Run
from studyapp.tui.render.looks import NOTHING, Palette, over
from studyapp.tui.render.pieces import Pieces

_WORD: Final = rf"[^\W_]|[{MARKS} .,;:?!'\"()–—‘’“”…-]"
"""Characters that mean nothing to Markdown, nor to what Obsidian adds to it, but at the start of a line."""
_FORMULA: Final = rf"\$(?! )((?:{_WORD}|[\^_+=/\\{{}}]){{1,1000}}+)(?<![ \\])\$(?![\d$])"
_WORDS: Final = regex(rf"[{MARKS}]*(?![\d -])(?:{_WORD})++")
_PARTS: Final = regex(_FORMULA)


def runs_of(text: str, palette: Palette) -> list[Run] | None:
    """The runs of a text that has passed `marks.insert`; None where it takes the parser to read it."""
    parts = _PARTS.split(text) if "$" in text else [text]
    if not (parts[0] and _WORDS.fullmatch("".join(parts[::2]))):
        return None
    pieces, runs = Pieces(palette), list[Run]()
    for number, part in enumerate(parts):
        runs += pieces.formula(part, over(palette["math"], NOTHING)) if number % 2 else pieces.text(part)
    return runs
