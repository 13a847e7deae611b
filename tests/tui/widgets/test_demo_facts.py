"""What a demo's page says about samples, first gradients and memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.content import Content

from demos.frame import Gradient, Memory, Sample
from studyapp.tui.widgets.demo_facts import answered, gradients_text, memory_text, samples_text

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


def test_a_gradient_of_0_says_what_stops_it_and_what_step_1_moves() -> None:
    found = [Gradient("q.A", 0.0, "B = 0 stops it"), Gradient("q.B", 0.25), Gradient("v.A", 0.0, "B = 0 stops it")]
    lines = gradients_text(found, (40, 8), untrained=False).plain.split("\n")
    assert lines[0] == "q.A  0  B = 0 stops it"
    assert lines[1].endswith(".250")
    assert lines[-1] == "Step 1 moves only B."


def test_where_everything_moves_nothing_is_said_about_that() -> None:
    assert (
        "Step 1" not in gradients_text([Gradient("down", 0.1), Gradient("up", 0.2)], (40, 8), untrained=False).plain
    )


def test_gradients_that_have_no_room_are_counted() -> None:
    lines = gradients_text([Gradient(f"w{n}", 1.0) for n in range(14)], (40, 6), untrained=False).plain.split("\n")
    assert len(lines) == 6
    assert lines[-1] == "and 9 more; + shows all"


def test_memory_is_told_as_stacks_with_its_formula() -> None:
    rows = [
        ("this toy, measured", "LoRA", Memory(700, 50, 100, 150)),
        ("this toy, measured", "all", Memory(600, 600, 1200, 150)),
    ]
    text = memory_text(rows, (60, 12), colour=True).plain
    assert "2N + 2n + 8n + 34·T·d·L bytes" in text
    assert text.count("this toy") == 1
    first, second = (line.count("▇") for line in text.split("\n")[1:3])
    assert first < second


def test_without_colour_the_parts_of_memory_have_signs() -> None:
    text = memory_text([("toy", "all", Memory(600, 600, 600, 600))], (60, 12), colour=False).plain
    assert all(sign in text.split("\n")[1] for sign in "█▓▒░")


@pytest.mark.parametrize("many", [1, 8, 9, 16, 17, 30])
def test_gradients_that_do_not_fit_below_each_other_stand_in_two_columns(many: int) -> None:
    found = [Gradient(f"n{number}.x", float(number), "" if number else "it is 0") for number in range(many)]
    lines = gradients_text(found, (76, 8), untrained=False).plain.split("\n")
    assert len(lines) <= 8
    assert max(map(len, lines)) <= 76
    shown = sum(f" {one.name} " in f" {line} " for one in found for line in lines)
    assert shown == min(many, 15 if many > 16 else 16)
    assert (f"and {many - shown} more" in "\n".join(lines)) is (many > 16)
