"""A long note is divided where nothing is torn apart, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.reader.passages import LONGEST, LONGEST_LINE, MOST, USUAL, paragraph, passages

LINES = st.lists(
    st.sampled_from(
        ["", "# Heading", "text " * 60, "- item", "  - deep", "```", "$$", "> quote", "| a | b |", "x" * 400]
    ),
    max_size=120,
)


@given(LINES, st.integers(0, 3))
def test_the_passages_are_the_note(lines: list[str], first: int) -> None:
    found = list(passages(lines, first))
    assert "\n".join(passage.text for passage in found).split("\n") == (lines[first:] or [""])
    assert not any(passage.cut for passage in found)
    for passage in found:
        assert lines[passage.first : passage.first + 1] == [passage.text.split("\n")[0]] or not lines[first:]


def test_code_and_formulas_are_not_torn_apart() -> None:
    code = ["```python", *["", "# no heading", "x = 1"] * 1500, "```"]
    found = list(passages(["intro", "", *code, "", "# After", *["text " * 40, ""] * 50]))
    assert [passage.text.count("```") % 2 for passage in found] == [0] * len(found)
    assert len(found) > 1


def test_a_short_note_is_one_passage_with_its_footnotes() -> None:
    lines = ["text[^1]", "", "[^1]: the note"]
    assert [passage.text for passage in passages(lines)] == ["text[^1]\n\n[^1]: the note"]


def test_a_footnote_of_a_long_note_is_shown_where_it_stands() -> None:
    lines = ["word " * 40 + "[^1]", ""] * (USUAL // 100) + ["# End", "", "[^1]: the note"]
    assert list(passages(lines))[-1].text.endswith("\n[^1] the note")


def test_what_is_too_large_is_cut_and_says_so() -> None:
    found = list(passages(["word " * 30, ""] * (MOST // 100)))
    assert sum(len(passage.text) for passage in found) <= MOST + LONGEST
    assert found[-1].cut
    (line,) = passages(["x" * (LONGEST_LINE * 5)])
    assert line.cut
    assert len(line.text) < LONGEST_LINE + 10


def test_one_endless_block_is_divided_all_the_same() -> None:
    found = list(passages([f"- item {number} of a list" for number in range(20_000)]))
    assert max(len(passage.text) for passage in found) <= LONGEST + 100


@pytest.mark.parametrize(
    ("lines", "line", "found"),
    [
        (["a", "b", "", "c"], 1, "a\nb"),
        (["a", "b", "", "c"], 3, "c"),
        (["", "a", " "], 1, "a"),
        (["a"], 9, "a"),
        ([], 0, ""),
    ],
)
def test_a_paragraph_ends_at_blank_lines(lines: list[str], line: int, found: str) -> None:
    assert paragraph(lines, line) == found
