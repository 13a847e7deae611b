"""FSRS-6, by default with its default weights, as pure arithmetic: (schedule, grade, now) → schedule.

The formulas are those of the FSRS authors (https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm);
the rounding after each of them, the learning steps and the order of the three review intervals are those of ts-fsrs
5.4, which the plugin uses, so that a comment written here is the comment that it would write, to the last digit.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.errors import StudyError
from studyapp.core.schedule.days import DAY, add_days, midnight, round_half_up, to_utc
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, Sm2, State

# fmt: off
WEIGHTS: Final = (
    0.212, 1.2931, 2.3065, 8.2956,                   # 0-3    first stability after Again, Hard, Good, Easy
    6.4133, 0.8334, 3.0194, 0.001,                   # 4-7    difficulty
    1.8722, 0.1666, 0.796,                           # 8-10   stability after recall
    1.4835, 0.0614, 0.2629, 1.6483,                  # 11-14  stability after forgetting
    0.6014, 1.8729,                                  # 15-16  factors for Hard and Easy
    0.5425, 0.0912, 0.0658,                          # 17-19  stability after an answer on the same day
    0.1542,                                          # 20     decay of the forgetting curve
)
# fmt: on
"""The default weights of FSRS-6."""

LOWEST_STABILITY: Final = 0.001
HIGHEST_STABILITY: Final = 36500.0
RATINGS: Final = {Grade.AGAIN: 1, Grade.HARD: 2, Grade.GOOD: 3, Grade.EASY: 4}
_MINUTES_A_DAY: Final = 1440
LATEST: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Beyond this no due time can be written."""


class FsrsError(StudyError):
    """An FSRS schedule cannot be continued; nothing was changed."""


class FsrsParameters(Struct, frozen=True):
    """The settings of FSRS; the defaults are the plugin's."""

    desired_retention: float = 0.9
    """Above 0, at most 1."""
    maximum_interval: float = 36525
    """Days."""
    weights: tuple[float, ...] = WEIGHTS
    learning_steps: tuple[float, ...] = (1, 10)
    """In minutes; a card whose step takes a day or more is still being learned."""
    relearning_steps: tuple[float, ...] = (10,)


class Memory(Struct, frozen=True):
    """A card's memory."""

    stability: float
    """Days until retrievability falls to 0.9."""
    difficulty: float
    """1 (easy) to 10 (hard)."""


def review(schedule: Schedule | None, grade: Grade, *, now: datetime, parameters: FsrsParameters) -> Fsrs:
    """Answer a card and give its next schedule.

    Args:
        schedule: None for a new card. An SM-2 schedule is converted first, see `from_sm2`.
        grade: The answer.
        now: Aware, in local time (it matters for the conversion only).
        parameters: The settings.

    Raises:
        FsrsError: `now` is on a day (UTC) before the last review, or the schedule's numbers are impossible.
    """
    at = to_utc(now)
    match schedule:
        case None:
            before = reset(now=at)
        case Sm2():
            before = from_sm2(schedule, now=now)
        case Fsrs():
            before = schedule
    elapsed = _elapsed_days(before, at)
    memory = next_memory(before, elapsed, grade, parameters.weights)
    after = replace(
        before,
        stability=memory.stability,
        difficulty=memory.difficulty,
        reps=before.reps + 1,
        last_review=at,
    )
    if before.state == State.REVIEW and grade is Grade.AGAIN:
        after = replace(after, lapses=before.lapses + 1)

    minutes, step = _step(before, grade, parameters)
    if minutes:
        state = State.RELEARNING if before.state in {State.REVIEW, State.RELEARNING} else State.LEARNING
        due, days = at + timedelta(minutes=minutes), minutes // _MINUTES_A_DAY
        return replace(after, due=due, interval=days, state=state, learning_steps=step)
    if before.state == State.REVIEW and grade is not Grade.AGAIN:
        days = _ordered_intervals(before, elapsed, parameters)[grade]
    else:
        days = interval_of(memory.stability, parameters)
    due = at + min(days, (LATEST - at).days) * DAY
    return replace(after, due=due, interval=days, state=State.REVIEW, learning_steps=0)


