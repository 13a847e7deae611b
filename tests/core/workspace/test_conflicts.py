"""Whether two entries of a card mean the same."""

from __future__ import annotations

import pytest

from studyapp.core.workspace.conflicts import alike


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2024-06-10,4,250", "2024-06-10,4,250", True),
        ("2024-06-10,4,250", "2024-06-10,4.0,250", True),
        ("2024-06-10,4,250", "2024-06-11,4,250", False),
        (None, "2000-01-01,1,250", True),
        (None, "2024-06-10,4,250", False),
        (None, "soon,3,250", False),
        ("later,3,250", "soon,3,250", False),
        ("soon,3,250", "soon,3,250", True),
    ],
)
def test_entries_are_alike_if_their_schedules_can_be_read_and_are_alike(
    one: str | None, other: str | None, same: bool
) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same
