"""How far predictions are from what happened."""

from __future__ import annotations

import math

import pytest

from studyapp.core.schedule.entries import Grade
from studyapp.core.schedule.fsrs import WEIGHTS, first_memory, recall
from studyapp.study.fitting.measure import Predicted, calibration_bins, measure, predict
from studyapp.study.stats.histories import Answered, CardHistory
from tests.helpers.learner import TRUE, histories_of


def test_each_review_on_a_later_day_is_predicted_from_those_before() -> None:
    answers = (Answered(Grade.GOOD, 0, 1, None), Answered(Grade.AGAIN, 0, 1, None), Answered(Grade.AGAIN, 3, 4, None))
    once = (Answered(Grade.EASY, 0, 1, None), Answered(Grade.GOOD, 5, 6, None))
    (one, other) = predict([CardHistory("a", answers), CardHistory("b", once)], WEIGHTS)
    assert (one.passed, one.elapsed, one.number, one.lapses) == (False, 3, 3, 0)
    assert other.recall == recall(5, first_memory(Grade.EASY).stability)
    assert [*predict([CardHistory("b", once)], WEIGHTS, since=7)] == []


def test_the_loss_is_the_mean_surprise_and_no_prediction_counts_as_certain() -> None:
    pair = [Predicted(0.8, True, 3, 2, 0), Predicted(0.8, False, 3, 2, 0)]
    assert measure(pair).log_loss == pytest.approx(-(math.log(0.8) + math.log(0.2)) / 2)
    assert measure(pair).rmse_bins == pytest.approx(0.3)
    assert measure([Predicted(1.0, False, 3, 2, 0)]).log_loss == pytest.approx(-math.log(1e-4))
    assert all(map(math.isnan, measure([])))


def test_the_true_parameters_predict_best() -> None:
    cards = histories_of(150, seed=3)
    assert measure(predict(cards, TRUE)).log_loss < measure(predict(cards, WEIGHTS)).log_loss


def test_calibration_groups_reviews_with_similar_predictions() -> None:
    found = calibration_bins(
        [Predicted(0.91, True, 1, 1, 0), Predicted(0.93, False, 1, 1, 0), Predicted(0.31, True, 1, 1, 0)]
    )
    assert [(round(one.predicted, 2), one.seen, one.reviews) for one in found] == [(0.31, 1, 1), (0.92, 0.5, 2)]
