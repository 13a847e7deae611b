from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.text.folded import fold, searched, shown_of


@given(st.text(max_size=60))
def test_what_is_folded_stays_as_it_is_when_it_is_folded_again(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    fold(text).encode()


def test_both_sides_of_a_card_are_looked_into_and_equal_ones_once() -> None:
    assert searched("Größe  A", "b") == "grosse a\nb"
    assert searched("a", "A") == "a"


def test_a_list_shows_the_beginning_of_a_front_as_text_that_can_be_kept() -> None:
    assert shown_of("ä\udcff" + "x" * 300) == "ä?" + "x" * 198
