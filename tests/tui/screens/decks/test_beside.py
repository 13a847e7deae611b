"""What stands beside the decks."""

from __future__ import annotations

from datetime import date

import pytest
from textual.geometry import Size

from studyapp.core.errors import Problem
from studyapp.tui.screens.decks.beside import last_reviews, problems


def test_problems_are_named_by_their_kind_or_else_by_what_the_first_says() -> None:
    found = [
        Problem("dead-link", "a/Note.md", 3, "[[Nowhere]] leads nowhere", "Write it"),
        Problem("dead-link", "a/Note.md", 9, "[[Gone]] leads nowhere", "Write it"),
        Problem("unheard-of", "b.md", None, "something else is wrong", "Mend it"),
    ]
    draw = problems(found, "f", "decks.doctor").rows
    assert callable(draw)
    first, second, *_ = (str(text) for _, text in draw(Size(60, 9)))
    assert first.split() == ["2", "Links", "to", "nowhere", "Note.md:3"]
    assert second.split() == ["1", "Something", "else", "is", "wrong", "b.md"]


def test_a_kind_of_problem_has_the_whole_width_where_no_place_is_shown() -> None:
    found = [Problem("malformed-schedule", "a/Note.md", 3, "has 1 value instead of 3", "Mend it")]
    draw = problems(found, "f", "decks.doctor").rows
    assert callable(draw)
    assert str(draw(Size(38, 9))[0][1]).rstrip() == "1  Schedules that can't be understood"


@pytest.mark.parametrize(("ever", "said"), [(True, "None in 30 days."), (False, "None yet.")])
def test_a_pause_is_not_taken_for_a_beginning(ever: bool, said: str) -> None:
    found = last_reviews({}, date(2026, 1, 15), "s", ever=ever, colours=True)
    assert callable(found.rows)
    assert [str(text) for _, text in found.rows(Size(40, 9))] == [said]
