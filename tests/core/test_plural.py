from __future__ import annotations

from studyapp.core.plural import count


def test_counts_have_their_plural() -> None:
    assert [count(1, "card"), count(2, "card"), count(1000, "grade is", "grades are")] == [
        "1 card",
        "2 cards",
        "1,000 grades are",
    ]


def test_a_number_that_is_shown_as_1_is_one_thing_and_any_other_several() -> None:
    shown = [count(number, "day", form=".3g") for number in (1, 1.0, 1.0001, 2.3, 0.1)]
    assert shown == ["1 day", "1 day", "1 day", "2.3 days", "0.1 days"]
