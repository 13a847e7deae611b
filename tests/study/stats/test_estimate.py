from __future__ import annotations

from datetime import UTC, datetime

import pytest

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.study.stats.estimate import LONGEST, SECONDS_A_CARD, in_minutes, seconds_a_card


def action(seconds: float | None, kind: ActionKind = ActionKind.GRADE) -> Action:
    seen = Seen(CardId("A.md", "h", 1, 1), "d", Kind.SINGLE_BASIC, 1, 1, None, ())
    return Action("1", kind, datetime(2024, 6, 15, tzinfo=UTC), seen, Grade.GOOD, seconds, None, "x")


def test_without_a_log_a_card_takes_the_usual_time() -> None:
    assert seconds_a_card([]) == SECONDS_A_CARD


def test_with_a_log_it_takes_the_mean_of_the_last_grades() -> None:
    assert seconds_a_card([action(30.0)] * 200 + [action(5.0)] * 1000) == 30


def test_one_slow_card_does_not_decide() -> None:
    assert seconds_a_card([action(100.0)]) < 2 * SECONDS_A_CARD


def test_who_left_the_table_counts_as_slow_not_as_an_hour() -> None:
    assert seconds_a_card([action(3600.0)] * 20) == LONGEST


def test_resets_and_grades_without_a_time_do_not_count() -> None:
    assert seconds_a_card([action(90.0, ActionKind.RESET), action(None)] * 20) == SECONDS_A_CARD


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than a minute"),
        (29, "less than a minute"),
        (60, "about 1 minute"),
        (350, "about 6 minutes"),
        (9000, "about 2 hours"),
    ],
)
def test_a_duration_is_worded_as_people_would_say_it(seconds: float, text: str) -> None:
    assert in_minutes(seconds) == text
