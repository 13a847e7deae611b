from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.review.answers import Match, compare_answer


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("Paris", "paris"),
        ("The **frozen** weights, and `B A`.", "the frozen weights and b a"),
        ("==Paris==", " Paris "),
        ("> [!tip] Thin\n> two matrices", "thin two matrices"),
        ("soft-prompt tuning", "soft prompt tuning"),
        ("a — b", "a b"),
        ("über", "ÜBER"),
        ("> [!note]\n> - [ ] one\n\n```python\nx = 1\n```", "one x = 1"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
    ],
)
def test_case_punctuation_and_marks_do_not_count(answer: str, typed: str) -> None:
    assert compare_answer(answer, typed).is_right


@pytest.mark.parametrize(
    ("answer", "typed", "shown"),
    [
        ("the frozen weights", "the weights", "the [+frozen] weights"),
        ("the weights", "the frozen weights", "the [-frozen] weights"),
        ("two thin matrices", "two thick matrices", "two [-thick] [+thin] matrices"),
        ("Paris", "", "[+Paris]"),
        ("", "Paris", "[-Paris]"),
        ("1024 × 8", "1024 8", "1024 [+×] 8"),
        ("résumé", "resume", "[-resume] [+résumé]"),
    ],
)
def test_each_word_that_differs_is_marked(answer: str, typed: str, shown: str) -> None:
    found = compare_answer(answer, typed)
    assert str(found) == shown
    assert not found.is_right


words = st.lists(st.text("abcd", min_size=1, max_size=3), max_size=12).map(" ".join)


@given(words, words)
def test_both_texts_can_be_read_out_of_the_difference(answer: str, typed: str) -> None:
    found = compare_answer(answer, typed)
    wanted = " ".join(piece.text for piece in found.pieces if piece.mark is not Match.EXTRA)
    assert wanted == answer
    if not found.is_right:
        assert " ".join(piece.text for piece in found.pieces if piece.mark is not Match.MISSING) == typed


@given(words)
def test_what_is_typed_as_it_stands_is_right(answer: str) -> None:
    assert compare_answer(answer, answer).is_right


def test_long_answers_are_compared_in_time() -> None:
    answer = " ".join(str(number) for number in range(5000))
    assert not compare_answer(answer, answer[::-1]).is_right
