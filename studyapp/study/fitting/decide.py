"""The cost and benefit of a desired retention: simulated from the user's memory, pace, grades and limits.

There is no best one: a higher one means more reviews, and more that is remembered.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from studyapp.core.schedule.entries import Grade
from studyapp.core.schedule.fsrs import FsrsParameters, Memory, first_memory, interval_of, memory_after, recall

RETENTIONS: Final = (0.70, 0.73, 0.76, 0.79, 0.82, 0.85, 0.88, 0.91, 0.94, 0.97)
MOST: Final = 3000
"""The most cards simulated; of more, a sample is scaled."""
PASSED: Final = (Grade.HARD, Grade.GOOD, Grade.EASY)


class Remembered(Struct, frozen=True):
    """A card that has been learned."""

    stability: float
    difficulty: float
    since: int
    """Days since its last review."""
    due: int
    """Days until it is due; negative if it is overdue."""


class Habits(Struct, frozen=True):
    """How the user reviews."""

    seconds: tuple[float, float, float, float] = (18.0, 12.0, 8.0, 5.0)
    """Seconds that each grade takes, from Again to Easy."""
    passed: tuple[float, float, float] = (0.1, 0.8, 0.1)
    """How often a known card is Hard, Good or Easy."""
    first: tuple[float, float, float, float] = (0.25, 0.1, 0.5, 0.15)
    """How often a new card gets each grade."""


class Outset(Struct, frozen=True):
    """What to simulate."""

    cards: tuple[Remembered, ...]
    new: int
    """How many cards have not been learned yet."""
    new_a_day: float
    reviews_a_day: int | None
    """The limit; None means none."""
    parameters: FsrsParameters
    habits: Habits
    days: int

    @property
    def present(self) -> float:
        """The desired retention that is set, as exact as those that are tried."""
        return round(self.parameters.desired_retention, 4)


class Prospect(Struct, frozen=True):
    """The result for a retention."""

    retention: float
    reviews: float
    """A day, on average."""
    minutes: float
    remembered: float
    """Cards known at the end, on average."""
    learned: float
    """Cards that have been learned by then."""


def decide(asked: Outset, tell: Callable[[int, int], object] = lambda _done, _of: None) -> list[Prospect]:
    """Simulate each retention, and the current one."""
    retentions = sorted({*RETENTIONS, asked.present})
    found = []
    for number, retention in enumerate(retentions):
        tell(number, len(retentions))
        found.append(simulate(asked, retention))
    return found


def simulate(asked: Outset, retention: float) -> Prospect:
    """One run: each card is reviewed when it is due, within the daily limits."""
    dice = random.Random(1)
    share = min(1.0, MOST / max(1, len(asked.cards) + asked.new))
    cards = asked.cards if share == 1 else dice.sample(asked.cards, int(len(asked.cards) * share))
    run = _Run(asked, retention, share, dice)
    for card in cards:
        run.add(Memory(card.stability, card.difficulty), -card.since, max(0, card.due))
    left, owed = int(asked.new * share), 0.0
    for day in range(asked.days):
        owed += asked.new_a_day * share
        while owed >= 1 and left:
            owed, left = owed - 1, left - 1
            run.learn(day)
        run.review(day)
    return run.prospect()


class _Run:
    """The cards of one run, a heap by due day."""

    def __init__(self, asked: Outset, retention: float, share: float, dice: random.Random) -> None:
        self.asked, self.retention, self.share, self.dice = asked, retention, share, dice
        own = asked.parameters
        self.parameters = FsrsParameters(retention, own.maximum_interval, own.weights)
        self.limit = math.inf if asked.reviews_a_day is None else asked.reviews_a_day * share
        self.memories: list[Memory] = []
        self.last: list[int] = []
        self.line: list[tuple[int, int]] = []
        self.reviews = 0
        self.seconds = 0.0

    def add(self, memory: Memory, last: int, due: int) -> None:
        heapq.heappush(self.line, (due, len(self.memories)))
        self.memories.append(memory)
        self.last.append(last)

    def learn(self, day: int) -> None:
        grade = self._drawn([*Grade], self.asked.habits.first)
        memory = first_memory(grade, self.parameters.weights)
        self._cost(grade)
        self.add(memory, day, day + interval_of(memory.stability, self.parameters))

    def review(self, day: int) -> None:
        done = 0
        most = self.limit if math.isinf(self.limit) else int((day + 1) * self.limit) - int(day * self.limit)
        while self.line and self.line[0][0] <= day and done < most:
            _, card = heapq.heappop(self.line)
            memory, elapsed = self.memories[card], day - self.last[card]
            weights = self.parameters.weights
            known = self.dice.random() < recall(max(0, elapsed), memory.stability, weights)
            grade = self._drawn(PASSED, self.asked.habits.passed) if known else Grade.AGAIN
            self._cost(grade)
            after = self.memories[card] = memory_after(memory, max(0, elapsed), grade, weights)
            self.last[card] = day
            heapq.heappush(self.line, (day + interval_of(after.stability, self.parameters), card))
            done += 1

    def _drawn(self, grades: Sequence[Grade], shares: Sequence[float]) -> Grade:
        return self.dice.choices(grades, shares)[0]

    def _cost(self, grade: Grade) -> None:
        self.reviews += 1
        self.seconds += self.asked.habits.seconds[[*Grade].index(grade)]

    def prospect(self) -> Prospect:
        days, weights = self.asked.days, self.parameters.weights
        pairs = zip(self.memories, self.last, strict=True)
        known = sum(recall(max(0, days - last), memory.stability, weights) for memory, last in pairs)
        scale = 1 / self.share
        return Prospect(
            self.retention,
            self.reviews * scale / days,
            self.seconds * scale / days / 60,
            known * scale,
            len(self.memories) * scale,
        )
