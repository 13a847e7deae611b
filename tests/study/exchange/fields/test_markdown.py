"""Anki's HTML as Markdown: what is shown stays, and nothing becomes a separator, a cloze, a tag or an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.draft import card_text
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.study.exchange.fields.formulas import plain_html
from studyapp.study.exchange.fields.markdown import convert, written_clozes
from studyapp.study.exchange.fields.templates import LONGEST, rendered
from studyapp.study.exchange.reading.incoming_clozes import cloze_question, numbers_of
from tests.helpers.rows import each_row


def markdown(html: str) -> str:
    return written_clozes(
        convert(html), lambda number, text, hint: f"=={number};;{text}{f';;{hint}' if hint else ''}=="
    )


@each_row(
    "html, text",
    [
        ("a <b>bold </b>word", "a **bold** word"),
        ("<i>x</i> <s>y</s> <code>z</code>", "*x* ~~y~~ `z`"),
        ("one<br>two", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\n<br>\ntwo"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n<br>\nb"),
        ("two::three == x", "two:\\:three =\\= x"),
        ("a:::b", "a:\\:\\:b"),
        ("snake_case _x_ *star* $5", "snake_case \\_x\\_ \\*star\\* \\$5"),
        ("# head<br>- item<br>1. num<br>?<br>&gt; said", "\\# head\n\\- item\n1\\. num\n\\?\n\\> said"),
        ("#tag &lt;!--SR:!x--&gt;", "\\#tag &lt;!--SR:!x-->"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>after", "- a\n- b\n    - c\n___\nafter"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a</li></ul><br><div><br></div>after <b>it</b>", "- a\n___\nafter **it**"),
        ("<ul><li>a<ul><li>b</li></ul>of a</li><li>c</li></ul>", "- a\n    - b\n  ___\n  of a\n- c"),
        ("<ul><li>a</li></ul><ol><li>b</li></ol><blockquote>q</blockquote>", "- a\n1. b\n> q"),
        ("<blockquote>q</blockquote>after", "> q\n___\nafter"),
        ("<blockquote><ul><li>q</li></ul>in it</blockquote>", "> - q\n> ___\n> in it"),
        ("<table><tr><td>a</td></tr></table>after", "| a |\n|---|\n___\nafter"),
        ("<pre>x</pre><br>after <b>it</b>", "```\nx\n```\nafter **it**"),
        ("one<hr><b>two</b>", "one\n___\n**two**"),
        (
            "<details><summary>More</summary>of <i>it</i><br>all</details>end",
            "> [!note]- More\n> of *it*\n> all\n___\nend",
        ),
        ("<details>bare</details>", "> [!note]-\n> bare"),
        ("<pre>x = 1\n\ny &lt; 2</pre>", "```\nx = 1\n\ny < 2\n```"),
        ("<blockquote>q<br>r</blockquote>", "> q\n> r"),
        ("\\(a::b\\) and \\[x=y\\]", "$a:{}:b$ and $$x=y$$"),
        ('[$]x[/$] [$$]y[/$$] <anki-mathjax block="true">z</anki-mathjax>', "$x$ $$y$$ $$z$$"),
        (
            "<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "| a | b\\|c |\n|---|---|\n| 1 | 2 |",
        ),
        ('<img src="a%20b.png"> [sound:x.mp3]', "![[a b.png]] ![[x.mp3]]"),
        ('<a href="https://a.b/c d">l</a>', "[l](https://a.b/c%20d)"),
        ("H<sub>2</sub>O <ruby>字<rt>zi</rt></ruby> <u>u</u>", "H<sub>2</sub>O <ruby>字<rt>zi</rt></ruby> <u>u</u>"),
        ("<h1>T</h1>body", "**T**\nbody"),
        ("a&nbsp;b&amp;c", "a b&c"),
        ("<b></b>x", "x"),
        ("<![if !supportLists]>a<![endif]><![[x]]>b<![CDATA[y]]>", "ab"),
        ("<img src='https://a.b/c d.png?x=(1)'>", "![](https://a.b/c%20d.png?x=%281%29)"),
        ("<img src='../../etc/pass'><img src='a\n\nb#1|2.png'>x", "![[pass]]![[ab_1_2-d92f52.png]]x"),
        ("<img src='data:image/png;base64,AAAA'>x", "x"),
        (
            "<pre>f({{c1::x}})\n\n  {{c2::y\nz}} `q`</pre>end",
            "`f(`==1;;`x`==`)`\n<br>\n`  `==2;;`y`<br>`z`==``  `q` ``\nend",
        ),
        ("{{c" + "9" * 5000 + "::x}}", "{{c" + "9" * 5000 + ":\\:x}}"),
        ("5!1,2,3 &lt;!--SR:!2024-01-01,1,250--&gt;", "5!1\\,2,3 &lt;!--SR:!2024-01-01\\,1,250-->"),
        ("<code>a*b_c &lt;T&gt; x == y [[z]] `q`</code>", "`` a*b_c <T> x == y [[z]] `q` ``"),
        ("<code>a <b>b</b><br>c</code>d <code>", "`a b`\n`c`d"),
        ("<code>f({{c1::x*y}}) == z</code>", "`f(`==1;;`x*y`==`) =\\= z`"),
        ("<pre>never closed", "```\nnever closed\n```"),
        ("<code>never closed", "`never closed`"),
        ("a <![ b", "a &lt;!\\[ b"),
        ("{{c1::sun}} {{c2::hot::how?}} {{c1::x<br>y}}", "==1;;sun== ==2;;hot;;how?== ==1;;x<br>y=="),
        ("{{c1::a {{c2::b}} c}}", "==1;;a== ==1,2;;b== ==1;;c=="),
        ("{{c1::never closed", "{{c1:\\:never closed"),
        ("\\( {{c1::x}} \\)", "$==1;;x==$"),
    ],
)
def test_what_anki_shows_the_note_shows(html: str, text: str) -> None:
    assert markdown(html) == text


def test_the_name_of_a_file_is_taken_as_it_is_where_there_is_such_a_file() -> None:
    html = '<img src="a%20b.png"> <img src="c%20d.png">'
    assert convert(html, {name: name for name in ("a%20b.png", "c d.png")}).media == {"a%20b.png", "c d.png"}


def test_what_cannot_be_carried_is_named() -> None:
    assert convert('<span style="color:red">x</span><script>y</script>').losses == {
        "colours and fonts",
        "scripts and styles",
    }
    assert convert("[latex]x[/latex]").losses == {"LaTeX documents"}
    assert convert('<img src="b.png">').media == {"b.png"}


HTML = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                *(
                    "<br>",
                    "<b>",
                    "</b>",
                    "<p>",
                    "</p>",
                    "<ul>",
                    "<li>",
                    "</ul>",
                    "<pre>",
                    "</pre>",
                    "<table>",
                    "<tr>",
                ),
                *(
                    "<td>",
                    "</td>",
                    "</tr>",
                    "</table>",
                    "::",
                    ":::",
                    "==",
                    "?",
                    "??",
                    "#flashcards",
                    "<!--SR:!2024-01-01,1,250-->",
                ),
                *(
                    "\\(",
                    "\\)",
                    "{{c1::",
                    "}}",
                    "<blockquote>",
                    "</blockquote>",
                    "```",
                    "%%",
                    "$$",
                    "---",
                    "+++",
                    " ^id",
                    "[[",
                    "]]",
                ),
                *(
                    "&lt;",
                    "&amp;",
                    "\u2028",
                    "\r",
                    "\x00",
                    "<!--",
                    "-->",
                    "<![",
                    "!2024-01-01,1,250",
                    "<?",
                    "<div>",
                    "</div>",
                    "<img src='a.png'>",
                    "> [!sr|x]",
                ),
            ]
        ),
    ),
    max_size=12,
).map("".join)


@given(HTML, HTML)
def test_any_two_sides_are_one_card_or_none(front: str, back: str) -> None:
    settings = Settings()
    text = card_text(convert(front).text, convert(back).text, settings)
    if text is None:
        return
    raw = f"#flashcards\n\n{text}\n\nnext::card\n".encode("utf-8", "replace")
    questions = parse_note("a.md", raw, settings).questions
    assert len(questions) == 2
    assert [len(question.cards) for question in questions] == [1, 1]
    assert questions[0].cards[0].schedule is None
    assert questions[0].decks == ("flashcards",)


@given(HTML)
def test_no_line_is_blank_outside_code(html: str) -> None:
    fenced = False
    for line in convert(html).text.split("\n"):
        fenced ^= line.lstrip("> ").startswith("```")
        assert fenced or line.strip() or not convert(html).text


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{Front}}", "F"),
        ("{{#Front}}yes {{Front}}{{/Front}}{{^Front}}no{{/Front}}", "yes F"),
        ("{{#Empty}}yes{{/Empty}}{{^Empty}}no{{/Empty}}", "no"),
        ("{{#Front}}{{^Empty}}both{{/Empty}}{{/Front}}", "both"),
        ("{{text:Front}} {{hint:Front}}", "F F"),
        ("{{type:Front}}x", "x"),
        ("{{FrontSide}}{{Tags}}{{Nothing}}x", "x"),
    ],
)
def test_templates_are_filled_in(template: str, shown: str) -> None:
    assert rendered(template, {"Front": "F", "Empty": ""}, front=True) == shown


@pytest.mark.parametrize(
    ("html", "fronts"),
    [
        ("{{c1::outer {{c2::inner}} x}} y", {1: "[] [] [] y", 2: "outer [] x y"}),
        ("{{c1::a {{c2::b {{c3::c}}::h2}} d::h1}}", {1: "[h1] [h2] [] []", 2: "a [h2] [] d", 3: "a b [] d"}),
        ("{{c2::{{c1::a}}}} x", {1: "[] x", 2: "[] x"}),
        ("{{c1::<b>a {{c2::b}}</b>}} {{c2::c}}", {1: "[] [] c", 2: "a [] []"}),
        ("{{c1::a {{c1::b}} c}} d", {1: "[] d"}),
        ("\\({{c1::x^{ {{c2::y}} }}}\\)", {1: "$[] [] }$", 2: "$x^{ [] }$"}),
        ("{{c1,2::p {{c3::q}}}}", {1: "[] []", 2: "[] []", 3: "p []"}),
        ("{{c1::a<br>{{c2::b}}}}", {1: "[][]", 2: "a<br>[]"}),
        ("{{c0::shown}} {{c1::b}}", {1: "shown []"}),
        ("{{c1::<ul><li>a</li></ul>}} b", {1: "[] b"}),
        ("{{c1::a::hint {{c2::no}}}} {{c3::b}}", {1: "[hint] b", 3: "a []"}),
    ],
)
def test_clozes_within_clozes_are_asked_alone_and_with_those_around_them(html: str, fronts: dict[int, str]) -> None:
    found = convert(html)
    (question,) = parse_note("n.md", f"#flashcards\n\n{cloze_question(found, [])}".encode(), Settings()).questions
    assert numbers_of(found) == list(fronts)
    assert [card.front.replace("[...]", "[]") for card in question.cards] == list(fronts.values())


@pytest.mark.slow
@pytest.mark.parametrize("part", ["<a ", "<a b='", "\\(", "\\["])
def test_what_is_never_closed_takes_no_more_than_linear_time(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = part * (1_000_000 // len(part))
    monkeypatch.setattr("studyapp.study.exchange.fields.markdown.LONGEST", len(text) + 10)
    found = convert(f"{text} end")
    assert found.text.endswith(" end")
    assert not found.losses


@pytest.mark.slow
@pytest.mark.parametrize("part", ["<", "<br"])
def test_plain_text_takes_no_more_than_linear_time_either(part: str) -> None:
    assert plain_html(f"{part * 1_500_000 * (4 - len(part))} end").endswith("end")


def test_signs_that_begin_no_tag_are_text_and_tags_with_signs_in_them_are_tags() -> None:
    assert convert("1 < 2 <b>x</b> <b").text == "1 &lt; 2 **x** &lt;b"
    assert convert("<b title='a > b < c'>x</b><!-- no <b> --> y<!--").text == "**x** y&lt;!--"


def test_a_field_longer_than_any_card_ends_early_and_says_so() -> None:
    found = convert("x" * (LONGEST + 1))
    assert found.text == "x" * LONGEST
    assert found.losses == {"text beyond 150,000 characters of a field"}
    assert convert(f"a<img src='data:image/png;base64,{'A' * LONGEST}'>b").text == "ab"


def test_a_template_that_has_a_long_field_thousands_of_times_makes_no_longer_side() -> None:
    side = rendered("{{a}}" * 20_000, {"a": "x" * 10_000}, front=True)
    assert len(side) == LONGEST + 1
    assert len(rendered("x" * 10**6, {}, front=True)) == LONGEST + 1


@pytest.mark.parametrize("html", ["<details>", "<blockquote>a", "<ul><li>a"])
def test_what_stands_a_thousand_deep_has_no_such_indent(html: str) -> None:
    assert max(map(len, convert(f"{html * 1000}b").text.split("\n"))) < 300


def test_clozes_a_thousand_deep_have_no_thousand_numbers_each() -> None:
    found = convert("".join(f"{{{{c{number}::a" for number in range(1, 1001)) + "}}" * 1000)
    assert numbers_of(found) == list(range(1, 101))
    assert {number.count(",") for number, _ in found.clozes.values()} == set(range(100))
