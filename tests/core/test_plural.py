from __future__ import annotations

from studyapp.core.plural import count


def test_counts_have_their_plural() -> None:
    assert [count(1, "card"), count(2, "card"), count(1000, "grade is", "grades are")] == [
        "1 card",
        "2 cards",
        "1,000 grades are",
    ]
