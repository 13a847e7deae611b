"""Syntax colours for code: source text → runs, by Pygments' lexers and the palette's few looks."""

from __future__ import annotations

import re
from typing import Final

from textual.highlight import HighlightTheme, TokenType
from textual.highlight import highlight as textual_highlight

from studyapp.tui.render.lines import Run
from studyapp.tui.render.looks import NOTHING, Palette


class _Names(HighlightTheme):
    """Token types → names of looks. Few colours, each with a meaning; other tokens look like plain code."""

    STYLES: dict[TokenType, str] = {  # noqa: RUF012 - declared so by Textual
        ("Comment",): "code-comment",
        ("Keyword",): "code-keyword",
        ("Operator", "Word"): "code-keyword",
        ("Literal", "String"): "code-string",
        ("Literal", "Number"): "code-number",
        ("Name", "Function"): "code-name",
        ("Name", "Class"): "code-name",
        ("Name", "Tag"): "code-keyword",
        ("Name", "Decorator"): "code-builtin",
        ("Name", "Builtin"): "code-builtin",
        ("Name", "Attribute"): "code-builtin",
        ("Name", "Exception"): "code-builtin",
        ("Generic", "Heading"): "code-name",
        ("Generic", "Deleted"): "code-deleted",
        ("Generic", "Inserted"): "code-string",
    }


_LANGUAGE: Final = re.compile(r"[\w+#.-]{1,40}", re.ASCII)

# Lexers are regular expressions, some of them slow on text that is not code; a card's code is far below these limits.
_MAX_CODE: Final = 20_000
_MAX_LINE: Final = 1_000


def highlight(code: str, language: str, palette: Palette) -> list[Run]:
    """`code` as runs, coloured if the language is known and the text not too long."""
    # `raw` reads Pygments' own token dumps and evaluates what it finds there.
    known = _LANGUAGE.fullmatch(language) and language.lower() != "raw"
    if not known or len(code) > _MAX_CODE or any(len(line) > _MAX_LINE for line in code.split("\n")):
        return [(code, NOTHING)]
    runs: list[Run] = []
    position = 0
    for start, end, name in textual_highlight(code, language=language, theme=_Names, tab_size=0).spans:
        if name not in palette.looks or start < position:
            continue
        runs += [(code[position:start], NOTHING), (code[start:end], palette[str(name)])]
        position = min(end, len(code))
    return [*runs, (code[position:], NOTHING)]
