"""Whatever a note holds, its card can be laid out, fits its width, and acts on nothing."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from studyapp.tui.render import COLOUR, PLAIN
from studyapp.tui.render.lines import fold_anywhere
from tests.helpers.rendered import render_card
from tests.helpers.strategies import examples

# Pieces of syntax next to each other find what random characters never would.
PIECES = re.split(
    "¦",
    "# ¦- ¦1. ¦> ¦> [!note]- t\n¦```\n¦```python\n"
    "¦~~~¦$$¦$¦%%¦<!--¦-->¦==¦**¦*¦_¦~~¦`¦[[¦]]¦![[¦[¦](¦)¦[^1]¦[^1]: ¦^[¦"
    "<b>¦</b>¦<br>¦<div>¦<img src=x>¦"
    "<hr>¦<li>¦<ol>¦</ol>¦<rt>¦<td>¦<pre>¦</pre>¦<script>¦</script>¦<summary>¦<a href=x>¦"
    "---¦===¦\n¦\n\n¦    ¦\t¦  \n¦https://a.b/c¦#tag¦[x] ¦- [ ] "
    "¦:-:¦\\¦&#x1b;¦&amp;¦"
    "\\frac¦\\alpha¦{¦}¦word¦漢字¦。¦👩\u200d💻¦🏳\ufe0f¦e\u0301¦\u0301¦\x1b¦\x9b¦\u202e¦\u200b¦\udcff¦\r¦\r\n¦\x00"
    "¦(...)¦|¦| a | b |\n|---|---|\n",
)
MARKDOWN = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60).map("".join)
SETTINGS = examples(150)


@given(MARKDOWN, st.integers(20, 200), st.sampled_from([COLOUR, PLAIN]))
@SETTINGS
def test_every_text_fits_and_nothing_in_it_acts(markdown: str, width: int, palette: object) -> None:
    content = render_card(markdown, width=width, palette=COLOUR if palette is COLOUR else PLAIN)
    assert all(cell_len(line) <= width for line in content.plain.split("\n"))
    assert not {unicodedata.category(char) for char in content.plain.replace("\n", "")} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(content.plain) & set("\u202e\u200b\u2066\ufeff")
    assert all(0 <= span.start < span.end <= len(content.plain) for span in content.spans)


@given(MARKDOWN)
@SETTINGS
def test_no_style_comes_from_the_note(markdown: str) -> None:
    words = {word for look in COLOUR.looks.values() for word in look.markup.split()} | {"on"}
    for span in render_card(markdown, width=50).spans:
        assert isinstance(span.style, str)
        assert set(span.style.split()) <= words


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=30), min_size=1, max_size=40), st.integers(20, 120))
@SETTINGS
def test_no_word_is_lost_in_wrapping(words: list[str], width: int) -> None:
    shown = render_card(" ".join(words), width=width).plain
    assert "".join(shown.split()) == "".join(words)


@given(st.text(), st.integers(2, 40), st.booleans())
@SETTINGS
def test_folding_loses_nothing_and_keeps_the_width(text: str, width: int, soft: bool) -> None:
    pieces = [text[start:end] for start, end in fold_anywhere(text, width, soft=soft)]
    assert "".join(pieces) == text
    assert all(cell_len(piece) <= width for piece in pieces)


WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9)
FRAMES = st.sampled_from(
    [
        *("{}", "# {}", "## {} #", "- {}", "1. {}", "> {}", "> [!note] {}", "> [!tip]- t\n> {}", "**{}**", "*{}*"),
        *(
            "`{}`",
            "```\n{}\n```",
            "~~{}~~",
            "=={}==",
            "[[n|{}]]",
            "[{}](x.md)",
            "![[{}.png]]",
            "| {} | b |\n|---|---|",
        ),
        *(
            "<b>{}</b>",
            "<details><summary>{}</summary></details>",
            "- [ ] {}",
            "text[^n{}]\n\n[^n{}]: {}",
            "{}\n===",
            "    {}",
        ),
        *("$${}$$", "> > - {}", "#{}", "^[{}]", "<div>\n{}\n</div>", "![{}](p.png)"),
    ]
)


@given(st.lists(st.tuples(FRAMES, WORDS), min_size=1, max_size=12), st.integers(20, 120))
@SETTINGS
def test_every_word_that_can_be_seen_in_the_source_is_shown(parts: list[tuple[str, str]], width: int) -> None:
    numbered = [(frame, f"{word}{number}x") for number, (frame, word) in enumerate(parts)]
    text = "\n\n".join(frame.replace("{}", word) for frame, word in numbered)
    shown = re.sub(r"[\s│▎┃▏↪─>]", "", render_card(text, width=width).plain)
    for _, word in numbered:
        assert word in shown


@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from(["%%{}%%", "<!-- {} -->", "%%\n{}\n%%"]))
@SETTINGS
def test_what_is_a_comment_is_not_shown(words: list[str], frame: str) -> None:
    hidden = " ".join(f"{word}q7" for word in words)
    assert "q7" not in render_card(f"before\n\n{frame.format(hidden)}\n\nafter", width=60).plain
