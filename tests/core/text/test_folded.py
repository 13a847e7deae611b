from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.text.folded import fold, places_of, searched, shown_of


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    fold(text).encode()


def test_both_sides_of_a_card_are_searched_and_equal_ones_once() -> None:
    assert searched("Größe  A", "b") == "grosse a\nb"
    assert searched("a", "A") == "a"


def test_a_list_shows_the_beginning_of_a_front_as_text_that_can_be_kept() -> None:
    assert shown_of("ä\udcff" + "x" * 300) == "ä?" + "x" * 198


def test_what_was_looked_for_is_found_where_it_is_shown() -> None:
    assert places_of(["lora"], "LoRA and LÓRA") == [(0, 4), (9, 13)]
    assert places_of(["strasse", "asse n"], "Straße nah") == [(0, 8)]
    assert places_of(["", "x"], "none") == []


@given(st.lists(st.text(min_size=1, max_size=3)), st.text(max_size=40))
def test_the_places_lie_in_the_text_in_order_without_overlap(texts: list[str], shown: str) -> None:
    ends = [end for place in places_of(map(fold, texts), shown) for end in place]
    assert ends == sorted(set(ends))
    assert all(0 <= end <= len(shown) for end in ends)
