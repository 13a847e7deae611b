"""What FSRS learns from a review log, and what is left out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from studyapp.core.log.actions import ActionKind
from studyapp.core.log.ledger_rows import Record
from studyapp.core.schedule.entries import Grade
from studyapp.study.stats.histories import FUTURE, INCOMPLETE, JUMP, before_day, histories, predicted, split_day

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
START = datetime(2024, 1, 1, 9, tzinfo=UTC)
SEEN = "2024-01-05,4,250"


def graded(day: float, grade: Grade = Grade.GOOD, before: str | None = SEEN, card: str = "n.md:a:1:1") -> Record:
    at = START + timedelta(days=day)
    return Record(f"{at.isoformat()}", ActionKind.GRADE, at, card, grade, 5.0, before, SEEN, None)


def reset(day: float) -> Record:
    return Record("r", ActionKind.RESET, START + timedelta(days=day), "n.md:a:1:1", None, 1.0, SEEN, SEEN, None)


def elapsed(*records: Record) -> list[list[int]]:
    return [[answer.elapsed for answer in one.answers] for one in histories(records, NOW).cards]


def test_days_are_counted_between_reviews_and_those_of_one_day_all_count() -> None:
    found = histories([graded(0, before=None), graded(0.1), graded(3), graded(3.2, Grade.AGAIN), graded(10)], NOW)
    assert [answer.elapsed for answer in found.cards[0].answers] == [0, 0, 3, 0, 7]
    assert (found.reviews, predicted(found.cards)) == (5, 2)


def test_days_are_those_of_utc_as_in_the_scheduler() -> None:
    assert elapsed(graded(0.62, before=None), graded(0.63)) == [[0, 1]]  # 23:53 and 00:07


def test_a_reset_cuts_the_history() -> None:
    assert elapsed(graded(0, before=None), graded(5), reset(6), graded(7), graded(9)) == [[0, 2]]


def test_cards_that_many_at_once_began_again_have_a_new_history() -> None:
    marked = '[["n.md:a:1:1", "forgotten", "1"]]'
    anew = Record("p", ActionKind.EDIT, START + timedelta(days=6), "n.md::0:0", None, None, None, "", marked)
    records = [graded(0, before=None), graded(5), graded(7), graded(9)]
    (one,) = histories(records, NOW, forgotten=[anew]).cards
    assert [answer.elapsed for answer in one.answers] == [0, 2]
    new = "fsrs,2024-01-07T09:00:00.000Z,0,0,0,0,0,0,0,-"
    assert elapsed(graded(0, before=None), graded(5), graded(7, before=new), graded(9)) == [[0, 2]]


def test_a_card_whose_first_review_is_not_in_the_log_is_left_out_until_it_is_reset() -> None:
    found = histories([graded(1), graded(4), reset(6), graded(7), graded(9)], NOW)
    assert [len(one.answers) for one in found.cards] == [2]
    assert found.left_out == {INCOMPLETE: 2}


def test_a_card_that_the_scheduler_has_as_new_begins_a_history() -> None:
    new = "fsrs,2024-01-01T09:00:00.000Z,0,0,0,0,0,0,0,-"
    assert elapsed(graded(0, before=new), graded(2)) == [[0, 2]]


def test_a_card_that_lost_its_schedule_starts_over_whatever_came_before() -> None:
    assert elapsed(graded(1), graded(4), graded(6, before=None), graded(9)) == [[0, 3]]
    assert elapsed(graded(-9000, before=None), graded(3), graded(5, before=None), graded(9)) == [[0, 4]]


def test_reviews_in_the_future_and_jumps_of_the_clock_are_left_out_and_told() -> None:
    found = histories([graded(0, before=None), graded(3), graded(400)], NOW)
    assert [len(one.answers) for one in found.cards] == [2]
    assert found.left_out == {FUTURE: 1}
    found = histories([graded(-9000, before=None), graded(3), graded(5)], NOW)
    assert found.cards == ()
    assert found.left_out == {JUMP: 2, INCOMPLETE: 1}


def test_only_cards_that_are_asked_for_and_were_begun_since_a_day() -> None:
    records = [graded(0, before=None), graded(20, before=None, card="m.md:b:1:1"), graded(30, card="m.md:b:1:1")]
    assert len(histories(records, NOW, counts=lambda card: card.startswith("m")).cards) == 1
    (one,) = histories(records, NOW, since=date(2024, 1, 15)).cards
    assert one.card == "m.md:b:1:1"


def test_the_later_part_has_about_its_share_of_the_predicted_reviews() -> None:
    records = [graded(day, before=SEEN if day else None) for day in range(11)]
    cards = histories(records, NOW).cards
    day = split_day(cards, 0.2)
    assert day == START.date().toordinal() + 9
    assert len(before_day(cards, day)[0].answers) == 9
    assert split_day((), 0.2) == 0