def reset(*, now: datetime) -> Fsrs:
    """The schedule of a card that is reset now."""
    at = to_utc(now)
    return Fsrs(
        due=at,
        interval=0,
        stability=0,
        difficulty=0,
        state=State.NEW,
        reps=0,
        lapses=0,
        learning_steps=0,
        last_review=None,
    )


def retrievability(schedule: Fsrs, now: datetime, weights: tuple[float, ...] = WEIGHTS) -> float | None:
    """The probability (0 to 1) that a card is remembered at `now`; None if it was never answered."""
    if schedule.state == State.NEW or schedule.last_review is None or not schedule.stability > 0:
        return None
    elapsed = (now.astimezone(UTC).date() - schedule.last_review.astimezone(UTC).date()).days
    return recall(max(0, elapsed), schedule.stability, weights)


def from_sm2(schedule: Sm2, *, now: datetime) -> Fsrs:
    """Convert an SM-2 schedule to FSRS: its interval as stability, its ease (130 to 370 %) as difficulty."""
    interval = (
        1 if math.isnan(schedule.interval) else max(1, round_half_up(min(schedule.interval, HIGHEST_STABILITY)))
    )
    ease = min(max(schedule.ease, 130.0), 370.0)
    difficulty = 5.5 if math.isnan(schedule.ease) else min(max(10 - (ease - 130) / 240 * 9, 1.0), 10.0)
    due = to_utc(now)
    last_review = due - interval * DAY
    if schedule.due is not None:
        due = midnight(schedule.due, now.tzinfo)
        last_review = midnight(add_days(schedule.due, -interval), now.tzinfo)
    return Fsrs(
        due=due,
        interval=interval,
        stability=interval,
        difficulty=difficulty,
        state=State.REVIEW,
        reps=max(1, round_half_up(math.log2(interval + 1))),
        lapses=0,
        learning_steps=0,
        last_review=last_review,
    )


def _elapsed_days(before: Fsrs, now: datetime) -> int:
    """The calendar days in UTC since the last review."""
    if before.state == State.NEW or before.last_review is None:
        return 0
    days = (now.date() - before.last_review.astimezone(UTC).date()).days
    if days < 0:
        raise FsrsError(
            f"The card was last reviewed at {before.last_review.isoformat()}, which is after {now.isoformat()}. "
            "Check the clock, or reset the card."
        )
    return days


def _step(before: Fsrs, grade: Grade, parameters: FsrsParameters) -> tuple[int, int]:
    """The minutes until the next learning step and its index; 0 minutes if the card leaves the steps."""
    forgotten = before.state in {State.REVIEW, State.RELEARNING}
    steps = parameters.relearning_steps if forgotten else parameters.learning_steps
    current = max(0, before.learning_steps)
    if current >= len(steps):
        return 0, 0
    if grade is Grade.AGAIN:
        return round_half_up(steps[0]), 0
    if before.state == State.REVIEW or grade is Grade.EASY:
        return 0, 0
    if grade is Grade.HARD:
        return round_half_up(steps[0] * 1.5 if len(steps) == 1 else (steps[0] + steps[1]) / 2), current
    return (round_half_up(steps[current + 1]), current + 1) if current + 1 < len(steps) else (0, 0)


def next_memory(before: Fsrs, elapsed: int, grade: Grade, weights: tuple[float, ...] = WEIGHTS) -> Memory:
    """The memory after a grade, `elapsed` days after the last one; FsrsError if it cannot be computed."""
    s, d = before.stability, before.difficulty
    if s == 0 and d == 0:
        return first_memory(grade, weights)
    if not (1 <= d < math.inf and LOWEST_STABILITY <= s < math.inf) or before.state not in set(State):
        raise FsrsError(f"FSRS can't go on from stability {s}, difficulty {d}, state {before.state}. Reset the card.")
    return memory_after(Memory(s, d), elapsed, grade, weights)


def first_memory(grade: Grade, weights: tuple[float, ...] = WEIGHTS) -> Memory:
    """The memory of a new card after its first grade."""
    rating = RATINGS[grade]
    return Memory(max(weights[rating - 1], 0.1), _clamp(_first_difficulty(weights[4], weights[5], rating), 1, 10))


