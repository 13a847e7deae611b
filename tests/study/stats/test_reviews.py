"""How a grade in the review log counts: its day, its hour, its interval."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Grade
from studyapp.study.stats.reviews import reviews_of

BERLIN = ZoneInfo("Europe/Berlin")
FSRS = "fsrs,2024-06-15T00:00:00.000Z,{interval},12.5,5.1,{state},4,1,0,2024-06-01T00:00:00.000Z"


def graded(
    at: datetime = datetime(2024, 6, 15, tzinfo=UTC),
    before: str | None = None,
    seconds: float | None = 5.0,
    grade: Grade | None = Grade.GOOD,
) -> Action:
    seen = Seen(CardId("A.md", "h", 1, 1), "d", Kind.SINGLE_BASIC, 1, 1, None, ())
    kind = ActionKind.RESET if grade is None else ActionKind.GRADE
    return Action("1", kind, at, seen, grade, seconds, before, "x")


def test_a_reset_is_not_a_review() -> None:
    found = list(reviews_of([graded(), graded(grade=None)]))
    assert [(one.card, one.grade) for one in found] == [("A.md:h:1:1", Grade.GOOD)]


@pytest.mark.parametrize(
    ("before", "interval"),
    [
        (None, None),
        ("2000-01-01,1,250", None),
        ("2024-06-15,4,250", 4),
        ("2024-06-15,0,250", None),
        ("2024-06-15,x,250", None),
        ("nonsense", None),
        (FSRS.format(interval=30, state=2), 30),
        (FSRS.format(interval=0, state=1), None),
        (FSRS.format(interval=30, state=3), None),
    ],
)
def test_only_a_card_with_an_interval_of_a_day_or_more_was_not_in_a_learning_step(
    before: str | None, interval: float | None
) -> None:
    (found,) = reviews_of([graded(before=before)])
    assert found.interval == interval


@pytest.mark.parametrize(("seconds", "counted"), [(None, 0), (-3.0, 0), (7.5, 7.5), (3600.0, 120)])
def test_time_away_from_the_table_is_not_counted(seconds: float | None, counted: float) -> None:
    (found,) = reviews_of([graded(seconds=seconds)])
    assert found.seconds == counted


def test_days_and_hours_are_those_of_the_clock_on_the_wall_on_both_sides_of_a_change_of_the_clock() -> None:
    moments = [
        datetime(2024, 3, 30, 22, 59, tzinfo=UTC),  # 23:59 in winter
        datetime(2024, 3, 30, 23, 0, tzinfo=UTC),  # midnight in winter
        datetime(2024, 3, 31, 0, 59, tzinfo=UTC),  # 01:59
        datetime(2024, 3, 31, 1, 0, tzinfo=UTC),  # 03:00: summer has begun
        datetime(2024, 3, 31, 21, 59, tzinfo=UTC),  # 23:59 in summer
        datetime(2024, 3, 31, 22, 0, tzinfo=UTC),  # midnight in summer
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),  # 02:30 in summer
        datetime(2024, 10, 27, 1, 30, tzinfo=UTC),  # 02:30 once more, in winter
        datetime(2024, 10, 27, 22, 59, tzinfo=UTC),  # 23:59: that day had 25 hours
    ]
    given = [graded(moment.astimezone(BERLIN)) for moment in moments]
    places = [(one.day.isoformat(), one.hour) for one in reviews_of(given)]
    assert places == [
        ("2024-03-30", 23),
        ("2024-03-31", 0),
        ("2024-03-31", 1),
        ("2024-03-31", 3),
        ("2024-03-31", 23),
        ("2024-04-01", 0),
        ("2024-10-27", 2),
        ("2024-10-27", 2),
        ("2024-10-27", 23),
    ]


@given(
    st.lists(st.integers(6 * 10**8, 22 * 10**8).map(lambda at: datetime.fromtimestamp(at, UTC)), max_size=20),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    st.sampled_from([time(0), time(4), time(4, 30, 30)]),
)
def test_the_day_is_the_one_that_schedules_count_from(moments: list[datetime], name: str, start: time) -> None:
    zone = ZoneInfo(name)
    found = list(reviews_of([graded(moment.astimezone(zone)) for moment in moments], start))
    assert [one.day for one in found] == [today(moment.astimezone(zone), start) for moment in moments]
    assert [one.hour for one in found] == [moment.astimezone(zone).hour for moment in moments]


def test_a_grade_stays_on_the_day_on_which_it_was_given_wherever_the_user_is_now() -> None:
    moments = ["2024-06-14T23:30:00+02:00", "2024-06-15T00:30:00+09:00", "2024-06-14T23:59:00-10:00"]
    found = reviews_of([graded(datetime.fromisoformat(moment)) for moment in moments])
    assert [(one.day.isoformat(), one.hour) for one in found] == [
        ("2024-06-14", 23),
        ("2024-06-15", 0),
        ("2024-06-14", 23),
    ]


def test_before_the_start_of_the_day_it_still_is_the_day_before() -> None:
    (found,) = reviews_of([graded(datetime(2024, 6, 15, 3, tzinfo=UTC))], time(4, 30, 30))
    assert (found.day, found.hour) == (date(2024, 6, 14), 3)
