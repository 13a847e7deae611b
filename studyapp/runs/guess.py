"""The guess before a run, by one key, and the verdict of the run.

The demo's own question is in words and answered by watching. These are the forms of it that can be compared with the
numbers: how far will it get, and, when a knob was turned since the last run, what will that change?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from demos.frame import Knob, KnobValue, Summary
from studyapp.runs.results import Result, shown

SAME = 0.02
"""Accuracies that differ by no more are called the same: with 400 test strings this is one standard error."""

BANDS = ((0.2, "under 20 %"), (0.5, "20 to 50 %"), (0.9, "50 to 90 %"), (float("inf"), "90 % or more"))


@dataclass(frozen=True, slots=True)
class GuessQuestion:
    """One question with its answers; the key is the answer's number."""

    text: str
    answers: tuple[str, ...]
    judge: Callable[[Summary], int]
    """Which answer the run gives, counted from 0."""

    about: str = ""
    """What the verdict begins with."""

    def verdict(self, guess: int, came: Summary) -> str:
        """Compare the guess with what came."""
        right = self.judge(came)
        if right == guess:
            return f"✓ {self.about}{self.answers[guess]}, as you guessed"
        return f"✗ {self.about}{self.answers[right]}, and you guessed {self.answers[guess]}"


def questions(
    knobs: Mapping[str, KnobValue], declared: Sequence[Knob], past: Sequence[Result]
) -> tuple[GuessQuestion, ...]:
    """Choose what to ask before a run.

    Args:
        knobs: every knob, as it will be run.
        declared: the demo's knobs.
        past: the finished runs of the same demo, newest first.
    """
    job = knobs.get("job")
    last = next((result for result in past if result.knobs.get("job") == job), None)
    turned = [knob for knob in declared if last and last.knobs.get(knob.name) != knobs.get(knob.name)]
    if last is None or not turned or [knob.name for knob in turned] == ["seed"]:
        return (GuessQuestion("How many unseen strings will it get right?", tuple(text for _, text in BANDS), _band),)
    changes = ", ".join(f"{knob.name} {_shown(knob, last.knobs)} → {_shown(knob, knobs)}" for knob in turned[:2])
    changes += " and more" if len(turned) > 2 else ""
    before = last.summary
    return (
        GuessQuestion(
            f"{changes}: the accuracy ({before.after:.2f})?",
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
    )


def _band(came: Summary) -> int:
    return next(index for index, (top, _) in enumerate(BANDS) if came.after < top)


def _sign(change: float, same: float) -> int:
    return 0 if change < -same - 1e-9 else 2 if change > same + 1e-9 else 1


def _shown(knob: Knob, values: Mapping[str, KnobValue]) -> str:
    return shown(knob, values[knob.name]) if knob.name in values else "–"
