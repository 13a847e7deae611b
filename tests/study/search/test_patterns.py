from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.search.patterns import matches, wrong
from tests.helpers.rows import each_row


@pytest.mark.parametrize(
    "pattern", ["a", "^rank$", r"rank \d+", "a.*b", "(one|two) three?", "[^*+?]{2,3}", r"\*\+\?\("]
)
def test_what_people_look_for_can_be_used(pattern: str) -> None:
    assert wrong(pattern) == ""


@each_row(
    "pattern, why",
    [
        ("(a+)+", "repeats a group"),
        ("(a|aa)*b", "repeats a group"),
        ("a*a*a*b", "more than two"),
        ("a{0,9}b{0,9}c{0,9}", "more than two"),
        ("a?" * 20, "more than five"),
        ("(a|b)" * 4, "more than three groups"),
        (r"(a)\1", "refers to groups"),
        ("(?=a)", "looks around"),
        ("a{1,99999}b{3,}c*", "more than two"),
        ("(", "not a regular expression"),
        ("[z-a]", "not a regular expression"),
        ("a{9999999999}", "not a regular expression"),
        ("a" * 201, "more than 200"),
    ],
)
def test_what_may_take_long_or_cannot_be_read_says_why(pattern: str, why: str) -> None:
    assert why in wrong(pattern)


@given(st.text(st.sampled_from("ab.*+?{},1[]()|\\^$"), max_size=30))
def test_what_can_be_used_comes_to_an_end_on_the_worst_text(pattern: str) -> None:
    if not wrong(pattern):
        matches(pattern, "a" * 3_000)


def test_what_has_very_many_ways_to_match_sees_less_of_a_long_card() -> None:
    assert matches(".*.*x", "a" * 300 + "x")
    assert not matches(".*.*x", "a" * 1_000 + "x")
    assert not matches("a?b?c?.*.*x", "a" * 300 + "x")


def test_what_starts_with_a_word_sees_all_that_others_see() -> None:
    assert matches("rank.*of.*x", "rank of " + "a" * 1_900 + "x")
    assert matches("Rank.*of.*x", "rank of " + "a" * 1_900 + "x")
    assert not matches("rank.*of.*x|y", "rank of " + "a" * 1_900 + "x")
    assert matches(".*x", "a" * 1_900 + "x")