def memory_after(memory: Memory, elapsed: int, grade: Grade, weights: tuple[float, ...] = WEIGHTS) -> Memory:
    """The memory of a card after another grade, that many days after the last one."""
    w, s, d, rating = weights, memory.stability, memory.difficulty, RATINGS[grade]
    if elapsed == 0:
        stability = _same_day_stability(w, s, rating)
    elif grade is Grade.AGAIN:
        longest = _round8(s / math.exp(w[17] * w[18]))
        forgotten = _forget_stability(w, d, s, recall(elapsed, s, w))
        stability = _clamp(longest, LOWEST_STABILITY, forgotten)
    else:
        stability = _recall_stability(w, d, s, recall(elapsed, s, w), grade)
    return Memory(stability, _next_difficulty(w, d, rating))


def _ordered_intervals(before: Fsrs, elapsed: int, parameters: FsrsParameters) -> dict[Grade, int]:
    """The intervals, in days, of the three successful grades: Good longer than Hard, Easy longer than Good."""
    grades = (Grade.HARD, Grade.GOOD, Grade.EASY)
    hard, good, easy = (
        interval_of(next_memory(before, elapsed, g, parameters.weights).stability, parameters) for g in grades
    )
    hard = min(hard, good)
    good = max(good, hard + 1)
    easy = max(easy, good + 1)
    return {Grade.HARD: hard, Grade.GOOD: good, Grade.EASY: easy}


def interval_of(stability: float, parameters: FsrsParameters) -> int:
    """The days after which retrievability has fallen to the desired retention."""
    decay = -parameters.weights[20]
    modifier = _round8((parameters.desired_retention ** (1 / decay) - 1) / _factor(decay))
    return round_half_up(min(max(1, round_half_up(stability * modifier)), parameters.maximum_interval))


@lru_cache(maxsize=64)
def _first_difficulty(base: float, slope: float, rating: int) -> float:
    """By the weights 4 and 5; kept, as each later difficulty is drawn towards that of Easy."""
    return _round8(base - math.exp((rating - 1) * slope) + 1)


def _next_difficulty(w: tuple[float, ...], d: float, rating: int) -> float:
    change = -w[6] * (rating - 3)
    damped = d + _round8(change * (10 - d) / 9)
    return _clamp(_round8(w[7] * _first_difficulty(w[4], w[5], 4) + (1 - w[7]) * damped), 1, 10)


def _recall_stability(w: tuple[float, ...], d: float, s: float, r: float, grade: Grade) -> float:
    hard = w[15] if grade is Grade.HARD else 1
    easy = w[16] if grade is Grade.EASY else 1
    growth = math.exp(w[8]) * (11 - d) * s ** -w[9] * (math.exp((1 - r) * w[10]) - 1) * hard * easy
    return _round8(_clamp(s * (1 + growth), LOWEST_STABILITY, HIGHEST_STABILITY))


def _forget_stability(w: tuple[float, ...], d: float, s: float, r: float) -> float:
    left = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * math.exp((1 - r) * w[14])
    return _round8(_clamp(left, LOWEST_STABILITY, HIGHEST_STABILITY))


def _same_day_stability(w: tuple[float, ...], s: float, rating: int) -> float:
    growth = s ** -w[19] * math.exp(w[17] * (rating - 3 + w[18]))
    growth = max(growth, 1.0) if rating >= 2 else growth
    return _round8(_clamp(s * growth, LOWEST_STABILITY, HIGHEST_STABILITY))


def recall(elapsed: float, stability: float, weights: tuple[float, ...] = WEIGHTS) -> float:
    """The forgetting curve: the probability that a card is remembered that many days after its review."""
    decay = -weights[20]
    return _round8((1 + _factor(decay) * elapsed / stability) ** decay)


@lru_cache(maxsize=64)
def _factor(decay: float) -> float:
    """Makes retrievability 0.9 after as many days as the stability."""
    return _round8(math.exp(1 / decay * math.log(0.9)) - 1)


def _round8(value: float) -> float:
    return round_half_up(value * 1e8) / 1e8


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
