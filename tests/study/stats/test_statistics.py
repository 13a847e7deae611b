"""Numbers worked out by hand, and counted once more in another way."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.notes.blocks import Kind
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, Sm2
from studyapp.core.vault.sheet import CardRow, QuestionRow
from studyapp.study.stats import past, present
from studyapp.study.stats.past import Hard, Retention, Share, Streak
from studyapp.study.stats.period import Period, period
from studyapp.study.stats.reviews import Review
from studyapp.study.stats.statistics import Statistics, statistics

TODAY = date(2024, 6, 15)
NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
AGAIN, HARD, GOOD, EASY = Grade


def review(
    day: int, card: str = "A.md:a:1:1", grade: Grade = GOOD, interval: float | None = 5, hour: int = 9
) -> Review:
    """A review `day` days from today."""
    at = NOW.replace(hour=hour) + timedelta(day)
    return Review(card, at.date(), at, grade, 10.0, interval)


def row(name: str, schedule: Schedule | None, deck: str = "a", path: str = "A.md") -> CardRow:
    question = QuestionRow(path, "", 0, name, 1, name, Kind.SINGLE_BASIC, (deck,), 1, None, 1, 1, ())
    return CardRow(question, 0, schedule)


def fsrs(due: datetime, interval: float = 10, state: int = 2) -> Fsrs:
    return Fsrs(due, interval, 12.0, 5.0, state, 3, 1, 0, NOW)


def found_for(reviews: list[Review], rows: list[CardRow] | None = None, **options: Any) -> Statistics:
    asked: Period = period("month", TODAY)
    return statistics(reviews, rows or [], now=NOW, period=asked, **options)


def test_reviews_and_time_are_counted_by_day_and_grade() -> None:
    found = found_for([review(-1), review(0, grade=AGAIN), review(0), review(0, grade=EASY), review(-45)])
    assert {day.isoformat(): (dict(done.grades), done.seconds) for day, done in found.days.items()} == {
        "2024-06-14": ({GOOD: 1}, 10.0),
        "2024-06-15": ({AGAIN: 1, GOOD: 1, EASY: 1}, 30.0),
    }
    assert (found.reviews, found.seconds, found.length, found.grades(GOOD)) == (4, 40.0, 30, 2)
    assert found.calendar == {date(2024, 5, 1): 1, date(2024, 6, 14): 1, TODAY: 3}


def test_true_retention_takes_the_first_review_of_each_card_on_a_day_without_learning_steps() -> None:
    reviews = [
        review(-2, "c1", AGAIN, 10),  # young, wrong
        review(-2, "c1", GOOD, None),  # a step of relearning: out
        review(-2, "c2", GOOD, 20.9),  # young, right
        review(-2, "c3", HARD, 21),  # mature, right: Hard is an answer that was known
        review(-1, "c3", AGAIN, 30),  # mature, wrong: another day
        review(-1, "c4", GOOD, None),  # a new card: out
        review(-1, "c4", GOOD, 1),  # its first review after the steps, on the same day: young, right
        review(-1, "c2", GOOD, 25),  # mature, right
        review(-1, "c2", AGAIN, 25),  # the second one of that card on that day: out
    ]
    assert found_for(reviews).retention == Retention(young=Share(2, 3), mature=Share(2, 3))
    assert found_for(reviews).retention.all == Share(4, 6)


def test_retention_by_month_has_the_months_that_were_reviewed_in() -> None:
    reviews = [review(-20, "c1", AGAIN), review(-20, "c2"), review(-1, "c1", GOOD, 40)]
    assert found_for(reviews).months == {
        date(2024, 5, 1): Retention(Share(1, 2), Share(0, 0)),
        date(2024, 6, 1): Retention(Share(0, 0), Share(1, 1)),
    }


def test_nothing_has_no_share() -> None:
    assert Share().share is None
    assert Share(3, 4).share == 0.75


def test_hours_count_every_answer() -> None:
    reviews = [review(0, hour=7), review(0, grade=AGAIN, hour=7, interval=None), review(-1, hour=23)]
    hours = found_for(reviews).hours
    assert (hours[7], hours[23], hours[8], len(hours)) == (Share(1, 2), Share(1, 1), Share(), 24)


def test_a_streak_continues_until_the_end_of_the_day_after_the_last_review() -> None:
    days = dict.fromkeys(TODAY - timedelta(back) for back in (1, 2, 3, 5, 6, 7, 8))
    assert past.streak(days, TODAY) == Streak(current=3, longest=4, today=False)
    assert past.streak(days | {TODAY: None}, TODAY) == Streak(current=4, longest=4, today=True)
    assert past.streak(days, TODAY + timedelta(1)) == Streak(current=0, longest=4, today=False)
    assert past.streak({}, TODAY) == Streak(0, 0, today=False)


def test_a_grade_of_the_future_neither_ends_a_streak_nor_belongs_to_one() -> None:
    days = dict.fromkeys(TODAY - timedelta(back) for back in (0, 1, 2))
    later = dict.fromkeys((TODAY + timedelta(1), date(9999, 12, 31)))
    assert past.streak(days | later, TODAY) == Streak(current=3, longest=3, today=True)
    assert past.streak(later, TODAY) == Streak(0, 0, today=False)
    found = found_for([review(-1), review(0), review(400)])
    assert found.streak == Streak(current=2, longest=2, today=True)


def test_a_lost_day_neither_breaks_a_streak_nor_counts_towards_it() -> None:
    days = {TODAY - timedelta(3): 4, TODAY - timedelta(2): 0, TODAY - timedelta(1): 2}
    assert past.streak(days, TODAY) == Streak(current=2, longest=2, today=False)
    assert past.streak({TODAY - timedelta(2): 4, TODAY - timedelta(1): 0}, TODAY).current == 1


def test_the_hardest_cards_were_forgotten_most_often_and_of_equals_in_fewer_reviews() -> None:
    reviews = [review(0, "a", AGAIN)] * 2 + [review(0, "a")] * 3 + [review(0, "b", AGAIN)] * 2 + [review(0, "c")]
    assert found_for(reviews).hardest == [Hard("b", 2, 2), Hard("a", 2, 5)]


def test_the_forecast_counts_the_backlog_apart_and_leaves_out_new_and_suspended_cards() -> None:
    rows = [
        row("old", Sm2(TODAY - timedelta(9), 4, 250)),
        row("yesterday", fsrs(NOW - timedelta(days=1))),
        row("today", Sm2(TODAY, 4, 250)),
        row("later today", fsrs(NOW + timedelta(hours=3))),
        row("tomorrow", fsrs(NOW + timedelta(hours=15))),
        row("last", Sm2(TODAY + timedelta(29), 4, 250)),
        row("too late", Sm2(TODAY + timedelta(30), 4, 250)),
        row("new", None),
        row("never", Sm2(None, 4, 250)),
        row("suspended", Sm2(TODAY, 4, 250)),
    ]
    found = found_for([], rows, suspended={rows[-1].id})
    assert (found.forecast.backlog, found.forecast.today) == (2, 4)
    assert {ahead: due for ahead, due in enumerate(found.forecast.days) if due} == {0: 2, 1: 1, 29: 1}
    assert len(found.forecast.days) == 30
    assert found.totals.suspended == 1


def test_the_forecast_counts_days_from_the_start_of_the_day_and_in_the_users_zone() -> None:
    night = datetime(2024, 6, 15, 2, tzinfo=UTC)  # of the 14th, as the day begins at half past four
    schedules = [fsrs(night + timedelta(hours=1)), fsrs(night + timedelta(hours=3))]
    late = present.due_days(schedules, night, time(4, 30, 30))
    assert list(present.forecast(late, date(2024, 6, 14), 2).days) == [1, 1]
    assert list(present.forecast(present.due_days(schedules, night), date(2024, 6, 15), 2).days) == [2, 0]


def test_cards_are_new_learning_young_or_mature() -> None:
    rows = [
        row("new", None),
        row("step", fsrs(NOW, 0, state=1)),
        row("again", fsrs(NOW, 30, state=3)),
        row("again too", Sm2(TODAY, 0, 250)),
        row("young", Sm2(TODAY, 20, 250)),
        row("mature", Sm2(TODAY, 21, 250)),
        row("mature too", fsrs(NOW, 400), path="B.md"),
        row("odd", Sm2(TODAY, math.nan, math.nan)),
    ]
    totals = found_for([], rows).totals
    assert (totals.new, totals.learning, totals.young, totals.mature) == (1, 3, 2, 2)
    assert (totals.cards, totals.notes) == (8, 2)


def test_values_are_spread_over_bars_each_with_its_lower_end() -> None:
    bins = present.histogram([0.5, 1, 1.9, 2, 4, 5000], (1, 2, 4))
    assert [(one.low, one.high, one.count) for one in bins] == [
        (-math.inf, 1, 1),
        (1, 2, 2),
        (2, 4, 1),
        (4, math.inf, 2),
    ]
    spread = present.spread([None, Sm2(TODAY, 3, 250), fsrs(NOW, 0, state=1), Sm2(TODAY, math.nan, math.nan)])
    assert (spread.intervals, spread.eases, spread.stabilities, spread.difficulties) == ([3], [250], [12.0], [5.0])
    spread = present.spread([Sm2(TODAY, 3, 250), Sm2(TODAY, 2, 130), replace(fsrs(NOW, 2), stability=math.nan)])
    assert (spread.intervals, spread.eases, spread.stabilities) == ([2, 2, 3], [130, 250], [])


@given(st.lists(st.integers(-3, 40).map(float) | st.floats(0, 40)))
def test_each_value_is_in_the_bar_whose_bounds_it_is_between(values: list[float]) -> None:
    for one in present.histogram(sorted(values), (1, 2, 4, 30)):
        assert one.count == sum(one.low <= value < one.high for value in values)


def test_a_deck_has_the_cards_and_the_reviews_of_the_ones_below_it() -> None:
    rows = [row("a", None, "x/y", "N.md"), row("b", None, "x", "N.md"), row("c", None, "xy", "M.md")]
    reviews = [review(0, "N.md:a:1:1"), review(0, "N.md:b:1:1"), review(0, "M.md:c:1:1"), review(0, "N.md:gone:1:1")]
    assert found_for(reviews, rows).reviews == 4
    assert found_for(reviews, rows, deck="x/y").reviews == 1
    whole = found_for(reviews, rows, deck="x")
    assert whole.totals.cards == 2
    assert whole.reviews == 3, "the card that is gone was in a note whose cards are all in the deck"


REVIEWS = st.lists(
    st.builds(
        review,
        st.integers(-60, 0),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(Grade),
        st.sampled_from([None, 1.0, 20.0, 21.0, 300.0]),
        st.integers(0, 23),
    ),
    max_size=40,
).map(lambda found: sorted(found, key=lambda one: one.day))


@given(REVIEWS)
def test_all_counts_agree_with_a_recount(reviews: list[Review]) -> None:
    found = found_for(reviews)
    chosen = [one for one in reviews if TODAY - timedelta(29) <= one.day <= TODAY]
    assert found.reviews == len(chosen)
    for day in {one.day for one in chosen}:
        for grade in Grade:
            assert found.days[day].grades[grade] == len([1 for o in chosen if (o.day, o.grade) == (day, grade)])
    kept = {}
    for one in reversed(chosen):  # so that the first one of a day is written last
        if one.interval is not None:
            kept[one.card, one.day] = one
    for old, share in ((False, found.retention.young), (True, found.retention.mature)):
        ones = [one for one in kept.values() if ((one.interval or 0) >= 21) == old]
        assert share == Share(len([one for one in ones if one.grade != AGAIN]), len(ones))
    assert sum((kept.all for kept in found.months.values()), Share()) == found.retention.all
    assert sum(found.hours, Share()) == Share(len([o for o in chosen if o.grade != AGAIN]), len(chosen))
    worked = {one.day for one in reviews}
    length, day = 0, TODAY if TODAY in worked else TODAY - timedelta(1)
    while day in worked:
        length, day = length + 1, day - timedelta(1)
    assert found.streak.current == length


def test_the_course_of_retention_is_that_of_the_days_before_each_point() -> None:
    reviews = [review(-29, grade=AGAIN), *(review(-day) for day in range(6))]
    found = found_for(reviews)
    assert len(found.course) == 24
    assert found.course[0].all == Share(0, 1)
    assert found.course[-1].all == Share(6, 6), "a quarter of thirty days ends today"
    assert past.window(found.first, TODAY) == 7
