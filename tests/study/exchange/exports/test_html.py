"""Notes as HTML for Anki: what is shown, what becomes Anki's own, and what must never run there."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes.links import Catalogue
from studyapp.core.notes.sides import Clozes
from studyapp.core.settings.model import Settings
from studyapp.study.exchange.exports.html import AnkiHtml, Media
from tests.helpers import strategies
from tests.helpers.rows import each_row

NOTES = {
    "1": "A *first* line\nand `more`\n\nNext",
    "open": "```\ncode",
    "see": "As in[^deep]",
    "deep": "$x$",
    "1s": "one",
}


def html(markdown: str, *files: str) -> str:
    return AnkiHtml(Media(Catalogue(files)), "folder/note.md", NOTES).plain(markdown)


def clozes(text: str) -> str:
    found = Clozes.of(text, Settings()).found
    renderer = AnkiHtml(Media(Catalogue(())), "note.md", NOTES)
    return renderer.clozes(text, found, [str(place) for place in range(1, len(found) + 1)])


@each_row(
    "markdown, shown",
    [
        ("plain *text*", "plain <em>text</em>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("one\ntwo", "one<br>\ntwo"),
        ("$a<b$ and $$c$$", r"\(a&lt;b\) and \[c\]"),
        ("$$\nx &\n$$", r"\[x &amp;\]"),
        ("[[Note]] [[Note#Part]] [[Note|alias]]", "<i>Note</i> <i>Note › Part</i> <i>alias</i>"),
        ("==mark== %%hidden%% <!-- hidden -->", "<mark>mark</mark>  "),
        ("`a<b`", "<code>a&lt;b</code>"),
        ("```py\nx = 1\n\ny\n```", "<pre><code>x = 1\n\ny</code></pre>"),
        ("> [!tip] Do *it*\n> now", "<blockquote>\n<strong>Do <em>it</em></strong><br>\n<p>now</p>\n</blockquote>"),
        ("> [!tip]\n> now", "<blockquote>\n<strong>Tip</strong><br>\n<p>now</p>\n</blockquote>"),
        ("a\n\n> [!sr|card-metadata]\n> <!--SR:!2024-01-01,1,250-->", "a"),
        ("- [ ] to do\n- [x] done", "<ul>\n<li>☐ to do</li>\n<li>☑ done</li>\n</ul>"),
        ("H<sub>2</sub>O <ruby>字<rt>zi</rt></ruby>", "H<sub>2</sub>O <ruby>字<rt>zi</rt></ruby>"),
        ("[web](https://a.b/?x=1&y=2)", '<a href="https://a.b/?x=1&amp;y=2">web</a>'),
        ("[note](Other.md)", "<a>note</a>"),
        (r"\*no\* \# [sound:x]", "*no* # [sound&#58;x]"),
        ("AT&amp;T &eacute;", "AT&amp;T é"),
    ],
)
def test_what_obsidian_shows_anki_shows(markdown: str, shown: str) -> None:
    assert html(markdown) == shown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        (
            "a[^1] b",
            """<p>a<sup>[1]</sup> b</p>\n<ol class="footnotes">\n<li class="given"><p>A <em>first</em> line<br>
and <code>more</code></p>\n<p>Next</p>\n</li>\n</ol>""",
        ),
        (
            "a^[own *text*][^open]\n```",
            """<p>a<sup>[1]</sup><sup>[2]</sup></p>\n<pre><code></code></pre>\n<ol class="footnotes">
