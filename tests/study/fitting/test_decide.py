"""What a desired retention costs and brings, simulated."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from studyapp.core.schedule.entries import Grade
from studyapp.core.schedule.fsrs import FsrsParameters
from studyapp.study.fitting.decide import RETENTIONS, Habits, Outset, Remembered, _Run, decide, simulate
from studyapp.study.fitting.habits import habits_of
from studyapp.study.fitting.run import run_decision
from studyapp.study.stats.histories import Answered, CardHistory

CARDS = tuple(Remembered(5.0 + n % 40, 2.0 + n % 8, n % 9, n % 12 - 2) for n in range(150))
ASKED = Outset(CARDS, 60, 2, None, FsrsParameters(0.9), Habits(), 90)


def test_more_retention_costs_more_and_brings_more() -> None:
    found = [simulate(ASKED, one) for one in (0.7, 0.8, 0.9, 0.97)]
    for less, more in pairwise(found):
        assert less.reviews < more.reviews
        assert less.minutes < more.minutes
        assert less.remembered < more.remembered
    assert {one.learned for one in found} == {210}


def test_the_present_retention_is_among_them() -> None:
    asked = replace(ASKED, days=5, parameters=FsrsParameters(0.865))
    assert [one.retention for one in decide(asked)] == sorted({*RETENTIONS, 0.865})


def test_a_run_is_the_same_each_time() -> None:
    assert simulate(ASKED, 0.9) == simulate(ASKED, 0.9)


def test_limits_of_a_day_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[int] = []
    review = _Run.review

    def counted(run: _Run, day: int) -> None:
        before = run.reviews
        review(run, day)
        days.append(run.reviews - before)

    monkeypatch.setattr(_Run, "review", counted)
    simulate(replace(ASKED, reviews_a_day=7, new=0), 0.97)
    assert max(days) == 7
    days.clear()
    many = replace(ASKED, cards=CARDS * 200, reviews_a_day=4, new=0)  # of which a tenth is simulated
    assert simulate(many, 0.97).reviews == pytest.approx(4, rel=0.01)
    assert simulate(replace(ASKED, new_a_day=0.5), 0.9).learned == 150 + 45


def test_of_many_cards_a_sample_is_simulated_and_scaled() -> None:
    many = simulate(replace(ASKED, cards=CARDS * 40, new=0), 0.9)
    few = simulate(replace(ASKED, new=0), 0.9)
    assert many.learned == pytest.approx(6000, rel=0.01)
    assert many.reviews == pytest.approx(40 * few.reviews, rel=0.1)
    assert many.remembered == pytest.approx(40 * few.remembered, rel=0.05)


def test_another_process_comes_to_the_same() -> None:
    asked = replace(ASKED, days=20)
    said: list[object] = [*run_decision(asked)]

    assert said[-1] == decide(asked)
    assert said[0] == "simulating 0 of 11"


def test_your_own_grades_and_times_count_once_there_are_enough() -> None:
    answers = (Answered(Grade.HARD, 0, 1, 30.0), Answered(Grade.EASY, 4, 5, 4.0), Answered(Grade.AGAIN, 9, 14, 500.0))
    few, many = (habits_of([CardHistory(str(n), answers) for n in range(number)]) for number in (3, 25))
    assert few == Habits()
    assert [*many.seconds] == [120.0, 30.0, Habits().seconds[2], 4.0]
    assert [*many.first] == [0, 25, 0, 0]
    assert [*many.passed] == [0, 0, 25]
