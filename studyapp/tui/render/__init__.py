"""A card's Markdown, as Obsidian would show it, as one Textual `Content`.

    text and spans → marks.insert → syntax.parse → blocks.Blocks → lines → Content

One `Content` in one `Static` paints a card in tens of milliseconds; a widget for each block takes seconds. Nothing in
a note can act on the terminal or on the app: the text passes `visible` on the way in and whatever the parser decodes
passes it again on the way out, no text is read as markup, and styles come from the palette alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from studyapp.tui.render.blocks import Blocks
from studyapp.tui.render.lines import to_content
from studyapp.tui.render.looks import CLOZE_NAMES, COLOUR, PLAIN, Look, Palette
from studyapp.tui.render.marks import insert
from studyapp.tui.render.syntax import parse

__all__ = ["CLOZE_NAMES", "COLOUR", "MIN_WIDTH", "PLAIN", "Look", "Palette", "render_card"]

MIN_WIDTH: Final = 10
"""A card is laid out for at least this many cells; a narrower widget cuts it."""


def render_card(
    markdown: str,
    *,
    width: int,
    spans: Sequence[tuple[int, int, str]] = (),
    palette: Palette = COLOUR,
) -> Content:
    """Lay out a card's text in `width` cells.

    `spans` are half-open character ranges of `markdown` with a name out of `CLOZE_NAMES`: the asked cloze, the hidden
    ones, the answer. No line is wider than `width` (at least `MIN_WIDTH`), so show the result without wrapping. Any
    text can be laid out; the time is linear in its length.

    Raises:
        ValueError: a span has an unknown name.
    """
    text = insert(markdown, spans)
    return to_content(Blocks(text, palette).layout(parse(text), max(width, MIN_WIDTH)))
