"""What the mouse selects of a card: its words, without frames and the breaks of the width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Offset
from textual.selection import Selection

from studyapp.core.visible import visible
from studyapp.tui.render import COLOUR, PLAIN, Palette, render_note
from studyapp.tui.render.copied import copied

ALL = Selection(None, None)
LONG = "one two three four five six seven eight nine ten eleven twelve"
HALF = r"\frac{a+b}{2}"
CODE = "def f(rows):\n    for row in rows:\n\n        print(row, sep='a long text that goes on and on')"


def of(markdown: str, width: int = 24, palette: Palette = COLOUR) -> str:
    return copied(render_note(markdown, width=width, palette=palette).lines, ALL)


@pytest.mark.parametrize("palette", [COLOUR, PLAIN])
@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        (LONG, LONG),
        (f"- {LONG}\n- b\n  - c", f"- {LONG}\n- b\n  - c"),
        (f"1. {LONG}\n2. b", f"1. {LONG}\n2. b"),
        ("- [ ] open\n- [x] done", "- [ ] open\n- [x] done"),
        (f"> {LONG}\n>\n> b", f"{LONG}\n\nb"),
        (f"> [!tip] Title\n> {LONG}\n>\n> b", f"✦ Title\n{LONG}\n\nb"),
        (f"```python\n{CODE}\n```", CODE),
        (f"> ```\n> {CODE.replace(chr(10), chr(10) + '> ')}\n> ```", CODE),
        (
            "```go\nfunc f() {\n\tif x {\n\t\tp('abc\td\t漢\te', 'and on and on')\n\t}\n}\n```",
            "func f() {\n\tif x {\n\t\tp('abc\td\t漢\te', 'and on and on')\n\t}\n}",
        ),
        (f"- a\n\n  ```\n  {CODE.replace(chr(10), chr(10) + '  ')}\n  ```", None),
        (f"$$\n{HALF}\n$$", f"$${HALF}$$"),
        (f"> a\n>\n> $${HALF}$$", f"a\n\n$${HALF}$$"),
        (f"- a $x^2$\n\n  $${HALF}$$\n\n  $${HALF}$$", f"- a x²\n\n  $${HALF}$$\n\n  $${HALF}$$"),
        ("above\n\n---\n\nbelow", "above\n\n\nbelow"),
        ("| a | b |\n|--|--|\n| c | d |", "a | b\nc | d"),
        ("antidisestablishmentarianism-and-more-of-it", "antidisestablishmentarianism-and-more-of-it"),
        ("漢字漢字漢字漢字漢字漢字漢字漢字", "漢字漢字漢字漢字漢字漢字漢字漢字"),
    ],
)
def test_words_without_bars_frames_padding_and_breaks(markdown: str, text: str | None, palette: Palette) -> None:
    found = of(markdown, palette=palette)
    if text is None:
        assert found.split("\n", 2)[2] == "\n".join(f"  {line}".rstrip() for line in CODE.split("\n"))
    else:
        assert found == text


@given(st.lists(st.sampled_from(["a", "bb", "ccc", "dddd"]), min_size=1), st.integers(10, 40))
def test_a_paragraph_is_the_same_in_every_width(words: list[str], width: int) -> None:
    assert of(" ".join(words), width) == " ".join(words)


def test_part_of_a_line_and_the_lines_in_between() -> None:
    lines = render_note("> [!note] T\n> first\n> second", width=24).lines
    assert copied(lines, Selection(Offset(4, 1), Offset(5, 2))) == "rst\nsec"
    assert copied(lines, Selection(Offset(3, 1), Offset(5, 1))) == "ir"
    assert copied(lines, Selection(Offset(0, 1), Offset(99, 99))) == "first\nsecond"


def test_a_formula_is_copied_whole_wherever_its_drawing_is_selected() -> None:
    lines = render_note(f"above\n\n$${HALF}$$\n\nbelow", width=24).lines
    assert len(lines) == 7
    for row in (2, 3, 4):
        assert copied(lines, Selection(Offset(3, row), Offset(5, row))) == f"$${HALF}$$"
    assert copied(lines, Selection(Offset(3, 3), Offset(2, 6))) == f"$${HALF}$$\n\nbe"


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(10, 60))
def test_any_text_can_be_selected(text: str, width: int) -> None:
    found = of(text, width)
    assert found == visible(found)
