"""Front matter: where it ends, and its values; the quick reading never differs from the YAML library's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.text.front_matter import MOST_CHARACTERS, NONE, aliases_of, read_front_matter, read_simple
from studyapp.core.text.yaml12 import read_yaml
from tests.helpers.strategies import examples

_VALUES = st.one_of(
    st.sampled_from(
        [
            *[
                "",
                "word",
                "two words",
                "true",
                "False",
                "null",
                "~",
                "yes",
                "no",
                "on",
                "1",
                "012",
                "1.5",
                "1e3",
                "0x1F",
            ],
            *["2024-01-01", "2024-01-01 10:30", "12:30", "[a, b]", "[a, true]", "[]", "[a,]", "[ a ]", "[a b, c/d]"],
            *[
                '"quoted"',
                '"a: b"',
                "'single'",
                "#tag",
                "a#b",
                "a #b",
                "a: b",
                "- a",
                "|",
                ">",
                "&a",
                "*a",
                "!x",
                "%x",
            ],
            *["a.", "-", "--", "a -", "/path/x", "a/b", ".5", "+1", "-1", "1_000", "Null", "NaN", ".inf", "[a, 1]"],
        ]
    ),
    st.text(alphabet="aA1 -:#[],\"'/._é\t", max_size=10),
)
_KEYS = st.sampled_from(["tags", "tag", "a", "sr-due", "true", "null", "1", "A-b"])
_GAPS = st.sampled_from(["", " ", "  "])
_LINES = st.one_of(
    st.builds("{}:{}{}".format, _KEYS, _GAPS, _VALUES),
    st.builds("{}-{}{}".format, _GAPS, _GAPS, _VALUES),
    st.sampled_from(["", " ", "# remark", "a", "---", "..."]),
)


@given(st.lists(_LINES, max_size=5).map("\n".join))
@examples(1500)
def test_the_quick_reading_says_what_the_yaml_library_says_or_nothing(block: str) -> None:
    simple = read_simple(block)
    if simple is not None:
        assert simple == (read_yaml(block) or {})


def test_it_ends_at_the_next_line_of_three_dashes() -> None:
    found = read_front_matter(["---", "tags: [a, b]", "---", "text", "---"])
    assert (found.lines, dict(found.values), found.error) == (3, {"tags": ["a", "b"]}, None)


@pytest.mark.parametrize(
    "lines", [[""], ["text", "---", "---"], ["---", "tags: a"], ["--- ", "a: b", "---"], ["\ufeff---", "a: b", "---"]]
)
def test_without_both_lines_of_dashes_there_is_none(lines: list[str]) -> None:
    assert read_front_matter(lines) == NONE


@pytest.mark.parametrize(
    ("block", "values"),
    [
        ("a: yes\nb: 2024-01-01\nc: 0o17", {"a": "yes", "b": "2024-01-01", "c": "0o17"}),
        ("a: true\nb: ~\nc: 1.5\nd: 010", {"a": True, "b": None, "c": 1.5, "d": 10}),
        ("tags:\n- a\n- b", {"tags": ["a", "b"]}),
        ("tags:\n  - a\n  - b: c", {"tags": ["a", {"b": "c"}]}),
        ("", {}),
        ("# only a remark", {}),
        ("1: a\nb: c", {"b": "c"}),
    ],
)
def test_values_are_those_of_yaml_1_2(block: str, values: dict[str, object]) -> None:
    assert dict(read_front_matter(["---", *block.split("\n"), "---"]).values) == values


@pytest.mark.parametrize("block", ["a: [", "a: b: c", "\tx: y", "- a", "just text", "a: &x [*y]"])
def test_front_matter_that_is_not_a_mapping_has_no_values_and_says_why(block: str) -> None:
    found = read_front_matter(["---", block, "---"])
    assert found.lines == 3
    assert not found.values
    assert found.error
    assert "\n" not in found.error


@pytest.mark.parametrize("line", ["tags: [a, b]", "tags: *a # a remark"])
def test_a_block_beyond_the_limit_is_not_read(line: str) -> None:
    found = read_front_matter(["---", *[line] * MOST_CHARACTERS, "---"])
    assert (found.lines, dict(found.values)) == (MOST_CHARACTERS + 2, {})
    assert found.error == f"it has more than {MOST_CHARACTERS:,} characters"


@pytest.mark.parametrize("line", ["key: a{}!", "key: [a{}!", '- "{}!', "- a{}!", "key:{}!"])
def test_a_line_of_blanks_is_read_without_trying_each_of_them(line: str) -> None:
    assert read_simple(line.format(" " * 150_000)) is None


def test_aliases_come_as_a_list_or_as_a_text() -> None:
    assert list(aliases_of({"aliases": ["a", " b "], "Alias": "c, d"})) == ["a", "b", "c", "d"]
    assert list(aliases_of({"aliases": None})) == []
