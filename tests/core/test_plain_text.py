from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.plain_text import spoken, with_gaps


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("**Bold**, *slanted*, ==marked==, ~~gone~~ and `code`", ["Bold, slanted, marked, gone and code"]),
        ("> [!tip] Two thin ones\n> text", ["Tip: Two thin ones", "text"]),
        ("> [!NOTE]\n> text", ["Note:", "text"]),
        ("## A heading", ["A heading"]),
        ("- [ ] this\n- [x] that\n- item", ["- to do: this", "- done: that", "- item"]),
        ("[[LoRA]], [[Note|shown]], [text](https://a.b)", ["LoRA, shown, text"]),
        ("![[figure.png]] ![a graph](x.svg)", ["(image: figure.png) (image: a graph)"]),
        ("![[figure.png|300]]", ["(image: figure.png)"]),
        ("$W_0 + \\alpha B A$ stays, $a*b*c$ too", ["$W_0 + \\alpha B A$ stays, $a*b*c$ too"]),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", ["Row: a; b", "Row: 1; 2"]),
        ("```python\nx = **kw\n```", ["Code in python:", "x = **kw", "End of code."]),
        ("text <!--SR:!2024-01-01,1,250--> ^block", ["text"]),
        ("said[^1]", ["said (footnote 1)"]),
        ("a\n\n---\n\nb", ["a", "b"]),
        ("snake_case_name and 2 * 3", ["snake_case_name and 2 * 3"]),
        ("\x1b]0;title\x07", ["␛]0;title␇"]),
    ],
)
def test_what_only_says_how_it_looks_is_left_out(markdown: str, lines: list[str]) -> None:
    assert spoken(markdown) == lines


def test_gaps_are_said_with_their_hints() -> None:
    spans = ((4, 7, "cloze-asked"), (8, 11, "cloze-hidden"))
    assert with_gaps("The ... ... end", spans) == "The [gap] [hidden] end"
    assert with_gaps("The who ... end", spans) == "The [gap: who] [hidden] end"


@given(st.text())
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    for line in spoken(text):
        assert not any((ord(char) < 32 and char != "\t") or 0x7F <= ord(char) < 0xA0 for char in line)
