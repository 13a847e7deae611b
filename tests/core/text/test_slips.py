from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.text.slips import fragments, may_slip, slips

WORDS = st.text(st.sampled_from("abc.*éü漢"), min_size=4, max_size=10)


@given(WORDS, st.data())
def test_a_word_is_found_with_any_one_slip_after_its_first_letter(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(st.sampled_from("xyz"))
    swapped = word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
    for meant in (
        word,
        swapped,
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place + 1 :],
        word[:place] + letter + word[place:],
    ):
        assert re.fullmatch(f"(?:{slips(word)})", meant)
        assert any(piece in meant for piece in fragments(word))


def test_a_short_word_has_no_slip() -> None:
    assert not may_slip("abc")
    assert slips("a.c") == r"a\.c"
