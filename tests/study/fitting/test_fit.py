"""A fit is measured on reviews that it has not seen, and says when not to use it."""

from __future__ import annotations

from collections.abc import Sequence

import fsrs_rs_python as rs
import pytest

from studyapp.core.schedule.fsrs import RATINGS, WEIGHTS, FsrsParameters
from studyapp.study.fitting.engine import fitted
from studyapp.study.fitting.fit import Request, courses, fit_history
from studyapp.study.fitting.measure import measure, predict
from studyapp.study.stats.histories import CardHistory
from tests.bench.fitting import year
from tests.helpers.learner import LASTING, TRUE, histories_of


@pytest.fixture(scope="module")
def histories() -> tuple[CardHistory, ...]:
    return histories_of(300, seed=4, true=LASTING)


def test_the_measures_are_those_of_a_fit_to_the_earlier_reviews_on_the_later_ones(
    histories: tuple[CardHistory, ...],
) -> None:
    seen: list[int] = []

    def chosen(cards: Sequence[CardHistory]) -> tuple[float, ...]:
        seen.append(max(answer.day for one in cards for answer in one.answers))
        return LASTING

    found = fit_history(Request(histories, WEIGHTS), chosen)
    earlier, all_ = seen
    held = sum(answer.elapsed > 0 and answer.day > earlier for one in histories for answer in one.answers)
    assert earlier < all_
    assert found.held_out == held
    assert 0.18 < found.held_out / found.reviews < 0.22
    assert sum(one.reviews for one in found.bins) == held
    assert found.default == found.present
    assert found.new.log_loss < found.present.log_loss
    assert found.against == ""


def test_it_advises_against_parameters_that_are_no_better_and_against_too_few_reviews(
    histories: tuple[CardHistory, ...],
) -> None:
    assert (
        "predict the latest reviews no better" in fit_history(Request(histories, LASTING), lambda _: WEIGHTS).against
    )
    assert "no better" in fit_history(Request(histories, WEIGHTS), lambda _: WEIGHTS).against
    worst, poor = (tuple([share * one for one in WEIGHTS[:4]] + [*WEIGHTS[4:]]) for share in (0.02, 0.2))
    assert "no better than the defaults" in fit_history(Request(histories, worst), lambda _: poor).against
    assert "too few reviews" in fit_history(Request(histories[:20], WEIGHTS), lambda _: LASTING).against


def test_typical_cards_come_back_after_the_intervals_of_the_parameters() -> None:
    present, new = ({one.name: one.days for one in courses(FsrsParameters(weights=w))} for w in (WEIGHTS, LASTING))
    assert present["always good"][:2] == (2, 11)
    assert new["always easy"][0] == 30
    assert present.keys() == new.keys()
    assert len(present["forgotten after four"]) == 7


@pytest.mark.slow
def test_parameters_agree_with_the_library_called_directly() -> None:

    cards = histories_of(300, seed=5)
    items = []
    for one in cards:
        for number, answer in enumerate(one.answers):
            if answer.elapsed:
                reviews = [rs.FSRSReview(RATINGS[a.grade], a.elapsed) for a in one.answers[: number + 1]]
                items.append((answer.day, rs.FSRSItem(reviews)))
    items.sort(key=lambda pair: pair[0])
    direct = rs.FSRS([]).compute_parameters([item for _, item in items], num_relearning_steps=1)
    assert fitted(cards) == pytest.approx(direct, abs=6e-5)


@pytest.mark.slow
def test_losses_agree_with_the_library_review_by_review() -> None:

    model = rs.FSRS(list(TRUE))
    for one in histories_of(25, seed=6):
        for number, answer in enumerate(one.answers):
            if answer.elapsed:
                part = one._replace(answers=one.answers[: number + 1])
                reviews = [rs.FSRSReview(RATINGS[a.grade], a.elapsed) for a in part.answers]
                expected = model.evaluate([rs.FSRSItem(reviews)]).log_loss
                ours = measure([*predict([part], TRUE)][-1:]).log_loss
                assert ours == pytest.approx(expected, abs=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("true", [TRUE, LASTING], ids=["loses-sooner", "keeps-longer"])
def test_a_learner_is_predicted_better_and_recalls_what_was_meant(true: tuple[float, ...]) -> None:
    years = [year(1000, seed, true) for seed in (1, 2)]
    default, fitted_, known = (sum(one[f"loss_{name}"] for one in years) for name in ("default", "fitted", "true"))
    assert abs(fitted_ - known) < abs(default - known)
    assert all(one["retention_error"] < 0.02 for one in years)
