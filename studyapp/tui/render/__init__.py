"""A card's Markdown, as Obsidian would show it, as one Textual `Content`.

    text and spans → marks.insert → syntax.parse → blocks.Blocks → lines → Content

A line of words and formulas does without the parser and `Blocks`, which take a while to import; see `plain_line`.

One `Content` in one `Static` paints a card in tens of milliseconds; a widget for each block takes seconds. Nothing in
a note can act on the terminal or on the app: the text passes `visible` on the way in and whatever the parser decodes
passes it again on the way out, no text is read as markup, and styles come from the palette alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from rich.cells import cell_len
from textual.content import Content

from studyapp.markup.marks import insert
from studyapp.tui.render.embedded import Embedded
from studyapp.tui.render.lines import Line, to_content, wrap
from studyapp.tui.render.looks import COLOUR, PLAIN, Anchor, Palette
from studyapp.tui.render.plain_line import runs_of

__all__ = [
    "COLOUR",
    "MIN_WIDTH",
    "PLAIN",
    "Anchor",
    "Embedded",
    "Palette",
    "Rendered",
    "Spot",
    "render_note",
]

MOST: Final = 150_000
"""The most characters of a text that are rendered; nobody could learn a longer card."""
TOO_LARGE: Final = "*— too large, shown in part —*"
MIN_WIDTH: Final = 10
"""A card is laid out for at least this many cells; a narrower widget cuts it."""


class Spot(Struct, frozen=True):
    """Where a piece of an anchor's text is painted."""

    line: int
    start: int
    """In cells."""
    end: int
    anchor: Anchor


class Rendered(Struct, frozen=True):
    """A rendered text, with the places in it that can be followed."""

    lines: list[Line]
    places: list[Spot]
    """Links, images, embedded notes and headings, from top to bottom."""
    rows: list[tuple[int, int]]
    """The start of each of its outermost blocks: the line here and the source line, both from 0."""
    footnotes: frozenset[str] = frozenset()
    """The names of its footnotes; see `taken` of `render_note`."""

    @property
    def content(self) -> Content:
        """All lines as one `Content`."""
        return to_content(self.lines)


def render_note(
    markdown: str,
    *,
    width: int,
    spans: Sequence[tuple[int, int, str]] = (),
    palette: Palette = COLOUR,
    embedded: Embedded | None = None,
    taken: frozenset[str] = frozenset(),
) -> Rendered:
    """Render a note, or a card, in `width` cells, with the positions of its links, images and headings.

    `spans` are half-open character ranges of `markdown` with a name from `CLOZE_NAMES`: the asked cloze, the hidden
    ones, the answer. Notes that it embeds are shown within it where `embedded` has their text. Footnotes avoid the
    numbers in `taken`, which a text beside this one has been given.

    No line is wider than `width` (at least `MIN_WIDTH`), so show the result without wrapping. Any text can be
    rendered, in time linear in its length.

    Raises:
        ValueError: a span has an unknown name.
    """
    if len(markdown) > MOST:
        markdown = f"{markdown[:MOST]}\n\n{TOO_LARGE}"
    text = insert(markdown, spans)
    if (runs := runs_of(text, palette)) is not None:
        return Rendered(wrap(runs, max(width, MIN_WIDTH)), [], [(0, 0)], taken)
    from studyapp.markup.syntax import parse
    from studyapp.tui.render.blocks import Blocks

    blocks = Blocks(text, palette, embedded, taken)
    lines = blocks.layout(parse(text), max(width, MIN_WIDTH))
    return Rendered(lines, list(_places(lines)), blocks.rows, blocks.inline.footnotes)


def _places(lines: Sequence[Line]) -> Iterator[Spot]:
    for number, line in enumerate(lines):
        cell = 0
        last: Spot | None = None
        for text, look in line:
            end = cell + cell_len(text)
            if last is not None and look.anchor == last.anchor:
                last = Spot(number, last.start, end, last.anchor)
            else:
                if last is not None:
                    yield last
                last = Spot(number, cell, end, look.anchor) if look.anchor is not None else None
            cell = end
        if last is not None:
            yield last
