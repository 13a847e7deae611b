"""What a demo's page says about samples."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.content import Content

from demos.frame import Sample
from studyapp.tui.widgets.demo.samples import answered, samples_text

RIGHT = Sample("the dog sees a cat >", "der Hund sieht eine Katze", "der Hund sieht eine Katze")
WRONG = replace(RIGHT, got="der Hund sah eine Katze")


def styled(text: Content, style: str) -> list[str]:
    return [text.plain[span.start : span.end] for span in text.spans if style in str(span.style)]


def test_what_is_wrong_in_an_answer_is_red_and_underlined_and_the_rest_plain() -> None:
    text = answered(WRONG)
    assert text.plain == "der Hund sah eine Katze ✗"
    assert styled(text, "underline") == ["sah"]
    assert styled(answered(Sample("x", "abc", "abd")), "underline") == ["d"]


def test_a_right_answer_is_green() -> None:
    assert styled(answered(RIGHT), "$good") == ["der Hund sieht eine Katze ✓"]


@pytest.mark.parametrize("width", [36, 60, 120])
@pytest.mark.parametrize("before", ["the dog sees a cat", "a dog"])
def test_samples_fit_and_show_before_and_now(width: int, before: str) -> None:
    lines = samples_text([RIGHT, WRONG], [before, ""], (width, 9)).plain.split("\n")
    text = "\n".join(lines)
    assert max(map(len, lines)) <= width
    assert len(lines) <= 9
    assert "✓" in text
    assert "✗" in text
    assert before in text or "the sentence again" in text
    assert ">" not in text


def test_a_sentence_keeps_what_was_said_to_it_when_words_are_put_in_front() -> None:
    now = Sample("translate german : the dog sees a cat >", RIGHT.wanted, RIGHT.got)
    assert samples_text([now], ["the dog sees"], (36, 9)).plain.split("\n") == [
        "translate german : the dog sees a",
        "cat",
        "  was the dog sees",
        "✓ der Hund sieht eine Katze",
    ]


def test_of_a_sentence_behind_many_examples_only_the_question_is_shown() -> None:
    now = Sample("a cat > eine Katze ; " * 5 + "the dog sees a cat >", RIGHT.wanted, RIGHT.got)
    assert samples_text([now], ["the dog sees"], (36, 9)).plain.split("\n")[0] == "… the dog sees a cat"


def test_a_sentence_that_the_base_did_not_answer_says_so() -> None:
    assert "was no answer" in samples_text([RIGHT], [""], (30, 9)).plain
    assert "was no answer" in samples_text([RIGHT], [], (30, 9)).plain
