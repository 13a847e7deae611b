from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.toy.words import DUTCH, ENGLISH, GERMAN, KINDS, LABELS, SYMBOLS, WORDS, decode, encode


def test_the_world_has_184_different_symbols() -> None:
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 184
    assert (len(ENGLISH), len(GERMAN), len(DUTCH), len(WORDS), len(LABELS)) == (44, 63, 52, 20, 3)


def test_a_word_tells_its_language() -> None:
    assert not set(ENGLISH) & set(GERMAN)
    assert not set(ENGLISH) & set(DUTCH)
    assert set(GERMAN) & set(DUTCH) == {"kleine"}
    assert set(WORDS) & {*ENGLISH, *GERMAN, *DUTCH} == {"the"}


@given(st.lists(st.integers(0, 183), max_size=20))
def test_a_text_says_which_symbols_it_was_written_from(numbers: list[int]) -> None:
    assert encode(decode(numbers).split()) == numbers


def test_a_word_that_is_not_a_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="'tree' is not a word of the toy world"):
        encode(["the", "tree"])


def test_every_symbol_has_a_kind() -> None:
    assert set(KINDS) == set(SYMBOLS)
    assert (KINDS["Kühe"], KINDS["haatte"], KINDS["kleine"], KINDS["keinen"]) == (
        "nouns", "verbs", "adjectives", "small words",
    )  # fmt: skip
