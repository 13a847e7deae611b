"""Guesses before a run, and what they were worth."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from demos.catalog import load
from demos.frame import Summary
from studyapp.runs.progress.guess import Guesses, GuessQuestion, questions
from studyapp.runs.results.results import Result

CAME = Summary("Counting", "", 0.0, 1.0, 0, 0, "nothing", 0, 0.0, True, "")
ASKED = (
    GuessQuestion("up or down?", ("down", "up"), lambda _: 1),
    GuessQuestion("how many?", ("one", "two", "three"), lambda _: 0),
)


def test_one_question_follows_the_other_and_after_the_last_all_can_be_guessed_again() -> None:
    guesses = Guesses()
    assert not guesses.take(0)
    guesses.ask(ASKED)
    assert guesses.current() == (ASKED[0], None, "1 of 2 · judged by the run")
    assert not guesses.take(2)
    assert guesses.take(1)
    assert guesses.current() == (ASKED[1], None, "2 of 2 · judged by the run")
    assert guesses.take(2)
    assert guesses.current() == (ASKED[1], 2, "2 of 2 · kept")
    assert guesses.verdicts(CAME) == ("✓ up, as you guessed", "✗ one, and you guessed three")
    assert guesses.take(0)
    assert guesses.taken == [0]
    guesses.ask(ASKED[:1])
    assert guesses.current() == (ASKED[0], None, "judged by the run")


@pytest.mark.parametrize("after", [0.5 - 0.03, 0.5 + 0.03, 0.5 - 0.05, 0.5 + 0.05])
def test_two_accuracies_are_told_apart_only_beyond_the_standard_error_of_their_difference(after: float) -> None:
    card, came, held_out = load().get("lora"), replace(CAME, after=0.5), 400
    past = Result(card.name, card.settle({}), came)
    asked = questions(card, card.settle({"rank": 8}), [past])[0]
    error = math.sqrt(2 * 0.5 * 0.5 / held_out)
    sign = 1 if abs(after - 0.5) <= error else 2 if after > 0.5 else 0
    assert asked.judge(replace(came, after=after)) == sign
