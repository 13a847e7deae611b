"""How well FSRS parameters predict a history: log loss, RMSE in bins, and the calibration."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from studyapp.core.schedule.entries import Grade
from studyapp.core.schedule.fsrs import first_memory, memory_after, recall
from studyapp.study.stats.histories import CardHistory

_CERTAIN: Final = 1e-4
"""No prediction counts as more certain than this, or one surprise would outweigh everything."""
_BINS: Final = 20


class Predicted(NamedTuple):
    """One review with its prediction."""

    recall: float
    passed: bool
    elapsed: int
    number: int
    """The number of the review for its card, from 1."""
    lapses: int
    """The card's lapses before."""


class Measure(NamedTuple):
    """How far predictions are from reality; for both numbers smaller is better."""

    log_loss: float
    rmse_bins: float


class CalibrationBin(NamedTuple):
    """Reviews with about the same predicted recall."""

    predicted: float
    seen: float
    """The share of them that was passed."""
    reviews: int


def predict(cards: Iterable[CardHistory], weights: tuple[float, ...], since: int = 0) -> Iterator[Predicted]:
    """The predicted recall of each review on a later day than the card's previous one, from a day on."""
    for one in cards:
        memory = None
        lapses = 0
        for number, answer in enumerate(one.answers, 1):
            if memory is None:
                memory = first_memory(answer.grade, weights)
                continue
            passed = answer.grade is not Grade.AGAIN
            if answer.elapsed and answer.day >= since:
                expected = recall(answer.elapsed, memory.stability, weights)
                yield Predicted(expected, passed, answer.elapsed, number, lapses)
            memory = memory_after(memory, answer.elapsed, answer.grade, weights)
            lapses += answer.elapsed > 0 and not passed


def measure(predictions: Iterable[Predicted]) -> Measure:
    """Compute both numbers; NaN if there is nothing to measure."""
    losses: list[float] = []
    bins: defaultdict[tuple[float, float, float], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for one in predictions:
        expected = min(max(one.recall, _CERTAIN), 1 - _CERTAIN)
        losses.append(-math.log(expected if one.passed else 1 - expected))
        known = bins[_bin(one)]
        known[0] += one.recall
        known[1] += one.passed
        known[2] += 1
    if not losses:
        return Measure(math.nan, math.nan)
    squares = math.fsum((expected - seen) ** 2 / number for expected, seen, number in bins.values())
    return Measure(math.fsum(losses) / len(losses), math.sqrt(squares / len(losses)))


def _bin(one: Predicted) -> tuple[float, float, float]:
    """The bin of a review, by its delay, its number and the lapses before it, as in the FSRS benchmark."""
    return (
        round(2.48 * 3.62 ** math.floor(math.log(one.elapsed) / math.log(3.62)), 2),
        round(1.99 * 1.89 ** math.floor(math.log(one.number) / math.log(1.89)), 0),
        0.0 if not one.lapses else round(1.65 * 1.73 ** math.floor(math.log(one.lapses) / math.log(1.73)), 0),
    )


def calibration_bins(predictions: Iterable[Predicted]) -> list[CalibrationBin]:
    """Predicted against observed recall, in bins of equal width."""
    bins: defaultdict[int, list[Predicted]] = defaultdict(list)
    for one in predictions:
        bins[min(int(one.recall * _BINS), _BINS - 1)].append(one)
    return [
        CalibrationBin(
            sum(one.recall for one in found) / len(found),
            sum(one.passed for one in found) / len(found),
            len(found),
        )
        for _, found in sorted(bins.items())
    ]
