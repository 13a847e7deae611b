"""Tags and headings where Obsidian sees them, and not where it does not."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyapp.core.notes import outline
from studyapp.core.notes.outline import (
    DEEPEST,
    LONGEST,
    Outline,
    bounded_deck,
    deck_of_tag,
    front_matter_deck_tags,
    front_matter_tags,
    titles_above,
    within,
)
from tests.helpers.rows import each_row


def tags(text: str, first: int = 0) -> list[str]:
    return [tag.name for tag in Outline(text.split("\n"), first).tags()]


@each_row(
    "text, expected",
    [
        ("#a", ["#a"]),
        ("x #a y #b/c", ["#a", "#b/c"]),
        ("x#a (#b) ,#c", []),
        ("#123 #1a #a1", ["#1a", "#a1"]),
        ("#a.b #c,d #e:f", ["#a", "#c", "#e"]),
        ("#größe #日本 #a-b_c", ["#größe", "#日本", "#a-b_c"]),
        ("\u00a0#a\t#b", ["#a", "#b"]),
        ("#a#b", ["#a"]),
        ("`#a` ` #b `", []),
        ("`` ` #a `` #b", ["#b"]),
        ("` #a", ["#a"]),
        ("` #a\nb `", []),
        ("` #a\n\nb `", ["#a"]),
        ("``` #a", []),
        ("<!-- #a --> #b", ["#b"]),
        ("<!-- #a\n\n#b --> #c", ["#c"]),
        ("<!-- #a", []),
        ("%% #a %% #b", ["#b"]),
        ("%%\n\n#a", []),
        ("$ #a", ["#a"]),
        ("$x #a$ #b", ["#b"]),
        ("$$\n#a\n$$ #b", ["#b"]),
        ("costs 5$ #a and 6$ #b", ["#a", "#b"]),
        ("[x](y #a) #b", ["#b"]),
        ("[[x #a]] #b", ["#b"]),
        ("```\n#a\n```\n#b", ["#b"]),
        ("~~~\n#a\n```\n#b", []),
        ("> ```\n> #a\n> ```\n#b", ["#b"]),
        ("# #a", ["#a"]),
        ("\\#a", []),
    ],
)
def test_inline_tags_are_found(text: str, expected: list[str]) -> None:
    assert tags(text) == expected


def test_lines_before_the_body_have_no_inline_tags_and_open_no_fence() -> None:
    front = "---\na: |\n  ```\n  #x\n---\n"
    assert tags(front + "#a\n```\n#b", first=5) == ["#a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A", [(1, "A")]),
        ("###### A ######", [(6, "A")]),
        ("####### A", []),
        ("#A", []),
        ("#", [(1, "")]),
        ("   ## A #", [(2, "A")]),
        ("    # A", []),
        ("# A[^1] b", [(1, "A b")]),
        ("```\n# A\n```", []),
        ("<!--\n# A\n-->\n# B", [(1, "B")]),
        ("A\n===", []),
    ],
)
def test_headings_are_found_with_their_levels(text: str, expected: list[tuple[int, str]]) -> None:
    assert [(found.level, found.text) for found in Outline(text.split("\n"), 0).headings()] == expected


def test_a_question_s_context_is_the_headings_above_it_outermost_first() -> None:
    headings = Outline(["# A", "## B", "### C", "## D", "# E"], 0).headings()
    assert [titles for _, titles in titles_above(headings)] == [
        ("A",),
        ("A", "B"),
        ("A", "B", "C"),
        ("A", "D"),
        ("E",),
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tags": "a, #b c"}, ["#a", "#b", "#c"]),
        ({"Tag": ["a b", None, 5, True]}, ["#a b", "#5", "#true"]),
        ({"tags": None}, []),
        ({"tags": {"a": 1}, "TAGS": 1.0}, ["#[object Object]", "#1"]),
        ({"tags": [["a", "b"]]}, ["#a,b"]),
        ({"other": "a"}, []),
    ],
)
def test_all_tags_of_the_front_matter(values: dict[str, object], expected: list[str]) -> None:
    assert front_matter_tags(values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tags": "a, flashcards"}, ["#a", "# flashcards"]),
        ({"tags": ["a", "#b"]}, ["#a", "#b"]),
        ({"Tags": "a"}, []),
        ({"tag": "a"}, []),
    ],
)
def test_decks_come_from_one_key_of_the_front_matter_and_are_not_trimmed(
    values: dict[str, object], expected: list[str]
) -> None:
    assert front_matter_deck_tags(values) == expected


def test_lists_that_hold_themselves_or_each_other_many_times_have_an_end() -> None:
    bomb: list[object] = ["x"]
    for _ in range(40):
        bomb = [bomb, bomb]
    assert front_matter_tags({"tags": bomb})
    circle: list[object] = []
    circle.append(circle)
    assert front_matter_deck_tags({"tags": circle})


def test_a_tag_is_within_its_parents() -> None:
    assert within("#a/b", ["#a"])
    assert within("#a", ["#a"])
    assert not within("#ab", ["#a"])
    assert not within("#A", ["#a"])


@pytest.mark.parametrize(("tag", "deck"), [("#a/b", "a/b"), ("#a//b/", "a/b"), ("#/", "")])
def test_a_deck_is_a_tag_without_its_empty_parts(tag: str, deck: str) -> None:
    assert deck_of_tag(tag) == deck


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("a/b", "a/b"),
        ("/".join("a" * DEEPEST), "/".join("a" * DEEPEST)),
        ("/".join("a" * 5000), "/".join("a" * DEEPEST)),
        ("a/" + "b" * LONGEST, "a"),
        ("a" * LONGEST, "a" * LONGEST),
        ("a" * (LONGEST + 1), "a" * LONGEST),
        (f"{'a' * LONGEST}/b", "a" * LONGEST),
    ],
    ids=len,
)
def test_the_path_of_a_deck_is_cut_between_its_parts(path: str, kept: str) -> None:
    assert bounded_deck(path) == kept


@pytest.mark.parametrize(
    "line", ["# a" + " " * 100_000 + "b", "# a" + " #" * 50_000 + "b", "# " + "#" * 100_000 + "a"]
)
def test_a_heading_of_blanks_and_signs_is_read_without_trying_each_of_them(line: str) -> None:
    assert [heading.text for heading in Outline([line], 0).headings()] == [line[2:]]


@pytest.mark.parametrize("part", ["<!-- x -->", "<!--", "-->", "`", "%%", "$", "$$", "](", "[[", "# "])
def test_what_stands_many_times_in_a_line_takes_no_more_than_linear_time(part: str) -> None:
    lines = ["text " + part * 200_000, "#tag", "# H"]
    assert len(Outline(lines, 0).tags()) <= 1
    assert len(Outline(lines, 0).headings()) <= 1


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("# a #", "a"),
        ("# a#", "a#"),
        ("# a # b ##\t", "a # b"),
        ("## ##", "##"),
        ("# a \t#", "a"),
        ("#\t", ""),
        ("#", ""),
    ],
)
def test_the_signs_that_close_a_heading_are_no_part_of_it(line: str, text: str) -> None:
    assert [heading.text for heading in Outline([line], 0).headings()] == [text]


_LINES = st.lists(
    st.sampled_from(
        [
            "",
            "",
            "#tag",
            "a #b/c",
            "# H",
            "## I ##",
            "%%",
            "$$",
            "<!--",
            "-->",
            "<!-- x -->",
            "```",
            "~~~",
            "`",
            "x",
            "[a](#b)",
        ]
    ),
    max_size=14,
)


@given(_LINES, st.integers(0, 2))
@example(["#tag", "", "$$"], 0)
@example(["$$", "", "#tag", "", "$$"], 0)
@example(["```", "#tag", "```", "# H"], 0)
@example(["<!-- x --> <!--", "", "#tag"], 0)
@example(["<!-->", "", "#tag", "--> <!--a<!-b-", "# H"], 0)
def test_the_search_for_what_hides_a_line_goes_no_further_than_needed(lines: list[str], first: int) -> None:
    def read() -> tuple[object, object]:
        found = Outline(lines, first)
        return found.tags(), found.headings()

    with pytest.MonkeyPatch.context() as patch:
        quickly = read()
        patch.setattr(outline, "_stands_alone", lambda *_: False)
        assert quickly == read()
