"""What the first screen says about a backlog."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from studyapp.study.stats.outlook import backlog, outlook, usual_day
from tests.helpers.vaults import NOW

TODAY = NOW.date()


def cards(number: int, late: int = 1) -> dict[date, int]:
    return {TODAY - timedelta(days=late): number}


def test_the_limit_of_reviews_says_how_many_days_a_backlog_takes() -> None:
    pile = outlook({}, cards(412), TODAY, reviews_per_day=20).backlog
    assert pile is not None
    assert (pile.due, pile.a_day, pile.days) == (412, 20, 21)


def test_what_becomes_due_meanwhile_is_counted() -> None:
    pile = outlook({}, cards(40) | cards(100, late=-1), TODAY, reviews_per_day=20).backlog
    assert pile is not None
    assert pile.days == 7


@pytest.mark.parametrize(("due", "limit"), [(20, 20), (3, 20), (0, 5), (300, 0)])
def test_what_one_day_takes_is_not_a_backlog_and_an_unknown_day_is_not_guessed(due: int, limit: int) -> None:
    assert outlook({}, cards(due), TODAY, reviews_per_day=limit).backlog is None


def test_a_usual_day_is_the_mean_of_the_days_with_reviews_and_today_is_not_over() -> None:
    days: dict[date, int] = {TODAY: 99, TODAY - timedelta(days=1): 30, TODAY - timedelta(days=9): 10}
    assert usual_day({**days, TODAY - timedelta(days=300): 999}, TODAY) == 20
    assert usual_day({TODAY: 99}, TODAY) == 0


def test_a_backlog_says_how_many_days_it_takes() -> None:
    assert backlog({-3: 30, 0: 10, 1: 5}, 20).days == 3
    assert backlog({-3: 40}, 20).days == 2
    assert backlog({}, 20).days == 0
    assert backlog({0: 50} | dict.fromkeys(range(1, 4000), 20), 20).days is None
    assert backlog({-1: 412}, 20).due == 412
