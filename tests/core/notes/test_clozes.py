"""Clozes: what a pattern stands for, and the cards of a question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.core.notes import clozes as cloze
from studyapp.core.notes.clozes import MOST_CARDS, NEUTRAL, ClozePatterns, Notation

HIGHLIGHT = "==[123;;]answer[;;hint]=="
BRACES = "{{[123::]answer[::hint]}}"


def sides(text: str, *patterns: str) -> list[tuple[str, str]]:
    return ClozePatterns.of(patterns or (HIGHLIGHT,)).sides(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ==b== c", [("a [...] c", "a {{b}} c")]),
        ("==a== ==b==", [("[...] b", "{{a}} b"), ("a [...]", "a {{b}}")]),
        ("==x;;h==", [("[h]", "{{x}}")]),
        ("==a;;h==", [("[...]", "{{h}}")]),
        ("==1;;a== ==3;;b==", [("[...] b", "{{a}} b"), ("a b", "a b"), ("a [...]", "a {{b}}")]),
        ("==1;;a;;h== ==b==", [("[h] ==b==", "{{a}} ==b==")]),
        ("==ah;;x== ==sa;;y==", [("[...] y", "{{x}} y"), ("(...) [...]", "(...) {{y}}")]),
        ("==2;;hint==", [("hint", "hint"), ("[...]", "{{hint}}")]),
        ("==a== ==a==", [("[...] a", "{{a}} a"), ("a [...]", "a {{a}}")]),
        ("==$$x$$== and ==$&==", [("[...] and $&", "{{$$x$$}} and $&"), ("$$x$$ and [...]", "$$x$$ and {{$&}}")]),
        ("====", []),
        ("== a", []),
        ("==a\nb==", []),
        ("==a\u2028b==", []),
    ],
)
def test_the_cards_of_a_question(text: str, expected: list[tuple[str, str]]) -> None:
    assert sides(text) == expected


def test_patterns_are_taken_in_the_order_of_the_settings() -> None:
    assert [front for front, _ in sides("{{a}} ==b==", HIGHLIGHT, BRACES)] == ["a [...]", "[...] b"]


@pytest.mark.parametrize("pattern", ["", "no field", "==[123;;]==", "[123;;][;;hint]"])
def test_a_pattern_without_an_answer_stands_for_nothing(pattern: str) -> None:
    assert not ClozePatterns.of((pattern,)).found_in("==a== answer [123;;]")


@pytest.mark.parametrize(
    ("pattern", "text", "front"),
    [
        ("((answer))[((hint))]", "((a))((h)) b", "[h] b"),
        (r"answer[\[hint\]]!", "x[h]! b", "[h] b"),
        ("[hint:]answer;", "h:a;", "[h]"),
        ("answer", "ab", "[...]b"),
        ("*answer*", "*a*", "[...]"),
    ],
)
def test_any_text_can_be_a_pattern(pattern: str, text: str, front: str) -> None:
    assert sides(text, pattern)[0][0] == front


@pytest.mark.parametrize("text", ["==a==", "x ==1;;a== y", "==ah;;b;;c==", "== a b =="])
def test_a_line_with_a_cloze_is_seen_to_have_one(text: str) -> None:
    patterns = ClozePatterns.of((HIGHLIGHT,))
    assert patterns.found_in(text)
    assert patterns.sides(text)


_PIECES = ["==", "==", "{{", "}}", "=", "a", "b", " ", "\n", ";;", "::", "1", "$", "[", "]"]
_TEXTS = st.lists(st.sampled_from(_PIECES)).map("".join)


@given(_TEXTS)
@settings(max_examples=600)
def test_making_all_plain_cards_at_once_gives_what_replacing_one_by_one_gives(text: str) -> None:
    clozes = ClozePatterns.of((HIGHLIGHT,))._all(text, "plain")
    if made := cloze._plain_at_once(text, clozes, NEUTRAL):
        count = len(clozes)
        roles = [["a" if m == n else "s" for m in range(count)] for n in range(count)]
        assert made == [cloze._sides(text, clozes, role, NEUTRAL) for role in roles]


@given(_TEXTS)
@settings(max_examples=300)
def test_no_cloze_is_missed_by_looking_only_up_to_the_last_closing(text: str) -> None:
    for pattern in ClozePatterns.of((HIGHLIGHT, BRACES)).patterns:
        for form in (pattern.plain, pattern.numbered, pattern.overlapping):
            assert form is not None
            found = [match.span() for match in pattern.matches(form, text)]
            assert found == [match.span() for match in form.finditer(text)]


def test_a_thousand_clozes_in_one_paragraph_are_a_thousand_cards() -> None:
    text = " ".join(f"==answer {n}==" for n in range(1000))
    made = sides(text)
    assert len(made) == 1000
    assert made[999][0].endswith("answer 998 [...]")


@pytest.mark.parametrize("number", [MOST_CARDS + 1, 999_999_999, "9" * 5000])
def test_a_number_that_asks_for_more_cards_than_can_be_makes_none(number: int | str) -> None:
    assert sides(f"=={number};;x==") == []


def test_the_highest_number_is_kept_and_cards_of_missing_numbers_hide_nothing() -> None:
    made = sides(f"=={MOST_CARDS};;x== ==007;;y==")
    assert len(made) == MOST_CARDS
    assert made[6] == ("x [...]", "x {{y}}")
    assert made[-1] == ("[...] y", "{{x}} y")
    assert set(made) == {made[6], made[-1], ("x y", "x y")}


def test_other_marks_can_be_put_around_the_parts() -> None:
    marks = Notation(("<", ">"), ("(", ")"), ("*", "*"))
    assert ClozePatterns.of((HIGHLIGHT,)).sides("==x;;h==", marks) == [("<h>", "*x*")]


OPEN_ENDED = {
    "((answer))[ hint]": "((a ",
    "==answer[^\\[hint\\]]": "==a^[",
    "==answer==[^\\[hint\\]][\\[^123\\]]": "==a==^[x ]",
    "[hint::]answer!!": "a::",
    "[123;;]answer!!": "1",
}
"""Patterns in which each opening may be tried with all that follows it, and text that has them do so."""


@pytest.mark.parametrize("pattern", OPEN_ENDED)
def test_a_line_in_which_clozes_take_too_long_to_find_is_a_question_without_cards(pattern: str) -> None:
    """Without the bound this takes hours, which the limit of a test's time does not allow."""
    text = OPEN_ENDED[pattern] * 200_000 + "!!]"
    assert ClozePatterns.of((pattern,)).found_in(text)
    assert sides(text, pattern) == []


@pytest.mark.parametrize("pattern", OPEN_ENDED)
def test_long_lines_with_some_clozes_are_no_such_lines(pattern: str) -> None:
    text = "word " * 200 + "((x)) y ==a==^[b] 1;;c!! d::e!!" + " word" * 200
    assert sides(text, pattern)


@pytest.mark.parametrize("pattern", [HIGHLIGHT, BRACES, "==answer==", "((answer))", "==answer"])
def test_no_line_is_too_long_for_the_usual_patterns(pattern: str) -> None:
    assert ClozePatterns.of((pattern,)).clozes_of("{{==((a " * 20_000 + "))}}==")
