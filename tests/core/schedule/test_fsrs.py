"""FSRS gives exactly the comments that the plugin writes."""

import json
import math
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studyapp.core.schedule import fsrs
from studyapp.core.schedule.entries import (
    Fsrs,
    Grade,
    Schedule,
    Sm2,
    State,
    comment_text,
    entry_text,
    js_time,
    read_entries,
)
from studyapp.core.schedule.fsrs import FsrsError, FsrsParameters
from tests.helpers.rows import each_row
from tests.helpers.settings import from_plugin

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
DEFAULT = FsrsParameters()
NO_STATE = 7

moments = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2040-01-01")).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
grades = st.sampled_from(Grade)
parameters = st.builds(
    FsrsParameters, desired_retention=st.floats(0.7, 0.99), maximum_interval=st.integers(30, 36525)
)


@st.composite
def schedules(draw: st.DrawFn, state: State | None = None) -> Fsrs:
    """A schedule as FSRS itself may have left it."""
    last = draw(moments)
    state = draw(st.sampled_from([State.LEARNING, State.REVIEW, State.RELEARNING])) if state is None else state
    days = draw(st.integers(1, 3000)) if state == State.REVIEW else 0
    return Fsrs(
        due=last + timedelta(days=days, minutes=0 if days else 10),
        interval=days,
        stability=draw(st.floats(0.01, 3000)),
        difficulty=draw(st.floats(1, 10)),
        state=state,
        reps=draw(st.integers(1, 99)),
        lapses=draw(st.integers(0, 20)),
        learning_steps=draw(st.integers(0, 1)) if state == State.LEARNING else 0,
        last_review=last,
    )


def comment(schedule: Schedule) -> str:
    return comment_text([entry_text(schedule, 250)])


def answer(
    schedule: Schedule | None, grade: Grade, now: datetime = NOW, parameters: FsrsParameters = DEFAULT
) -> Fsrs:
    return fsrs.review(schedule, grade, now=now, parameters=parameters)


def last_review(schedule: Fsrs) -> datetime:
    assert schedule.last_review is not None
    return schedule.last_review


