"""FSRS with your own parameters agrees with the library that fits them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import fsrs_rs_python as rs
import pytest

from studyapp.core.schedule import fsrs
from studyapp.core.schedule.entries import Grade
from studyapp.core.schedule.fsrs import FsrsParameters
from studyapp.core.settings.fsrs_values import RANGES

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)


def drawn(dice: random.Random) -> tuple[float, ...]:
    """Weights near the defaults, as fits are, in their ranges; Again leaves 0.1 days at least."""
    near = (one * dice.uniform(0.6, 1.6) for one in fsrs.WEIGHTS)
    return tuple(
        max(low, 0.1 * (n == 0), min(high, one))
        for n, (one, (low, high)) in enumerate(zip(near, RANGES, strict=True))
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_memory_and_intervals_agree_for_random_parameters(seed: int) -> None:
    dice = random.Random(seed)
    weights = drawn(dice)
    parameters = FsrsParameters(0.9, 36500, weights, (), ())
    other = rs.FSRS(list(weights))
    for _ in range(20):
        schedule, memory, now = None, None, NOW
        for turn in range(8):
            days = dice.choice([0, 1, 3, 10, 40, 200]) if turn else 0
            now += timedelta(days=days)
            states = other.next_states(memory, 0.9, days)
            grade = dice.choice([*Grade])
            schedule = fsrs.review(schedule, grade, now=now, parameters=parameters)
            expected = getattr(states, grade.value)
            memory = expected.memory
            assert schedule.stability == pytest.approx(memory.stability, rel=2e-3, abs=2e-3)
            assert schedule.difficulty == pytest.approx(memory.difficulty, rel=2e-3)
            lone = fsrs.interval_of(memory.stability, parameters)
            assert abs(lone - max(1, expected.interval)) <= 0.51 + 1e-3 * lone
