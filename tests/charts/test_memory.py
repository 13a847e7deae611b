"""How a card is forgotten, and how its stability and difficulty have changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from studyapp.charts.cells import plain
from studyapp.charts.memory import curves
from studyapp.core.schedule.entries import Fsrs, State
from studyapp.core.schedule.fsrs import reset

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)


def card(days_ago: int, stability: float = 10) -> Fsrs:
    last = NOW - timedelta(days=days_ago)
    return Fsrs(last + timedelta(days=10), 10, stability, 5.0, State.REVIEW, 3, 0, 0, last)


def drawn(schedule: Fsrs, *course: Fsrs, width: int = 60, height: int = 12) -> list[list[str]]:
    return [[plain(row) for row in draw(width, height)] for _, draw in curves(schedule, course, NOW)]


def test_the_curve_falls_from_certain_and_today_and_the_due_day_are_marked() -> None:
    ((*rows, known),) = drawn(card(4))
    assert rows[0].startswith("100 % ┤")
    assert rows[-1].split() == ["0", "d", "12", "d"]
    assert known == "│ today: 95 %, ┆ due: 90 %"
    tops = [
        min(n for n, row in enumerate(rows) if len(row) > column and row[column] == "•") for column in range(8, 60)
    ]
    assert tops == sorted(tops)
    assert "│" in "".join(row[9:] for row in rows)
    assert any("┆" in row for row in rows)


def test_a_card_that_was_never_answered_has_no_curve() -> None:
    assert drawn(reset(now=NOW), card(1)) == []
    assert curves(None, (), NOW) == []


def test_stability_and_difficulty_stand_above_each_other_review_by_review() -> None:
    _, rows = drawn(card(1, 30), card(9, 2), card(5, 8), card(1, 30), width=40, height=9)
    text = "\n".join(rows)
    assert text.count("●") == 3
    assert text.count("○") == 3
    assert rows[0].startswith("30 d")
    assert rows[-1].split() == ["review", "1", "review", "3"]
