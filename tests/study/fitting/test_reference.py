"""Losses and fits on a small log, against the optimiser of py-fsrs, which learns by gradients in torch."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from studyapp.core.schedule.fsrs import RATINGS, WEIGHTS
from studyapp.study.fitting.engine import fitted
from studyapp.study.fitting.measure import measure, predict
from studyapp.study.stats.histories import CardHistory
from tests.helpers.learner import LASTING, TRUE, histories_of

pytestmark = pytest.mark.reference
pytest.importorskip("pandas")
optimizer = pytest.importorskip("fsrs.optimizer")
fsrs = pytest.importorskip("fsrs")

NOISE = 0.01
"""How far the losses of two fits may differ: py-fsrs stops after five rounds through the log, and shuffles it."""


def logs_of(cards: tuple[CardHistory, ...]) -> list[Any]:
    """The same histories as py-fsrs takes them."""
    return [
        fsrs.ReviewLog(
            number, fsrs.Rating(RATINGS[one.grade]), datetime.fromordinal(one.day).replace(tzinfo=UTC), None
        )
        for number, card in enumerate(cards)
        for one in card.answers
    ]


def loss_of(cards: tuple[CardHistory, ...], weights: tuple[float, ...]) -> float:
    return measure(predict(cards, weights)).log_loss


@pytest.mark.parametrize("weights", [WEIGHTS, TRUE, LASTING], ids=["default", "loses-sooner", "keeps-longer"])
def test_the_loss_of_parameters_is_that_of_the_other_optimiser(weights: tuple[float, ...]) -> None:
    cards = histories_of(60, days=200, seed=9)
    theirs = optimizer.Optimizer(logs_of(cards))._compute_batch_loss(parameters=list(weights))
    assert loss_of(cards, weights) == pytest.approx(theirs, abs=2e-3)


@pytest.mark.parametrize("true", [TRUE, LASTING], ids=["loses-sooner", "keeps-longer"])
def test_a_fit_is_as_good_as_that_of_the_other_optimiser(true: tuple[float, ...]) -> None:
    cards = histories_of(120, days=240, seed=7, true=true)
    assert sum(one.elapsed > 0 for card in cards for one in card.answers) > 512  # py-fsrs fits nothing to fewer
    ours = loss_of(cards, fitted(cards, 0))
    theirs = loss_of(cards, tuple(optimizer.Optimizer(logs_of(cards)).compute_optimal_parameters()))
    default = loss_of(cards, WEIGHTS)
    assert ours < default
    assert ours < theirs + NOISE
    assert theirs < default