def golden() -> list[dict[str, Any]]:
    """A sample of what the plugin did, first steps only; see tests/data/README.md."""
    lines = (Path(__file__).parents[2] / "data" / "fsrs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@each_row("case", golden(), ids=lambda case: case["id"])
def test_a_run_of_answers_writes_the_comments_that_the_plugin_wrote(case: dict[str, Any]) -> None:
    settings = from_plugin(case["settings"])
    params = FsrsParameters(settings.fsrs_desired_retention, settings.maximum_interval)
    schedule: Schedule | None = None
    due = reviewed = datetime.fromisoformat(case["start_now"])
    if case["start"]:
        schedule = read_entries(f"<!--SR:{case['start']}-->")[0].schedule
        assert schedule is not None
        assert schedule.due is not None
        due = datetime.combine(schedule.due, datetime.min.time(), UTC) if isinstance(schedule, Sm2) else schedule.due
    got: list[dict[str, str]] = []
    for step in case["steps"]:
        now = (reviewed if step.get("after") == "review" else due) + timedelta(minutes=step["delay_minutes"])
        try:
            if step["response"] == "reset":
                after = fsrs.reset(now=now)
            else:
                after = answer(schedule, Grade(step["response"]), now, params)
        except FsrsError:
            got.append({"now": js_time(now), "error": "review time is before the last review"})
            break
        got.append({"now": js_time(now), "comment": comment(after)})
        schedule = read_entries(comment(after))[0].schedule
        assert after.due is not None
        due, reviewed = after.due, now
    assert got == case["expected"]


@pytest.mark.parametrize(
    ("grade", "text"),
    [
        (Grade.AGAIN, "<!--SR:!fsrs,2024-06-15T09:31:00.000Z,0,0.212,6.4133,1,1,0,0,2024-06-15T09:30:00.000Z-->"),
        (Grade.HARD, "<!--SR:!fsrs,2024-06-15T09:36:00.000Z,0,1.2931,5.11217071,1,1,0,0,2024-06-15T09:30:00.000Z-->"),
        (Grade.GOOD, "<!--SR:!fsrs,2024-06-15T09:40:00.000Z,0,2.3065,2.11810397,1,1,0,1,2024-06-15T09:30:00.000Z-->"),
        (Grade.EASY, "<!--SR:!fsrs,2024-06-23T09:30:00.000Z,8,8.2956,1,2,1,0,0,2024-06-15T09:30:00.000Z-->"),
    ],
)
def test_a_new_card_gets_these_comments(grade: Grade, text: str) -> None:
    assert comment(answer(None, grade)) == text


@pytest.mark.parametrize(
    ("grade", "text"),
    [
        (Grade.AGAIN, "fsrs,2024-06-15T09:40:00.000Z,0,1.08502328,8.17741577,3,5,2,0,2024-06-15T09:30:00.000Z"),
        (Grade.GOOD, "fsrs,2024-07-07T09:30:00.000Z,22,21.91274073,4.49072837,2,5,1,0,2024-06-15T09:30:00.000Z"),
    ],
)
def test_a_card_in_review_gets_these_comments(grade: Grade, text: str) -> None:
    before = read_entries("<!--SR:!fsrs,2024-06-14T08:00:00.000Z,5,6.25,4.5,2,4,1,0,2024-06-09T08:00:00.000Z-->")[
        0
    ].schedule
    assert entry_text(answer(before, grade), 250) == text


@pytest.mark.parametrize(
    ("state", "step", "grade", "minutes", "after", "step_after"),
    [
        (State.NEW, 0, Grade.AGAIN, 1, State.LEARNING, 0),
        (State.NEW, 0, Grade.HARD, 6, State.LEARNING, 0),
        (State.NEW, 0, Grade.GOOD, 10, State.LEARNING, 1),
        (State.NEW, 0, Grade.EASY, None, State.REVIEW, 0),
        (State.LEARNING, 1, Grade.AGAIN, 1, State.LEARNING, 0),
        (State.LEARNING, 1, Grade.HARD, 6, State.LEARNING, 1),
        (State.LEARNING, 1, Grade.GOOD, None, State.REVIEW, 0),
        (State.LEARNING, 0, Grade.EASY, None, State.REVIEW, 0),
        (State.REVIEW, 0, Grade.AGAIN, 10, State.RELEARNING, 0),
        (State.REVIEW, 0, Grade.HARD, None, State.REVIEW, 0),
        (State.RELEARNING, 0, Grade.AGAIN, 10, State.RELEARNING, 0),
        (State.RELEARNING, 0, Grade.HARD, 15, State.RELEARNING, 0),
        (State.RELEARNING, 0, Grade.GOOD, None, State.REVIEW, 0),
        (State.RELEARNING, 0, Grade.EASY, None, State.REVIEW, 0),
        (State.LEARNING, 5, Grade.AGAIN, None, State.REVIEW, 0),  # a step that does not exist: past all steps
    ],
)
def test_learning_steps_decide_the_first_intervals(
    state: State, step: int, grade: Grade, minutes: int | None, *, after: State, step_after: int
) -> None:
    memory = 0.0 if state == State.NEW else 3.0
    before = Fsrs(NOW, 0, memory, memory, state, 1, 0, step, NOW - timedelta(minutes=10))
    result = answer(before, grade)
    assert (result.state, result.learning_steps) == (after, step_after)
    assert result.due == NOW + (timedelta(days=result.interval) if minutes is None else timedelta(minutes=minutes))
    assert (result.interval == 0) is (minutes is not None)
    assert result.lapses == (1 if state == State.REVIEW and grade is Grade.AGAIN else 0)


def test_an_sm2_schedule_is_read_as_one_of_fsrs() -> None:
    before = Sm2(date(2024, 6, 10), 12, 230)
    assert fsrs.from_sm2(before, now=NOW) == Fsrs(
        due=datetime(2024, 6, 10, tzinfo=UTC),
        interval=12,
        stability=12,
        difficulty=6.25,
        state=State.REVIEW,
        reps=4,
        lapses=0,
        learning_steps=0,
        last_review=datetime(2024, 5, 29, tzinfo=UTC),
    )
    text = "fsrs,2024-06-15T09:40:00.000Z,0,1.5698685,8.75262887,3,5,1,0,2024-06-15T09:30:00.000Z"
    assert entry_text(answer(before, Grade.AGAIN), 250) == text


def test_an_sm2_schedule_begins_at_the_users_midnight() -> None:
    before = Sm2(date(2024, 4, 2), 10, 250)
    converted = fsrs.from_sm2(before, now=NOW.astimezone(ZoneInfo("Europe/Berlin")))
    assert converted.due == datetime(2024, 4, 1, 22, tzinfo=UTC)
    assert converted.last_review == datetime(2024, 3, 22, 23, tzinfo=UTC)  # before the change to summer time


@pytest.mark.parametrize(
    ("ease", "difficulty"), [(130, 10), (370, 1), (90, 10), (750, 1), (250, 5.5), (math.nan, 5.5)]
)
def test_ease_maps_to_difficulty(ease: float, difficulty: float) -> None:
    assert fsrs.from_sm2(Sm2(NOW.date(), 10, ease), now=NOW).difficulty == difficulty


@given(st.builds(Sm2, st.none() | st.dates(), st.floats(0) | st.just(math.nan), st.floats(0) | st.just(math.nan)))
def test_any_sm2_schedule_can_be_continued_unless_it_lies_in_the_future(before: Sm2) -> None:
    converted = fsrs.from_sm2(before, now=NOW)
    assume(last_review(converted).date() <= NOW.date())
    assert answer(before, Grade.GOOD).interval >= 1


def test_days_are_those_of_utc_and_not_spans_of_24_hours() -> None:
    evening = datetime(2024, 6, 14, 23, 50, tzinfo=UTC)
    before = Fsrs(evening, 5, 6.25, 4.5, State.REVIEW, 4, 1, 0, evening)
    same_day = answer(before, Grade.GOOD, evening + timedelta(minutes=5))
    next_day = answer(before, Grade.GOOD, evening + timedelta(minutes=20))
    assert same_day.stability == 6.25
    assert next_day.stability > 6.25


def test_an_answer_on_a_day_before_the_last_review_is_refused_with_both_times() -> None:
    before = answer(None, Grade.EASY)
    with pytest.raises(FsrsError, match=r"2024-06-15T09:30.*2024-06-14T09:30.*clock"):
        answer(before, Grade.GOOD, NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("stability", "difficulty", "state"),
    [
        (0.0005, 5.0, State.REVIEW),
        (5.0, 0.5, State.REVIEW),
        (math.nan, 5.0, State.REVIEW),
        (math.inf, 5.0, State.REVIEW),
        (5.0, 5.0, NO_STATE),
    ],
)
def test_impossible_numbers_are_refused(stability: float, difficulty: float, state: int) -> None:
    with pytest.raises(FsrsError, match="Reset the card"):
        answer(Fsrs(NOW, 1, stability, difficulty, state, 1, 0, 0, NOW), Grade.GOOD)


def test_a_reset_card_is_written_as_new_and_answered_as_new() -> None:
    again = fsrs.reset(now=NOW)
    assert comment(again) == "<!--SR:!fsrs,2024-06-15T09:30:00.000Z,0,0,0,0,0,0,0,--->"
    later = NOW + timedelta(days=40)
    assert answer(again, Grade.GOOD, later) == answer(None, Grade.GOOD, later)


@pytest.mark.parametrize(("days", "recalled"), [(0, 1.0), (10, 0.9), (100, 0.69282664), (-3, 1.0)])
def test_retrievability_is_nine_tenths_after_as_many_days_as_the_stability(days: int, recalled: float) -> None:
    schedule = Fsrs(NOW, 10, 10, 5, State.REVIEW, 3, 0, 0, NOW)
    assert fsrs.retrievability(schedule, NOW + timedelta(days=days)) == pytest.approx(recalled, abs=2e-8)


def test_a_card_that_was_never_answered_has_no_retrievability() -> None:
    assert fsrs.retrievability(fsrs.reset(now=NOW), NOW) is None


@given(schedules(), grades, parameters, st.integers(0, 4000))
def test_the_result_can_be_written_read_and_answered_again(
    before: Fsrs, grade: Grade, params: FsrsParameters, days: int
) -> None:
    now = last_review(before) + timedelta(days=days)
    after = answer(before, grade, now, params)
    assert read_entries(comment(after))[0].schedule == after
    assert after.due is not None
    assert after.due > now
    assert after.last_review == now
    assert after.reps == before.reps + 1
    assert 1 <= after.difficulty <= 10
    answer(after, grade, after.due, params)


@given(schedules(State.REVIEW), parameters, st.integers(1, 4000))
def test_again_never_lengthens(before: Fsrs, params: FsrsParameters, days: int) -> None:
    after = answer(before, Grade.AGAIN, last_review(before) + timedelta(days=days), params)
    assert after.interval == 0
    assert after.stability <= before.stability
    assert after.lapses == before.lapses + 1


@given(schedules(State.REVIEW), parameters, st.integers(0, 4000))
def test_hard_good_and_easy_give_ever_longer_intervals_up_to_the_maximum(
    before: Fsrs, params: FsrsParameters, days: int
) -> None:
    now = last_review(before) + timedelta(days=days)
    row = [answer(before, grade, now, params).interval for grade in (Grade.HARD, Grade.GOOD, Grade.EASY)]
    assert all(shorter < longer for shorter, longer in pairwise(row))
    # At the maximum the plugin keeps the three apart, so Good may pass it by one day and Easy by two.
    for over, interval in enumerate(row):
        assert interval <= params.maximum_interval + over


@given(schedules(), grades, parameters)
def test_leaving_the_learning_steps_never_passes_the_maximum(
    before: Fsrs, grade: Grade, params: FsrsParameters
) -> None:
    assume(before.state != State.REVIEW)
    assert answer(before, grade, last_review(before), params).interval <= params.maximum_interval


@given(schedules(State.REVIEW), st.integers(1, 1000))
def test_for_a_retention_of_nine_tenths_the_interval_is_the_stability(before: Fsrs, days: int) -> None:
    after = answer(before, Grade.HARD, last_review(before) + timedelta(days=days))
    assert abs(after.interval - max(1, after.stability)) <= 0.5


@given(schedules(State.REVIEW), st.integers(1, 1000), st.integers(1, 1000))
def test_recalling_later_means_remembering_longer(before: Fsrs, days: int, more: int) -> None:
    first, second = (
        answer(before, Grade.GOOD, last_review(before) + timedelta(days=count)) for count in (days, days + more)
    )
    assert second.stability >= first.stability


@given(schedules(), grades, st.integers(0, 400), st.sampled_from(["Asia/Tokyo", "America/New_York"]))
def test_the_users_zone_does_not_matter(before: Fsrs, grade: Grade, days: int, zone: str) -> None:
    now = last_review(before) + timedelta(days=days)
    assert answer(before, grade, now.astimezone(ZoneInfo(zone))) == answer(before, grade, now)


def test_a_due_time_beyond_the_last_year_stops_there() -> None:
    before = Fsrs(NOW, 100, 36000, 1, State.REVIEW, 4, 0, 0, NOW - timedelta(days=3000))
    endless = FsrsParameters(desired_retention=0.01, maximum_interval=10**14)
    assert answer(before, Grade.EASY, parameters=endless).due == fsrs.LATEST.replace(hour=9, minute=30) - timedelta(
        days=1
    )


OWN_WEIGHTS = (
    *(0.4, 1.5, 3.1, 15.5, 7.1, 0.6, 2.1, 0.02, 1.5, 0.15, 1.0),
    *(1.9, 0.11, 0.29, 2.3, 0.3, 2.9, 0.6, 0.3, 0.1, 0.25),
)


@given(schedules(), grades, st.integers(0, 400))
def test_the_default_weights_given_as_data_are_the_plugins_text(before: Fsrs, grade: Grade, days: int) -> None:
    assert before.last_review is not None
    now = before.last_review + timedelta(days=days)
    spelled = FsrsParameters(0.9, 36525, (*fsrs.WEIGHTS,), (1.0, 10.0), (10.0,))
    texts = {entry_text(fsrs.review(before, grade, now=now, parameters=one), 250) for one in (DEFAULT, spelled)}
    assert len(texts) == 1


def test_own_weights_decide_stability_difficulty_and_interval() -> None:
    own = FsrsParameters(weights=OWN_WEIGHTS)
    first = fsrs.review(None, Grade.EASY, now=NOW, parameters=own)
    assert (first.stability, first.interval) == (15.5, 16)
    later = NOW + timedelta(days=16)
    for grade in Grade:
        one = fsrs.review(first, grade, now=later, parameters=own)
        other = fsrs.review(first, grade, now=later, parameters=DEFAULT)
        assert one.stability != other.stability


def steps_of(learning: tuple[float, ...], relearning: tuple[float, ...] = (10,)) -> FsrsParameters:
    return FsrsParameters(learning_steps=learning, relearning_steps=relearning)


def taught(parameters: FsrsParameters, *given: Grade) -> list[tuple[float, int, int]]:
    """Answer a new card when it is due: the minutes until it is due again, its state and its step, each time."""
    schedule: Fsrs | None = None
    now, found = NOW, []
    for grade in given:
        schedule = fsrs.review(schedule, grade, now=now, parameters=parameters)
        assert schedule.due is not None
        found.append(((schedule.due - now).total_seconds() / 60, schedule.state, schedule.learning_steps))
        now = schedule.due
    return found


def test_steps_come_in_their_order_also_those_of_hours_and_days() -> None:
    learned = taught(steps_of((5, 120, 1440, 4320)), *[Grade.GOOD] * 4)
    assert learned[:3] == [(120, State.LEARNING, 1), (1440, State.LEARNING, 2), (4320, State.LEARNING, 3)]
    assert learned[3][1:] == (State.REVIEW, 0)


def test_again_goes_back_to_the_first_step_and_easy_leaves_them() -> None:
    parameters = steps_of((5, 120))
    assert taught(parameters, Grade.GOOD, Grade.AGAIN)[1] == (5, State.LEARNING, 0)
    assert taught(parameters, Grade.EASY)[0][1] == State.REVIEW


def test_without_steps_a_new_and_a_forgotten_card_get_days_at_once() -> None:
    found = taught(steps_of((), ()), *Grade)
    assert {state for _, state, _ in found} == {State.REVIEW}
    assert all(minutes % 1440 == 0 and minutes >= 1440 for minutes, _, _ in found)


def test_a_forgotten_card_takes_the_steps_of_its_own_kind() -> None:
    parameters = steps_of((1,), (30, 2880))
    forgotten = taught(parameters, Grade.EASY, Grade.AGAIN, Grade.GOOD, Grade.GOOD)
    assert forgotten[1:3] == [(30, State.RELEARNING, 0), (2880, State.RELEARNING, 1)]
    assert forgotten[3][1] == State.REVIEW


def test_retrievability_follows_own_weights() -> None:
    schedule = fsrs.review(None, Grade.GOOD, now=NOW, parameters=DEFAULT)
    later = NOW + timedelta(days=30)
    assert fsrs.retrievability(schedule, later) != fsrs.retrievability(schedule, later, OWN_WEIGHTS)