<li><p>own <em>text</em></p>\n</li>\n<li class="given"><pre><code>code\n</code></pre>\n</li>\n</ol>""",
        ),
        (
            "a[^1]\n\n[^1]: its own",
            '<p>a<sup>[1]</sup></p>\n<ol class="footnotes">\n<li><p>its own</p>\n</li>\n</ol>',
        ),
        ("`a[^1]` [^none]", "<code>a[^1]</code> [^none]"),
    ],
)
def test_footnotes_come_along_and_those_of_the_note_wait_for_the_answer(markdown: str, shown: str) -> None:
    assert html(markdown) == shown


def test_a_footnote_that_another_one_names_comes_along() -> None:
    assert html("a[^see]").count("<li") == 2


def test_media_are_named_by_flat_names_that_no_two_files_share() -> None:
    media = Media(Catalogue(["a/x.png", "b/x.png", "c/so?und.mp3", "n.md"]))
    renderer = AnkiHtml(media, "note.md")
    shown = renderer.plain(
        "![[a/x.png|300]] ![](b/x.png) ![[so?und.mp3]] ![[n]] ![[gone.png]] ![alt](https://a.b/c.png)"
    )
    assert shown == (
        '<img src="x.png" width="300"> <img src="x-2.png"> [sound:so_und.mp3] <i>n</i> <i>gone.png</i> '
        '<a href="https://a.b/c.png">alt</a>'
    )
    assert media.names == {"a/x.png": "x.png", "b/x.png": "x-2.png", "c/so?und.mp3": "so_und.mp3"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<b onclick=alert(1)>b</b>",
        "<a href='javascript:alert(1)'>a</a>",
        "[a](javascript:alert(1))",
        "<svg/onload=alert(1)>",
        "<iframe src=x></iframe>",
        "text <style>*{}</style>",
        '![[x.png|1" onload="alert(1)]]',
        "<div\nonclick='x'>\nblock</div>",
    ],
)
def test_nothing_of_a_note_runs_in_anki(hostile: str) -> None:
    shown = html(hostile, "x.png")
    tags = re.findall(r"<(/?[a-z0-9]+)([^>]*)>", shown)
    assert {name.strip("/") for name, _ in tags} <= {"b", "a", "p", "img", "div", "br"}
    assert all(re.fullmatch(r'|( (src|width|href)="[^"]*")*', more) for _, more in tags)
    assert 'href="javascript' not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "שלום\u200f! \u2067a\u2069 soft\u00adhyphen 👨\u200d👩",
            "שלום\u200f! \u2067a\u2069 soft\u00adhyphen 👨\u200d👩",
        ),
        ("a\x1fb\ufdd0", "a␟b‹U+FDD0›"),
        ("<div>a &amp; b\n&lt;i&gt;</div>", "<div>a &amp; b\n&lt;i&gt;</div>"),
    ],
)
def test_text_arrives_as_it_is_but_for_what_anki_cannot_hold(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.slow
def test_comments_without_an_end_are_text_and_take_no_more_than_linear_time() -> None:
    begun = "<!--" * 200_000
    assert html(f"<div><!-- x <b> --> a\n{begun}") == f"<div> a\n{begun.replace('<', '&lt;')}"


@given(st.lists(strategies.PHRASES, max_size=4).map("\n".join), st.text(max_size=40))
def test_only_known_tags_and_attributes_come_out(markdown: str, odd: str) -> None:
    shown = html(f"{markdown}\n{odd}<{odd}>")
    for name, more in re.findall(r"<(/?[A-Za-z][A-Za-z0-9]*)([^<>]*)>", shown):
        assert name.strip("/") not in ("script", "style", "iframe", "object", "embed", "svg")
        assert re.fullmatch(r'(?: (?:src|width|href|style|start|class)="[^"]*")*', more), (name, more)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The ==sun== is ==hot;;how?==.", "The {{c1::sun}} is {{c2::hot::how?}}."),
        ("==a::b==", "{{c1::a:&#58;b}}"),
        ("==x}}y== `==code==` $==m==$", "{{c1::x} }y}} <code>{{c2::code}}</code> \\({{c3::m}}\\)"),
        ("**==bold== word**", "<strong>{{c1::bold}} word</strong>"),
        (
            "==a[^1s]==",
            '<p>{{c1::a<sup>[1]</sup>}}</p>\n<ol class="footnotes">\n<li class="given"><p>one</p>\n</li>\n</ol>',
        ),
        ("[==x==](https://a.b/==z==)[^deep]", "[{{c1::x}}](https://a.b/{{c2::z}})[^deep]<br>\n[^deep]: \\(x\\)"),
        ("- ==a==\n- ==b==", "<ul>\n<li>{{c1::a}}</li>\n<li>{{c2::b}}</li>\n</ul>"),
        ("[==x==](https://a.b/==z==)", "[{{c1::x}}](https://a.b/{{c2::z}})"),
        ("`{{c2::x}}` ==y==", "<code>{&#123;c2::x}}</code> {{c1::y}}"),
        ("**==[sound:x.mp3]== word", "**{{c1::[sound&#58;x.mp3]}} word"),
        ("[==[sound:x.mp3]==](https://a.b/==z==)", "[{{c1::[sound&#58;x.mp3]}}](https://a.b/{{c2::z}})"),
    ],
)
def test_clozes_are_ankis(text: str, shown: str) -> None:
    assert clozes(text) == shown


@given(st.lists(st.one_of(strategies.PHRASES, strategies.PHRASES.map("=={}==".format)), min_size=1, max_size=5))
def test_each_cloze_comes_out_once_with_its_number(parts: list[str]) -> None:
    text = " ".join(parts)
    found = Clozes.of(text, Settings()).found
    shown = clozes(text)
    assert re.findall(r"\{\{c(\d+)::", shown) == [
        str(found.index(one) + 1) for one in sorted(found, key=lambda one: one.place)
    ]
