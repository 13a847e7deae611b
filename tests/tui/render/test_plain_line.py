"""A line that needs no parser looks the same with one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.markup.marks import CLOZE_NAMES, insert
from studyapp.markup.syntax import parse
from studyapp.tui.render import COLOUR, PLAIN, render_note
from studyapp.tui.render.blocks import Blocks
from studyapp.tui.render.plain_line import runs_of
from tests.helpers.strategies import examples
from tests.helpers.tiers import tiered

PIECES = [
    *"abzß数一ー²0189 .,;:?!'\"()–—’…-^_+=/\\{}$$$$",
    "  ",
    "$x_1$",
    "$\\alpha^{2}$",
    "\\frac",
    "1. ",
    "- ",
    "www.a.b",
]
LINES = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=25).map("".join)
SPANS = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25), st.sampled_from(CLOZE_NAMES)), max_size=3)


@given(LINES, SPANS, st.integers(10, 40), st.sampled_from([COLOUR, PLAIN]))
@examples(400)
def test_every_text_looks_as_the_parser_reads_it(
    markdown: str, spans: list[tuple[int, int, str]], width: int, palette: object
) -> None:
    chosen = COLOUR if palette is COLOUR else PLAIN
    text = insert(markdown, spans)
    blocks = Blocks(text, chosen)
    lines = blocks.layout(parse(text), width)
    shown = render_note(markdown, width=width, spans=spans, palette=chosen)
    assert (shown.lines, shown.rows) == (lines, blocks.rows)


@tiered(
    "text",
    [
        "In the very first step, which parameters receive a gradient?",
        'Größe (in "cm"): 12 – or more…',
        "The update $\\frac{\\alpha}{r} B A$ of $W$ starts at zero.",
    ],
)
def test_words_and_formulas_need_no_parser(text: str) -> None:
    assert runs_of(text, COLOUR) is not None


@tiered(
    "text",
    ["", " indented", "- item", "1. item", "a\nb", "a *b*", "a `b`", "[[a]]", "$$x$$", "$5 or $6", "a #tag", "a ^id"],
)
def test_what_means_something_to_markdown_is_parsed(text: str) -> None:
    assert runs_of(text, COLOUR) is None
