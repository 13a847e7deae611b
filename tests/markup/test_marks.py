"""Clozes keep their style through Markdown, wherever they stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.markup.marks import AROUND, CLOZE_NAMES
from studyapp.tui.render import COLOUR, PLAIN, Palette
from studyapp.tui.render.looks import over
from tests.helpers.rendered import render_card
from tests.helpers.rows import each_row


def marked(markdown: str, part: str, name: str = "cloze-answer", width: int = 60) -> tuple[str, str]:
    """The whole text that is shown, and of it what has the cloze's background or colour."""
    start = markdown.index(part)
    content = render_card(markdown, width=width, spans=[(start, start + len(part), name)])
    background = COLOUR[name].background
    inside = [content.plain[span.start : span.end] for span in content.spans if background in str(span.style).split()]
    return "\n".join(line.rstrip() for line in content.plain.split("\n")), "".join(inside)


@each_row(
    "markdown, part, shown, styled",
    [
        ("the [...] is", "[...]", "the [...] is", "[...]"),
        ("a [hint](x)", "[hint]", "a [hint](x)", "[hint]"),
        ("**the [...] is**", "[...]", "the [...] is", "[...]"),
        ("a ==b== c", "==b==", "a b c", "b"),
        ("a _b_ c", "_b_", "a b c", "b"),
        ("a **b** c", "**b** c", "a b c", "b c"),
        ("word**b**word", "**b**", "wordbword", "b"),
        ("`x [...] y`", "[...]", "x [...] y", "[...]"),
        ("$a = [...]$", "[...]", "a = [...]", "[...]"),
        ("- [...]\n- b", "- [...]", "• [...]\n• b", "[...]"),
        ("# [...]", "# [...]", "[...]", "[...]"),
        ("[[N|a [b] c]] d", "d", "[[N|a [b] c]] d", "d"),
        ("[[Note|the alias]]", "alias", "the alias", "alias"),
        ("> [!note] T\n> x [...]", "[...]", None, "[...]"),
        ("| a | b |\n|---|---|\n| [...] | y |", "[...]", None, "[...]"),
        ("```python\nx = [...]\n```", "[...]", None, "[...]"),
        ("one\n\ntwo\n\nthree", "one\n\ntwo", "one\n\ntwo\n\nthree", "onetwo"),
        ("```\ncode\n```\nafter", "```\ncode\n```", None, "code"),
        ("x %%[...]%% y", "[...]", "x y", ""),
    ],
)
def test_a_cloze_is_styled_and_the_markdown_around_it_still_works(
    markdown: str, part: str, shown: str | None, styled: str
) -> None:
    whole, inside = marked(markdown, part)
    if shown is not None:
        assert whole == shown
    assert inside == styled


def test_each_kind_of_cloze_has_its_own_look() -> None:
    content = render_card(
        "one two three", width=40, spans=[(0, 3, "cloze-asked"), (4, 7, "cloze-hidden"), (8, 13, "cloze-answer")]
    )
    assert [(span.start, span.end, span.style) for span in content.spans] == [
        (0, 5, COLOUR["cloze-asked"].markup),
        (6, 11, COLOUR["cloze-hidden"].markup),
        (12, 17, COLOUR["cloze-answer"].markup),
    ]
    assert content.plain.rstrip() == "[one] (two) three"


@pytest.mark.parametrize("palette", [COLOUR, PLAIN])
@pytest.mark.parametrize(
    ("markdown", "part", "shown"),
    [
        ("a hint(x)", "hint", "a [hint](x)"),
        ("**the ... is**", "...", "the [...] is"),
        ("a **b** c", "**b** c", "a [b c]"),
        ("a [[Note|...]]", "...", "a [...]"),
        ("- ...\n- b", "...", "• [...]\n• b"),
    ],
)
def test_what_is_asked_has_brackets_that_make_no_link(markdown: str, part: str, shown: str, palette: Palette) -> None:
    start = markdown.index(part)
    content = render_card(markdown, width=40, spans=[(start, start + len(part), "cloze-asked")], palette=palette)
    assert "\n".join(line.rstrip() for line in content.plain.split("\n")) == shown


def test_a_gap_in_code_has_brackets_too() -> None:
    content = render_card("```python\nx = ...\n```", width=40, spans=[(14, 17, "cloze-asked")])
    assert "x = [...]" in content.plain


def test_without_colour_an_answer_differs_from_all_that_a_note_can_emphasise() -> None:
    others = [look for name, look in PLAIN.looks.items() if not name.startswith("cloze")]
    assert PLAIN["cloze-answer"] not in others
    assert all(over(PLAIN["cloze-answer"], other) != other for other in others)


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="cloze-asked"):
        render_card("text", width=40, spans=[(0, 1, "bold")])


def test_a_note_cannot_forge_a_cloze() -> None:
    forged = "a \ufdd0b\ufddf c"
    content = render_card(forged, width=60)
    assert content.plain == "a ‹U+FDD0›b‹U+FDDF› c"
    assert content.spans == []


WORDS = st.lists(st.text("abcXYZ09", min_size=1, max_size=8), min_size=1, max_size=20)


@given(WORDS, st.data())
@settings(deadline=None)
def test_exactly_the_marked_words_are_styled(words: list[str], data: st.DataObject) -> None:
    markdown = "w " + " ".join(words)
    start = data.draw(st.integers(0, len(markdown)))
    end = data.draw(st.integers(start, len(markdown)))
    name = data.draw(st.sampled_from(CLOZE_NAMES))
    content = render_card(markdown, width=30, spans=[(start, end, name)])
    look = COLOUR[name].markup
    styled = "".join(content.plain[span.start : span.end] for span in content.spans if span.style == look)
    words_inside = "".join(markdown[start:end].split())
    before, behind = AROUND.get(name, ("", "")) if words_inside else ("", "")
    assert "".join(styled.split()) == before + words_inside + behind


@given(st.text(), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50), st.sampled_from(CLOZE_NAMES))))
@settings(deadline=None)
def test_no_spans_can_break_the_card(markdown: str, spans: list[tuple[int, int, str]]) -> None:
    shown = render_card(markdown, width=40, spans=spans).plain
    assert not any("\ufdd0" <= char <= "\ufdef" for char in shown)
