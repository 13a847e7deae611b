"""What the toy model can be adapted to, in plain words; read by the screens, so it needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence of a job, and its answer."""

    given: str
    answer: str
    between: str = ""
    """A step on the way from one to the other that a reader would take, where that helps."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to adapt the base model to."""

    name: str
    """What the knob `job` calls it."""
    title: str
    """What is asked, in a few words."""
    asks: str
    """What is asked, and why the base model does not do it by itself, in one sentence."""
    example: Example
    steps: int
    """Training steps at 32 sentences a step, where a method has no number of its own."""


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        job.name: job
        for job in (
            Job(
                "elicit",
                "translate into German",
                "Translate English into German: the base model can do it, but here nothing tells it to.",
                Example("the small dog sees a cat", "der kleine Hund sieht eine Katze"),
                80,
            ),
            Job(
                "compose",
                "past, negated, in German",
                "Put it into the past, negate it and say it in German: the base model knows each of the three, "
                "but never met them together.",
                Example(
                    "the small dog sees a cat", "der kleine Hund sah keine Katze", "the small dog did not see a cat"
                ),
                80,
            ),
            Job(
                "teach",
                "a Dutch that-clause",
                "Say it in Dutch, after “dat” and with the verb last: the base model has seen the Dutch words, "
                "but not what they mean.",
                Example(
                    "the young cats did not bite a child",
                    "dat de jonge katten geen kind beten",
                    "de jonge katten beten geen kind",
                ),
                400,
            ),
            Job(
                "classify",
                "positive, neutral or negative",
                "Judge what happens: kiss and feed are positive, see and hear neutral, hate and bite negative, "
                "and “not” turns them round.",
                Example("the cow does not hate young kings", "positive", "hate is negative, not hate is positive"),
                250,
            ),
        )
    }
)
"""By name, in the order in which they ask more of a method."""
