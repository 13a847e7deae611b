"""A fit: the parameters found, how well they predict reviews left out of the fit, and whether to use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from studyapp.core.schedule.entries import Fsrs, Grade
from studyapp.core.schedule.fsrs import WEIGHTS, FsrsParameters, review
from studyapp.study.fitting.measure import CalibrationBin, Measure, calibration_bins, measure, predict
from studyapp.study.stats.histories import CardHistory, before_day, predicted, split_day

HELD_OUT = 0.2
"""The share of reviews, the latest ones, that parameters fitted to the others are measured on."""
FEWEST = 400
"""Reviews below which a fit follows chance more than the user."""

_GOODS = 7
Fitted = Callable[[Sequence[CardHistory]], tuple[float, ...]]
TellStage = Callable[[str], object]


class Request(Struct, frozen=True):
    """What to fit."""

    cards: tuple[CardHistory, ...]
    present: tuple[float, ...]
    """The current parameters."""
    relearning_steps: int = 1


class Fitting(Struct, frozen=True):
    """The result of a fit."""

    parameters: tuple[float, ...]
    """Fitted to all reviews."""
    reviews: int
    """Predicted reviews: those on a later day than the card's previous review."""
    held_out: int
    """How many of them the measures were taken on."""
    default: Measure
    present: Measure
    new: Measure
    """Of parameters fitted to the reviews before those held out."""
    bins: tuple[CalibrationBin, ...]
    """The calibration of those."""

    @property
    def against(self) -> str:
        """Why these parameters should not be used; empty if they should."""
        if self.reviews < FEWEST:
            return f"there are too few reviews: {self.reviews:,}, and at least {FEWEST} are needed"
        if not self.new.log_loss < self.present.log_loss:
            return "the new ones predict the latest reviews no better"
        if not self.new.log_loss < self.default.log_loss:
            return "the new ones predict the latest reviews better than these, but no better than the defaults"
        return ""


def fit_history(request: Request, fitted: Fitted, tell: TellStage = lambda _stage: None) -> Fitting:
    """Fit twice: to the earlier reviews, to measure that on the later ones, and to all; ValueError if too few."""
    cards = request.cards
    if not (reviews := predicted(cards)):
        raise ValueError("there are no reviews to predict")
    day = split_day(cards, HELD_OUT)
    tell("fitting to the earlier reviews")
    earlier = fitted(before_day(cards, day))
    tell("measuring on the later reviews")
    default, present, new = (list(predict(cards, one, day)) for one in (WEIGHTS, request.present, earlier))
    tell("fitting to all reviews")
    return Fitting(
        fitted(cards),
        reviews,
        len(new),
        measure(default),
        measure(present),
        measure(new),
        tuple(calibration_bins(new)),
    )


class Course(Struct, frozen=True):
    """The intervals, in days, of a card that is always reviewed when due."""

    name: str
    answers: tuple[Grade, ...]
    days: tuple[int, ...]


def courses(parameters: FsrsParameters) -> Iterator[Course]:
    """When typical cards come back: a known one, a hard one, one forgotten once."""
    good = (Grade.GOOD,) * _GOODS
    typical = {
        "always good": good,
        "always easy": (Grade.EASY,) * _GOODS,
        "good, then hard": (Grade.GOOD, *(Grade.HARD,) * (_GOODS - 1)),
        "forgotten after four": (*good[:4], Grade.AGAIN, *good[:2]),
    }
    for name, answers in typical.items():
        yield Course(name, answers, tuple(_days(parameters, answers)))


def _days(parameters: FsrsParameters, answers: Sequence[Grade]) -> Iterator[int]:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    schedule: Fsrs | None = None
    own = FsrsParameters(parameters.desired_retention, parameters.maximum_interval, parameters.weights, (), ())
    for grade in answers:
        schedule = review(schedule, grade, now=now, parameters=own)
        days = int(schedule.interval)
        yield days
        now += timedelta(days=days)
