from __future__ import annotations

from studyapp.core.plural import count, fraction, percent


def test_counts_have_their_plural() -> None:
    assert [count(1, "card"), count(2, "card"), count(1000, "grade is", "grades are")] == [
        "1 card",
        "2 cards",
        "1,000 grades are",
    ]


def test_a_number_that_is_shown_as_1_is_one_thing_and_any_other_several() -> None:
    shown = [count(number, "day", form=".3g") for number in (1, 1.0, 1.0001, 2.3, 0.1)]
    assert shown == ["1 day", "1 day", "1 day", "2.3 days", "0.1 days"]


def test_a_share_that_is_neither_nothing_nor_all_is_shown_as_neither() -> None:
    shares = (0, 1e-9, 0.0004, 0.004, 0.006, 0.5, 0.994, 0.996, 0.9996, 1 - 1e-9, 1, None)
    shown = ("0", "0.01", "0.04", "0.4", "1", "50", "99", "99.6", "99.96", "99.99", "100")
    assert [percent(share) for share in shares] == [*(f"{one} %" for one in shown), "–"]
    assert [percent(share, 1) for share in (0, 0.0004, 0.011, 0.9996, 1)] == [
        "0 %",
        "0.04 %",
        "1.1 %",
        "99.96 %",
        "100 %",
    ]


def test_a_fraction_is_rounded_to_an_end_only_where_it_is_there() -> None:
    assert [fraction(share) for share in (0, 0.001, 0.237, 0.997, 1)] == ["0.00", "0.01", "0.24", "0.99", "1.00"]
    assert [fraction(share, 3) for share in (0.0004, 0.9997)] == ["0.001", "0.999"]
