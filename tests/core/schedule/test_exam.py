"""When the cards of an exam are due."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.schedule.entries import Fsrs, Sm2, State, due_date, entry_text, read_entry
from studyapp.core.schedule.exam import DayLoad, Exam, due_with_exams, exams_of, last_seen, moved_to
from studyapp.core.settings.model import Settings

NOW = datetime(2024, 6, 15, 18, 30, tzinfo=UTC)
TODAY = NOW.date()
EXAM = Exam("finals", TODAY + timedelta(days=30), 7, "flashcards")
NOTHING = DayLoad(0, 0)


def after(due: int, seen: int = 0, exam: Exam = EXAM) -> int:
    """The day on which a card is due; all days count from today, and none has other work."""
    at = due_with_exams(TODAY + timedelta(due), TODAY + timedelta(seen), [exam], lambda _exam, _day: NOTHING)
    return (at - TODAY).days


def test_what_is_due_well_before_the_last_days_stays() -> None:
    assert {due: after(due) for due in (1, 5, 15)} == {1: 1, 5: 5, 15: 15}


def test_what_is_due_shortly_before_them_or_after_the_exam_is_due_in_them() -> None:
    assert after(16) == 23  # half its interval later it would be in them
    assert after(22) == 23
    assert after(26) == 26
    assert after(30) == 29
    assert after(400) == 29


def test_a_card_that_was_seen_in_the_last_days_need_not_come_back_before_the_exam() -> None:
    assert after(40, seen=24) == 40
    assert after(26, seen=24) == 26
    full = DayLoad(3, 9, 1.0, is_full=True)
    busy = {TODAY + timedelta(26): full, TODAY + timedelta(27): full}
    day = due_with_exams(TODAY + timedelta(26), TODAY + timedelta(24), [EXAM], lambda _e, day: busy.get(day, NOTHING))
    assert (day - TODAY).days == 28
    day = due_with_exams(TODAY + timedelta(26), TODAY + timedelta(24), [EXAM], lambda _exam, _day: full)
    assert day == EXAM.day


def test_an_exam_that_is_over_has_no_effect() -> None:
    assert {due: after(due, seen=30) for due in (31, 45, 400)} == {31: 31, 45: 45, 400: 400}


def test_the_next_exam_counts_and_then_the_one_after_it() -> None:
    later = Exam("more", TODAY + timedelta(days=60), 7, "flashcards")

    def day(due: int, seen: int) -> int:
        at = TODAY + timedelta(due), TODAY + timedelta(seen)
        return (due_with_exams(*at, [EXAM, later], lambda _exam, _day: NOTHING) - TODAY).days

    assert day(100, 0) == 29
    assert day(100, 25) == 59
    assert day(100, 55) == 100


@given(
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 300)), max_size=80),
    st.integers(1, 20),
    st.fixed_dictionaries({}, optional={n: st.sampled_from([0.0, 0.5, 1.0]) for n in range(7)}),
)
def test_each_card_is_seen_in_the_last_days_and_they_share_the_work(
    grades: list[tuple[int, int]], last_days: int, shares: dict[int, float]
) -> None:
    exam = Exam("finals", EXAM.day, last_days, "flashcards")
    due: Counter[date] = Counter()

    def loads(_exam: Exam, day: date) -> DayLoad:
        return DayLoad(due[day], due[day], shares.get(day.weekday(), 1.0))

    for seen, interval in sorted(grades):
        today = TODAY + timedelta(seen)
        natural = today + timedelta(interval)
        day = due_with_exams(natural, today, [exam], loads)
        if today < exam.first:
            assert day < exam.day
            assert day in exam.days(today) or day == natural
            due[day] += day >= exam.first
        else:
            assert day == natural or natural < day <= exam.day
    days = exam.days(TODAY)
    whole = [due[day] for day in days if shares.get(day.weekday(), 1.0) == 1]
    assert max(whole, default=0) - min(whole, default=0) <= 1
    if any(shares.get(day.weekday(), 1.0) for day in days):
        assert not any(due[day] for day in days if shares.get(day.weekday(), 1.0) == 0)


@given(st.integers(1, 400), st.integers(0, 300), st.booleans())
def test_a_schedule_that_is_moved_is_one_of_the_plugins_and_keeps_its_last_review(
    day: int, ago: int, plain: bool
) -> None:
    last = NOW - timedelta(days=ago)
    due = last + timedelta(days=ago + 50)
    schedule = Sm2(due.date(), ago + 50, 250) if plain else Fsrs(due, ago + 50, 9.5, 5, State.REVIEW, 4, 0, 0, last)
    moved = moved_to(schedule, TODAY + timedelta(day), NOW)
    assert read_entry(entry_text(moved, 250)).schedule == moved
    assert due_date(moved, NOW) == TODAY + timedelta(day)
    assert last_seen(moved, NOW) == last.date()
    assert moved.interval == ago + day


def test_exams_come_in_their_order() -> None:
    read = {
        "late": {"date": "2024-09-01", "deck": "b", "last_days": 7},
        "early": {"date": "2024-07-01", "search": "tag:x", "last_days": 3},
    }
    early, late = exams_of(Settings(exams=read))
    assert (early.name, early.first, early.deck, early.search) == ("early", date(2024, 6, 28), None, "tag:x")
    assert (late.name, late.deck) == ("late", "b")
