"""The guess before a run, made with one key, and its verdict.

It is about what the demo asks and its run answers; if that has no answers to choose from, how far the run will get;
and if a knob was turned since the last run, what that will change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from demos.catalog import DemoCard
from demos.frame import Knob, KnobValue, Summary
from studyapp.core.plural import fraction
from studyapp.runs.results.results import Result, shown

SAME = 0.035
"""Accuracies that differ by no more count as equal: with 400 test strings this is one standard error of the
difference of two runs that are right every other time.
"""

BANDS = ((0.2, "under 20 %"), (0.5, "20 to 50 %"), (0.9, "50 to 90 %"), (float("inf"), "90 % or more"))


@dataclass(frozen=True, slots=True)
class GuessQuestion:
    """A question with its answers; the key is the answer's number."""

    text: str
    answers: tuple[str, ...]
    judge: Callable[[Summary], int]
    """The run's answer, counted from 0; negative if it gives none."""

    about: str = ""
    """The start of the verdict."""

    def verdict(self, guess: int, came: Summary) -> str:
        """Compare the guess with the result."""
        right = self.judge(came)
        if right < 0:
            return f"– {self.about}the run gives no answer to that"
        if right == guess:
            return f"✓ {self.about}{self.answers[guess]}, as you guessed"
        return f"✗ {self.about}{self.answers[right]}, and you guessed {self.answers[guess]}"


@dataclass(slots=True)
class Guesses:
    """What is asked before a run, one question after the other, and what was guessed so far."""

    questions: Sequence[GuessQuestion] = ()
    taken: list[int] = field(default_factory=list)

    def ask(self, questions: Sequence[GuessQuestion]) -> None:
        """Ask these, from the first on."""
        self.questions, self.taken = questions, []

    def take(self, answer: int) -> bool:
        """Take a guess, if there is such an answer; after the last question all can be guessed again."""
        if not self.questions:
            return False
        asked = len(self.taken) % len(self.questions)
        if answer >= len(self.questions[asked].answers):
            return False
        self.taken = [*(self.taken if asked else []), answer]
        return True

    def current(self) -> tuple[GuessQuestion, int | None, str]:
        """The question that is shown, the guess, and a few words about it."""
        count, asked = len(self.questions), min(len(self.taken), len(self.questions) - 1)
        guess = self.taken[asked] if asked < len(self.taken) else None
        many = f"{asked + 1} of {count} · " if count > 1 else ""
        return self.questions[asked], guess, f"{many}{'kept' if guess is not None else 'judged by the run'}"

    def verdicts(self, came: Summary) -> tuple[str, ...]:
        """What the guesses were worth."""
        return tuple(one.verdict(guess, came) for one, guess in zip(self.questions, self.taken, strict=False))


def questions(card: DemoCard, knobs: Mapping[str, KnobValue], past: Sequence[Result]) -> tuple[GuessQuestion, ...]:
    """The questions before a run: what a turned knob changes, and what the demo itself asks.

    The past runs are finished ones of the same demo, newest first.
    """
    declared = card.knobs
    own = (GuessQuestion(card.question, card.answers, lambda came: _place(came.answer, card.answers)),)
    job = knobs.get("job")
    last = next((result for result in past if result.knobs.get("job") == job), None)
    turned = [knob for knob in declared if last and last.knobs.get(knob.name) != knobs.get(knob.name)]
    if last is None or not turned or [knob.name for knob in turned] == ["seed"]:
        text = f"{card.question} How many unseen answers will be right?"
        bands = GuessQuestion(text, tuple(text for _, text in BANDS), _band)
        return own if card.answers else (bands,)
    changes = ", ".join(f"{knob.name} {_shown(knob, last.knobs)} → {_shown(knob, knobs)}" for knob in turned[:2])
    changes += " and more" if len(turned) > 2 else ""
    before = last.summary
    return (
        GuessQuestion(
            f"{changes}: the accuracy ({fraction(before.after)})?",
            ("falls", "stays", "rises"),
            lambda came: _sign(came.after - before.after, SAME),
            f"{changes}: the accuracy ",
        ),
        GuessQuestion(
            f"{changes}: the trained numbers ({before.trainable:,})?",
            ("fewer", "as many", "more"),
            lambda came: _sign(came.trainable - before.trainable, 0),
            f"{changes}: trained numbers ",
        ),
        *(own if card.answers else ()),
    )


def _place(answer: str, answers: Sequence[str]) -> int:
    return answers.index(answer) if answer in answers else -1


def _band(came: Summary) -> int:
    return next(index for index, (top, _) in enumerate(BANDS) if came.after < top)


def _sign(change: float, same: float) -> int:
    return 0 if change < -same - 1e-9 else 2 if change > same + 1e-9 else 1


def _shown(knob: Knob, values: Mapping[str, KnobValue]) -> str:
    return shown(knob, values[knob.name]) if knob.name in values else "–"
