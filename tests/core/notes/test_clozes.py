"""Clozes: what a pattern means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes.clozes import ClozePatterns
from tests.helpers.strategies import examples

HIGHLIGHT = "==[123;;]answer[;;hint]=="
BRACES = "{{[123::]answer[::hint]}}"


@pytest.mark.parametrize("pattern", ["", "no field", "==[123;;]==", "[123;;][;;hint]"])
def test_a_pattern_without_an_answer_stands_for_nothing(pattern: str) -> None:
    assert not ClozePatterns.of((pattern,)).found_in("==a== answer [123;;]")


@pytest.mark.parametrize("text", ["==a==", "x ==1;;a== y", "==ah;;b;;c==", "== a b =="])
def test_a_line_with_a_cloze_is_seen_to_have_one(text: str) -> None:
    patterns = ClozePatterns.of((HIGHLIGHT,))
    assert patterns.found_in(text)
    assert patterns.clozes_of(text)


_PIECES = ["==", "==", "{{", "}}", "=", "a", "b", " ", "\n", ";;", "::", "1", "$", "[", "]"]
_TEXTS = st.lists(st.sampled_from(_PIECES)).map("".join)


@given(_TEXTS)
@examples(300)
def test_no_cloze_is_missed_by_looking_only_up_to_the_last_closing(text: str) -> None:
    for pattern in ClozePatterns.of((HIGHLIGHT, BRACES)).patterns:
        for form in (pattern.plain, pattern.numbered, pattern.overlapping):
            assert form is not None
            found = [match.span() for match in pattern.matches(form, text)]
            assert found == [match.span() for match in form.finditer(text)]


OPEN_ENDED = {
    "((answer))[ hint]": "((a ",
    "==answer[^\\[hint\\]]": "==a^[",
    "==answer==[^\\[hint\\]][\\[^123\\]]": "==a==^[x ]",
    "[hint::]answer!!": "a::",
    "[123;;]answer!!": "1",
}
"""Patterns that may try each opening with everything after it, and a text that makes them."""


@pytest.mark.parametrize("pattern", OPEN_ENDED)
def test_a_line_in_which_clozes_take_too_long_to_find_is_a_question_without_cards(pattern: str) -> None:
    """Without the limit this takes hours, longer than a test may run."""
    text = OPEN_ENDED[pattern] * 200_000 + "!!]"
    assert ClozePatterns.of((pattern,)).found_in(text)
    assert ClozePatterns.of((pattern,)).clozes_of(text) == []


@pytest.mark.parametrize("pattern", OPEN_ENDED)
def test_long_lines_with_some_clozes_are_no_such_lines(pattern: str) -> None:
    text = "word " * 200 + "((x)) y ==a==^[b] 1;;c!! d::e!!" + " word" * 200
    assert ClozePatterns.of((pattern,)).clozes_of(text)


@pytest.mark.parametrize("pattern", [HIGHLIGHT, BRACES, "==answer==", "((answer))", "==answer"])
def test_no_line_is_too_long_for_the_usual_patterns(pattern: str) -> None:
    assert ClozePatterns.of((pattern,)).clozes_of("{{==((a " * 20_000 + "))}}==")
