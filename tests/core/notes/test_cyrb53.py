from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes.cyrb53 import cyrb53, cyrb53_all


def test_the_hash_is_cyrb53_over_utf_16_units() -> None:
    assert cyrb53("") == "bdcb81aee8d83"
    assert int(cyrb53("a"), 16) == 7929297801672961
    assert cyrb53("\udcff") == cyrb53("\ufffd") != cyrb53("")
    assert cyrb53("🙂") != cyrb53("\ufffd")


@given(st.lists(st.text(max_size=40) | st.text("ab\udcff🙂", min_size=900, max_size=1100), max_size=12))
def test_many_texts_are_hashed_together_as_each_alone(texts: list[str]) -> None:
    assert cyrb53_all(texts) == [cyrb53(text) for text in texts]


def test_more_texts_than_are_hashed_at_once_keep_their_places() -> None:
    texts = [f"{number} " * (number % 7) for number in range(1500)]
    assert cyrb53_all(texts) == [cyrb53(text) for text in texts]
