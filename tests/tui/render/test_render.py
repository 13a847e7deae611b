"""A card's Markdown looks as Obsidian would show it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from studyapp.tui.render import COLOUR, PLAIN
from tests.helpers.rendered import render_card
from tests.helpers.rows import each_row


def lines(markdown: str, width: int = 60) -> list[str]:
    return [line.rstrip() for line in render_card(markdown, width=width).plain.split("\n")]


def text(markdown: str, width: int = 60) -> str:
    return "\n".join(lines(markdown, width))


def styled(markdown: str, part: str) -> str:
    """All styles that lie on the first occurrence of `part`."""
    content = render_card(markdown, width=80)
    start = content.plain.index(part)
    covering = [span for span in content.spans if span.start <= start and span.end >= start + len(part)]
    return " ".join(str(span.style) for span in covering)


@each_row(
    "markdown, shown",
    [
        ("one\ntwo", "one\ntwo"),
        ("a **b** *c* ~~d~~ ==e==", "a b c d e"),
        ("[[Note]] [[Note|alias]] [[Note#Head]] [[#Head]]", "Note alias Note › Head Head"),
        ("see https://a.b/c.", "see https://a.b/c."),
        ("[text](https://a.b/c)", "text"),
        ("<https://a.b/c>", "https://a.b/c"),
        ("![[picture.png|300]]", "▣ image picture.png (300)"),
        ("![[Note#Part]]", "▣ note Note › Part"),
        ("![what it shows](p.jpg)", "▣ image what it shows"),
        ("a %%secret%% b", "a b"),
        ("%%\nsecret\n%%\nseen", "seen"),
        ("a <!-- secret --> b", "a b"),
        ("answer\n<!--SR:!2024-01-10,41,290-->", "answer"),
        ("answer <!--SR:!2024-01-10,41,290-->", "answer"),
        ("<!--SR:!2024-01-10,41,290-->**glued**", "glued"),
        ("<!-- never closed", "<!-- never closed"),
        ("%% never closed", "%% never closed"),
        ("text ^block-1", "text"),
        ("x^2 stays", "x^2 stays"),
        ("H<sub>2</sub>O, mc<sup>2</sup>, <b>bold</b>, a<br>b", "H₂O, mc², bold, a\nb"),
        ("a List<T> and <unknown> tag", "a List<T> and <unknown> tag"),
        ("costs $5 and $6", "costs $5 and $6"),
        (r"$P_\theta$ and $$x^2$$", "P_θ and x²"),
        (r"$\unknown{x}$", r"\unknown{x}"),
        ("[bold]no markup[/bold] [@click=app.quit]x[/]", "[bold]no markup[/bold] [@click=app.quit]x[/]"),
        ("[^1] without its text", "[1] without its text"),
        ("> [!sr|card-metadata]\n> SR:!2024-01-10,41,290", ""),
        ("&lt;b&gt; &amp; &copy;", "<b> & ©"),
        (r"\*not emphasis\*", "*not emphasis*"),
        ("漢字 and 🎉", "漢字 and 🎉"),
        ("", ""),
    ],
)
def test_text_is_shown_as_obsidian_shows_it(markdown: str, shown: str) -> None:
    assert text(markdown) == shown


@pytest.mark.parametrize(
    ("markdown", "part", "look"),
    [
        ("a **b** c", "b", "strong"),
        ("a *b* c", "b", "em"),
        ("a ==b== c", "b", "mark"),
        ("a ~~b~~ c", "b", "strike"),
        ("a `b` c", "b", "code"),
        ("a $b$ c", "b", "math"),
        ("see #deck/sub now", "#deck/sub", "tag"),
        ("a [[Note|b]] c", "b", "link"),
        ("# b", "b", "h1"),
        ("a <mark>b</mark> c", "b", "mark"),
        ("```python\ndef b(): ...\n```", "def", "code-keyword"),
    ],
)
def test_each_part_has_its_look(markdown: str, part: str, look: str) -> None:
    styles = styled(markdown, part).split()
    assert COLOUR[look].foreground.split()[:1] == [] or COLOUR[look].foreground.split()[0] in styles
    assert set(COLOUR[look].attributes) <= set(styles)
    assert not COLOUR[look].background or COLOUR[look].background in styles


@pytest.mark.parametrize("markdown", ["issue #12 and a#b", r"\#escaped", "https://a.b/#part", "`#code`"])
def test_text_that_is_not_a_tag_does_not_look_like_one(markdown: str) -> None:
    tag = COLOUR["tag"].markup
    assert all(span.style != tag for span in render_card(markdown, width=60).spans)


def test_lists_hang_and_nest() -> None:
    markdown = "- one two three four five six\n  - inner\n- [ ] open\n- [x] done\n\n9. nine\n10. ten"
    assert lines(markdown, 20) == [
        "• one two three four",
        "  five six",
        "  ◦ inner",
        "☐ open",
        "☑ done",
        "",
        " 9. nine",
        "10. ten",
    ]


def test_a_callout_has_its_title_and_a_bar() -> None:
    assert lines("> [!Warning]- Take **care**\n> body\n> - item", 30) == [
        "▎ ! Take care ▸",
        "▎ body",
        "▎ • item",
    ]


@each_row(
    "kind, title, look",
    [
        ("NOTE", "✎ Note", "callout-info"),
        ("tldr", "≡ Tldr", "callout-tip"),
        ("hint", "✦ Hint", "callout-tip"),
        ("done", "✓ Done", "callout-good"),
        ("faq", "? Faq", "callout-warn"),
        ("attention", "! Attention", "callout-warn"),
        ("missing", "✗ Missing", "callout-bad"),
        ("error", "↯ Error", "callout-bad"),
        ("bug", "✱ Bug", "callout-bad"),
        ("example|meta", "≣ Example", "callout-aside"),
        ("cite", "❝ Cite", "callout-quiet"),
        ("my-own", "✎ My own", "callout-info"),
    ],
)
def test_each_kind_of_callout_has_its_mark_and_colour(kind: str, title: str, look: str) -> None:
    markdown = f"> [!{kind}]\n> body"
    assert title in text(markdown)
    assert COLOUR[look].foreground.split()[0] in styled(markdown, title.split()[1])


def test_callouts_nest() -> None:
    assert lines("> [!note] Outer\n> > [!tip] Inner\n> > deep", 30) == ["▎ ✎ Outer", "▎ ▎ ✦ Inner", "▎ ▎ deep"]


def test_the_tabs_of_code_lead_to_the_next_multiple_of_four_columns() -> None:
    shown = [line.strip(" │") for line in lines("```\n\ta\n漢\tb\nabcd\te\n```")]
    assert shown == ["a", "漢  b", "abcd    e"]


def test_a_table_is_aligned_and_wrapped() -> None:
    markdown = "| a | num |\n|---|---:|\n| some long words here | 12 |\n| 漢字 | 3 |"
    assert lines(markdown, 20) == [
        "a              │ num",
        "───────────────┼────",
        "some long      │  12",
        "words here     │",
        "┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈│┈┈┈┈",
        "漢字           │   3",
    ]


def test_no_number_of_a_table_is_broken_while_others_have_room() -> None:
    head = "| Heads (keys and values) | Feed-forward | Parameters |\n|---|---|---|\n"
    shown = lines(f"{head}| 32 (32) | 11,008 | 6,738,415,616 |", 40)
    assert any("6,738,415,616" in line for line in shown)


def test_a_table_too_wide_for_columns_becomes_records() -> None:
    head = "|" + "|".join(f"head{n}" for n in range(6)) + "|\n" + "|---" * 6 + "|\n"
    shown = lines(head + "|" + "|".join(f"value{n}" for n in range(6)) + "|", 24)
    assert shown == [f"head{n}: value{n}" for n in range(6)]


def test_a_wikilink_with_an_escaped_bar_stays_in_its_table_cell() -> None:
    assert "alias" in lines("| a |\n|---|\n| [[Note\\|alias]] |")[2]


def test_code_keeps_its_indent_and_names_its_language() -> None:
    assert lines("```python\ndef f():\n\treturn 1\n```") == ["  python", "  def f():", "      return 1"]


def test_a_long_line_of_code_continues_behind_a_mark() -> None:
    assert lines("```\naaaa bbbb cccc dddd eeee\n```", 20) == ["  aaaa bbbb cccc", " ↪dddd eeee"]


def test_footnotes_follow_the_text() -> None:
    assert lines("claim[^n] and^[inline *note*]\n\n[^n]: because") == [
        "claim[1] and[2]",
        "",
        "────────────",
        "[1] because",
        "[2] inline note",
    ]


def test_chinese_breaks_between_characters_but_not_before_a_full_stop() -> None:
    assert lines("漢字漢字漢字漢字漢字。漢字", 20) == ["漢字漢字漢字漢字漢", "字。漢字"]


def test_what_an_entity_or_an_address_spells_is_visible_too() -> None:
    content = render_card("&#x202e;x <https://a.b/%1B%E2%80%AE> [t](<https://a.b/&#x202e;>)", width=80)
    assert "\u202e" not in content.plain
    assert "\x1b" not in content.plain
    assert "‹U+202E›x" in content.plain


def test_without_colour_characters_say_what_colour_said() -> None:
    shown = render_card("# Head\n\n`code` ==mark==\n\n> quote\n\n```\nx\n```", width=40, palette=PLAIN)
    assert [line.rstrip() for line in shown.plain.split("\n")] == [
        "# Head",
        "",
        "`code` mark",
        "",
        "> quote",
        "",
        "│ x",
    ]
    assert "reverse" in {str(span.style) for span in shown.spans}
    assert not any("$" in str(span.style) for span in shown.spans)


def test_the_plain_palette_knows_every_part() -> None:
    assert set(PLAIN.looks) == set(COLOUR.looks)


@pytest.mark.parametrize("nested", ["> " * 500 + "word", "- " * 500 + "word", "1. " * 500 + "word"])
def test_what_is_nested_too_deep_is_still_shown(nested: str) -> None:
    assert "word" in text(nested, 80)


@pytest.mark.parametrize("width", [10, 20, 33, 80, 200])
def test_deep_nesting_stays_within_the_width(width: int) -> None:
    nested = "\n".join("  " * depth + "- word word" for depth in range(30))
    quoted = "\n".join("> " * depth + "[!note] word word" for depth in range(1, 30))
    for markdown in (nested, quoted, ">" * 500 + " x"):
        assert max(cell_len(line) for line in render_card(markdown, width=width).plain.split("\n")) <= width


def test_a_text_that_is_too_large_for_a_card_is_shown_in_part_and_says_so() -> None:
    shown = render_card("word " * 2_000_000, width=80).plain
    assert shown.endswith("— too large, shown in part —")
    assert len(shown) < 200_000
    assert "shown in part" not in render_card("word " * 20_000, width=80).plain
