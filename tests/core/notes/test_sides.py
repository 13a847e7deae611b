"""How many cards a question has, and their fronts and backs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes import sides as sides_of_clozes
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.clozes import MOST_CARDS, ClozePatterns
from studyapp.core.notes.sides import NEUTRAL, Clozes, Notation
from studyapp.core.settings.model import Settings
from tests.helpers.rows import each_row
from tests.helpers.strategies import examples

HIGHLIGHT = "==[123;;]answer[;;hint]=="
BRACES = "{{[123::]answer[::hint]}}"


def sides(text: str, *patterns: str) -> list[tuple[str, str]]:
    return Clozes.of(text, Settings(cloze_patterns=patterns or (HIGHLIGHT,))).sides()


@each_row(
    "text, expected",
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


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (Kind.SINGLE_BASIC, " a :: b ::c", [(" a ", " b ::c")]),
        (Kind.SINGLE_REVERSED, "a:::b", [("a", "b"), ("b", "a")]),
        (Kind.MULTI_BASIC, "a\n b\n?\nc\n?\nd", [("a\n b", "c\n?\nd")]),
        (Kind.MULTI_REVERSED, "a\n??", [("a", ""), ("", "a")]),
        (Kind.CLOZE, "==x==", [("[...]", "{{x}}")]),
    ],
)
def test_a_question_has_these_fronts_and_backs(kind: Kind, body: str, expected: list[tuple[str, str]]) -> None:
    assert sides_of_clozes.sides(kind, body, Settings()) == expected


_PIECES = ["==", "==", "{{", "}}", "=", "a", "b", " ", "\n", ";;", "::", "1", "$", "[", "]"]
_TEXTS = st.lists(st.sampled_from(_PIECES)).map("".join)


@given(_TEXTS)
@examples(600)
def test_making_all_plain_cards_at_once_gives_what_replacing_one_by_one_gives(text: str) -> None:
    pattern = ClozePatterns.of((HIGHLIGHT,)).patterns[0]
    clozes = list(pattern.clozes(pattern.plain, text))
    if made := sides_of_clozes._plain_at_once(text, clozes, NEUTRAL):
        count = len(clozes)
        roles = [["a" if m == n else "s" for m in range(count)] for n in range(count)]
        assert made == [sides_of_clozes._sides(text, clozes, role, NEUTRAL) for role in roles]


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
    assert Clozes.of("==x;;h==", Settings()).sides(marks) == [("<h>", "*x*")]
