from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.text.spoken import first_line, one_line, spoken, with_clozes
from tests.helpers.rows import each_row
from tests.helpers.tiers import tiered

PIECES = re.split(
    "¦",
    "%%¦<!--¦-->¦<b>¦</b>¦<li>¦<ol>¦</ol>¦<rt>¦</ruby>¦<script>¦</script>¦<sup>¦</sup>¦| a |¦\n¦\n\n¦> ¦```\n¦`¦$¦$$¦"
    "[[¦]]¦![¦](¦)¦[^1]¦^[¦]¦\\¦*¦**¦==¦_¦&#27;¦&lt;¦&nbsp;¦\ufdd0¦0¦\ufdd1¦word",
)


@each_row(
    "markdown, lines",
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
        ("a %%note to self%% b", ["a b"]),
        ("before\n%%\nhidden\n\n- too\n%%\nafter", ["before", "after"]),
        ("before\n<!-- hidden\nstill --> after", ["before", "after"]),
        ("50 %% of all\n\nand 20 %% of them", ["50 %% of all", "and 20 %% of them"]),
        ("`%%` and `<b>`, `&amp;`", ["%% and <b>, &amp;"]),
        ("```html\n<b>%%x%%</b> &lt;\n```", ["Code in html:", "<b>%%x%%</b> &lt;", "End of code."]),
        (r"\*no emphasis\* and 2\<3", ["*no emphasis* and 2<3"]),
        ("one  \ntwo\\\nthree\\", ["one", "two", "three\\"]),
        ("<http://a.example/b> <me@a.example>", ["http://a.example/b me@a.example"]),
        ("a^[an *inline* note] b", ["a (footnote: an inline note) b"]),
        ("see[^x]\n\n[^x]: the text", ["see (footnote x)", "Footnote x: the text"]),
        ("if x == y and a ** b", ["if x == y and a ** b"]),
        ("| a | b |\n|---|---|\n| [[N\\|x]] | y\\|z |", ["Row: a; b", "Row: x; y|z"]),
    ],
)
def test_what_only_says_how_it_looks_is_left_out(markdown: str, lines: list[str]) -> None:
    assert spoken(markdown) == lines


@each_row(
    "html, lines",
    [
        ("a<br>b<BR/>c<br />d", ["a", "b", "c", "d"]),
        ("a <hr> b", ["a", "b"]),
        ("<div>a</div><p>b<p>c", ["a", "b", "c"]),
        ("<details open><summary>Sum</summary>in</details> after", ["Sum", "in", "after"]),
        ("<ul><li>a<ol start=1><li>b<li>c</ol></ul>", ["- a", "  1. b", "  2. c"]),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1<td>2</table>", ["Row: a; b", "Row: 1; 2"]),
        ("| a<br>b |", ["Row: a, b"]),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</ruby>!", ["漢(かん)字(じ)!"]),
        ("H<sub>2</sub>O, 10<sup>-3</sup>, x<sup>a, b</sup>", ["H₂O, 10⁻³, x^(a, b)"]),
        (
            "<q>said</q> <kbd>Ctrl</kbd>+<mark>m</mark> <font color=red>r</font> <abbr title=x>y</abbr>",
            ["“said” Ctrl+m r y"],
        ),
        ("<img src='a.png' alt=\"one &amp; two\"> <img src=b.png>", ["(image: one & two) (image: b.png)"]),
        ('<iframe src="https://a.b/c"></iframe>', ["(page: https://a.b/c)"]),
        ("a<script>alert(1)</script><style>p {}</style>b", ["ab"]),
        ("<input type=checkbox checked> a", ["done: a"]),
        ("List<int> and 1 < 2 > 0", ["List<int> and 1 < 2 > 0"]),
        ("a <span\nclass='x'>b</span>", ["a b"]),
        ("a <b unclosed", ["a <b unclosed"]),
    ],
)
def test_html_is_read_as_it_is_shown(html: str, lines: list[str]) -> None:
    assert spoken(html) == lines


def test_entities_are_the_characters_they_stand_for_and_act_on_nothing() -> None:
    assert spoken("&lt;b&gt; &amp;amp; &eacute;&#x41;&#66; &hearts; &nope; &amp") == ["<b> &amp; éAB ♥ &nope; &amp"]
    assert spoken("&notes; &ampere; &copyright; &amp;copy;") == ["&notes; &ampere; &copyright; &copy;"]
    assert spoken("<iframe src='https://a.example/?b=1&copy=2&amp;c=3'></iframe>") == [
        "(page: https://a.example/?b=1&copy=2&c=3)"
    ]
    assert spoken("a&nbsp;b") == ["a\xa0b"]
    assert spoken("&#27;]0;x&#7; &#x202e;") == ["]0;x ‹U+202E›"]


def test_a_typed_answer_is_held_against_the_words_alone() -> None:
    assert spoken("said[^1] and^[note] `x`", labels=False) == ["said and x"]


def test_one_line_and_the_first_line_hold_what_is_read() -> None:
    assert one_line("**A** &amp; <br> [[Note|b]] ^id") == "A & b"
    assert first_line("%%\nhidden\n%%\n<div>\n**first**\n</div>") == "first"
    assert first_line("%%hidden%%") == ""


def test_gaps_are_said_with_their_hints() -> None:
    spans = ((4, 7, "cloze-asked"), (8, 11, "cloze-hidden"))
    assert with_clozes("The ... ... end", spans) == "The [cloze] [hidden] end"
    assert with_clozes("The who ... end", spans) == "The [cloze: who] [hidden] end"
    assert spoken("[cloze](not an address) and [cloze: a b](x)") == ["[cloze](not an address) and [cloze: a b](x)"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join) | st.text())
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    for line in spoken(text):
        assert not any((ord(char) < 32 and char != "\t") or 0x7F <= ord(char) < 0xA0 for char in line)


@tiered("part", ["%% ", "<!-- ", "<b ", "` `` ", "[[", "*a ", "==a ", "$", "<script>", "&a"], quick=3)
def test_what_is_never_closed_takes_no_more_than_linear_time(part: str) -> None:
    assert spoken(f"{part * 15_000}\n\nend")[-1] == "end"


@pytest.mark.slow
@pytest.mark.parametrize("part", [" ", "\t", "|-| ", "-|-" + " " * 100])
def test_lines_that_are_nearly_the_rule_of_a_table_take_no_more_than_linear_time(part: str) -> None:
    assert spoken(f"{part * (140_000 // len(part))}x\n\nend")[-1] == "end"


def test_what_is_too_long_for_the_name_of_a_footnote_is_read_as_it_is() -> None:
    name = "x" * 100
    assert spoken(f"a[^{name}] b[^{name}x]") == [f"a (footnote {name}) b[^{name}x]"]
