"""A range of days, as the user names it."""

from __future__ import annotations

from datetime import date

import pytest

from studyapp.study.stats.period import Period, PeriodError, period

TODAY = date(2024, 3, 31)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("week", "2024-03-25", "2024-03-31"),
        ("month", "2024-03-02", "2024-03-31"),
        ("quarter", "2024-01-02", "2024-03-31"),
        ("Year", "2023-04-02", "2024-03-31"),
        ("1d", "2024-03-31", "2024-03-31"),
        ("2w", "2024-03-18", "2024-03-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-12", "2023-12-01", "2023-12-31"),
        ("2024-01-05..2024-02-03", "2024-01-05", "2024-02-03"),
        ("2024-01-05..", "2024-01-05", "2024-03-31"),
    ],
)
def test_a_range_has_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    found = period(text, TODAY)
    assert found == Period(date.fromisoformat(first), date.fromisoformat(last))
    assert found.last in found
    assert date.max not in found


def test_all_begins_with_the_first_review() -> None:
    found = period("all", TODAY)
    assert date(1, 1, 1) in found
    assert found.since(date(2020, 5, 6)) == date(2020, 5, 6)
    assert found.since(None) == TODAY


@pytest.mark.parametrize("text", ["", "0d", "2024-13", "yesterday", "2024-02-03..2024-02-01", "x..y", "d", "..", "5"])
def test_text_that_is_not_a_range_is_refused_with_examples(text: str) -> None:
    with pytest.raises(PeriodError, match="90d"):
        period(text, TODAY)


def test_a_length_beyond_the_calendar_ends_at_its_beginning() -> None:
    assert period("99999y", TODAY).first == date.min
