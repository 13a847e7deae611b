"""What a schedule is, how it stands in a `<!--SR:…-->` comment, and how that comment is read.

The comment's grammar is the plugin's: entries separated by `!`, one for each card of the question in order,
either SM-2 (`date,interval,ease`) or FSRS (`fsrs,due,interval,stability,difficulty,state,reps,lapses,
learning_steps,last_review`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum


class Grade(StrEnum):
    """The four answers to "how well did you know it?"."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


class Algorithm(StrEnum):
    """The plugin's names of its two schedulers, as its settings spell them."""

    SM2 = "SM-2-OSR"
    FSRS = "FSRS"


class State(IntEnum):
    """Where a card stands in FSRS."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


@dataclass(frozen=True, slots=True)
class Sm2:
    """A schedule of SM-2-OSR."""

    due: date | None
    """A local calendar day; None where the comment's date is not one (then the card never becomes due)."""
    interval: float
    """Days; NaN where the comment has none."""
    ease: float
    """Per cent; NaN where the comment has none."""


@dataclass(frozen=True, slots=True)
class Fsrs:
    """A schedule of FSRS-6."""

    due: datetime | None
    """UTC, to the millisecond; None where the comment's time is not one."""
    interval: float
    """Days; 0 while learning."""
    stability: float
    """Days until retrievability falls to 0.9."""
    difficulty: float
    """1 (easy) to 10 (hard)."""
    state: int
    reps: int
    lapses: int
    learning_steps: int
    """Index of the current (re)learning step."""
    last_review: datetime | None
    """UTC, to the millisecond."""


Schedule = Sm2 | Fsrs
