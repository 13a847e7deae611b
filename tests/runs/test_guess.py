"""Guesses before a run, and what they were worth."""

from __future__ import annotations

from demos.frame import Summary
from studyapp.runs.guess import Guesses, GuessQuestion

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
