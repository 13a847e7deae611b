"""The library that fits the parameters, loaded only in the worker."""

from __future__ import annotations

from collections.abc import Sequence

from fsrs_rs_python import FSRS, FSRSItem, FSRSReview

from studyapp.core.schedule.fsrs import RATINGS
from studyapp.core.settings.fsrs_values import RANGES
from studyapp.study.stats.histories import CardHistory

_DIGITS = 4


class TooFewError(ValueError):
    """There are too few reviews for a fit."""


def fitted(cards: Sequence[CardHistory], relearning_steps: int = 1) -> tuple[float, ...]:
    """The parameters that fit the histories best; TooFewError if there are too few reviews.

    Only relearning steps shorter than a day count.
    """
    items = sorted(_items(cards), key=lambda pair: pair[0])
    try:
        found = FSRS([]).compute_parameters([item for _, item in items], num_relearning_steps=relearning_steps)
    except ValueError as error:
        raise TooFewError(str(error)) from error
    return tuple(min(max(round(one, _DIGITS), low), high) for one, (low, high) in zip(found, RANGES, strict=True))


def _items(cards: Sequence[CardHistory]) -> list[tuple[int, FSRSItem]]:
    """Each history up to each predicted review, with the day of that review."""
    found = []
    for one in cards:
        reviews = [FSRSReview(RATINGS[answer.grade], answer.elapsed) for answer in one.answers]
        found += [
            (answer.day, FSRSItem(reviews[: number + 1]))
            for number, answer in enumerate(one.answers)
            if answer.elapsed
        ]
    return found
