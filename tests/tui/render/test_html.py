"""HTML in notes as Obsidian's reading view shows it, in lines of text."""

from __future__ import annotations

import pytest

from studyapp.core.text.elements import KNOWN
from studyapp.tui.render import COLOUR, render_note
from tests.helpers.rendered import render_card
from tests.helpers.rows import each_row


def lines(markdown: str, width: int = 60) -> list[str]:
    return [line.rstrip() for line in render_card(markdown, width=width).plain.split("\n")]


@each_row(
    "html, shown",
    [
        ("a<br>b<br><br>c", ["a", "b", "", "c"]),
        ("a <hr> b", ["a", "─" * 12, "b"]),
        ("a <div>b</div> c", ["a", "b", "c"]),
        ("<div>in <b>div</b> &lt;tag&gt; &copy;</div>", ["in div <tag> ©"]),
        ("<details><summary>Sum</summary>in</details> x", ["▸ Sum", "in", "x"]),
        ("<details open><summary>Sum</summary>in</details>", ["▾ Sum", "in"]),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", ["• a", "\xa0\xa0◦ b", "• c"]),
        ("<ol start=3><li>a<li>b</ol>", ["3. a", "4. b"]),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</ruby>!", ["漢(かん)字(じ)!"]),
        ("x <ruby>漢<rt>かん</ruby>", ["x 漢(かん)"]),
        ("a <q>b</q>", ["a “b”"]),
        ("H<sub>2</sub>O 10<sup>-3</sup>", ["H₂O 10⁻³"]),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", ["a\xa0│ b", "1\xa0│ 2"]),
        ("<pre>a\n  b</pre>", ["a", "\xa0\xa0b"]),
        ("<input type='checkbox' checked> a <input type=checkbox> b", ["☑ a ☐ b"]),
        ("a<script>alert(1)</script><style>b {}</style>c", ["ac"]),
        ("a <script>never closed", ["a never closed"]),
        ("<iframe src='https://a.example/b'>fallback</iframe>", ["▣ page https://a.example/b"]),
        ("<img alt='x &amp; y' src=a.png width=300>", ["▣ image x & y (300)"]),
        ("<a href='https://a.example'>web</a> <a name=x>y</a>", ["web y"]),
        ("List<int> of 1 < 2", ["List<int> of 1 < 2"]),
        ("<dl><dt>a<dd>b</dl>", ["a", "\xa0\xa0b"]),
        ("<center>mid</center> after", ["mid", "after"]),
    ],
)
def test_html_is_laid_out_as_in_obsidian(html: str, shown: list[str]) -> None:
    assert lines(html) == shown


@each_row("name", sorted(KNOWN))
def test_no_tag_of_a_known_element_is_shown(name: str) -> None:
    for html in (f"before <{name} class='x'>words</{name}> after", f"<{name}>words</{name}>", f"x </{name}> y"):
        shown = " ".join(lines(html))
        assert "<" not in shown
        assert "class" not in shown


@pytest.mark.parametrize(
    ("html", "part", "look"),
    [("x <kbd>K</kbd>", "K", "code"), ("x <u>K</u>", "K", "underline"), ("<h2>K</h2>", "K", "h2")],
)
def test_elements_have_their_look(html: str, part: str, look: str) -> None:
    content = render_card(html, width=60)
    place = content.plain.index(part)
    styles = " ".join(str(span.style) for span in content.spans if span.start <= place < span.end)
    assert set(COLOUR[look].markup.split()) <= set(styles.split())


def test_a_link_in_html_can_be_followed() -> None:
    places = render_note(
        "see <a href='https://a.example/b'>here</a> and <a href='Note.md'>there</a>", width=60
    ).places
    assert [(place.anchor.kind, place.anchor.target) for place in places] == [
        ("web", "https://a.example/b"),
        ("note", "Note.md"),
    ]


def test_a_comment_of_several_lines_is_not_shown_whatever_stands_behind_it() -> None:
    assert lines("before\n%%\nhidden\n\n# too\n%% after\nlast") == ["before", "after", "last"]
    assert lines("before\n<!--\nhidden\n--> after") == ["before", "after"]
    assert lines("a\n%%\nnever closed") == ["a", "%%", "never closed"]


def test_footnotes_of_two_kinds_have_different_numbers() -> None:
    assert lines("A[^1] and ^[inline] and ^[more] and [^3]")[0] == "A[1] and [2] and [4] and [3]"
    assert lines("A[^x] b^[inline]\n\n[^x]: text") == ["A[1] b[2]", "", "─" * 12, "[1] text", "[2] inline"]


def test_a_formula_that_is_a_cloze_is_drawn_as_a_formula() -> None:
    text = "words\n$$ \\frac{a}{b} $$\nmore"
    spans = [(6, 23, "cloze-answer")]
    assert text[6:23] == "$$ \\frac{a}{b} $$"
    content = render_card(text, width=40, spans=spans)
    assert [line.strip() for line in content.plain.split("\n")] == ["words", "a", "─", "b", "more"]
    answer = COLOUR["cloze-answer"].background
    assert any(answer in str(span.style) for span in content.spans)
    inline = render_card("so $$\\frac{a}{b}$$ is", width=40, spans=[(3, 18, "cloze-answer")])
    assert inline.plain.strip() == "so a/b is"
