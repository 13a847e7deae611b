from __future__ import annotations

from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.text.names import as_compared, as_known, composed, word_places

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")


@given(st.text())
def test_both_forms_of_a_name_are_compared_as_one(name: str) -> None:
    forms = {normalize(form, name) for form in FORMS}
    assert len({as_compared(one) for one in forms}) == 1
    assert len({composed(one) for one in forms}) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_name_is_known_in_the_form_that_it_has(form: Form) -> None:
    known = {normalize(form, "Prüfung.md"), "b.md"}
    for asked in FORMS:
        assert as_known(normalize(asked, "Prüfung.md"), known) == normalize(form, "Prüfung.md")
    assert as_known("prüfung.md", known) == "prüfung.md"


def test_of_two_names_that_look_alike_the_one_spelt_that_way_is_meant() -> None:
    both = [normalize("NFC", "é"), normalize("NFD", "é")]
    assert [as_known(one, both) for one in both] == both


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("asked", FORMS)
@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("übung", "Eine Übung und ÜBUNG", ["Übung", "ÜBUNG"]),
        ("é", "eé É e", ["é", "É"]),
        ("한글", "ㅡ 한글 x", ["한글"]),
        ("strasse", "İ Straße", ["Straße"]),
        ("a", "", []),
        ("", "abc", []),
        ("ab", "ABab", ["AB", "ab"]),
    ],
)
def test_words_are_found_in_any_form_and_case(
    form: Form, asked: Form, words: str, text: str, found: list[str]
) -> None:
    text = normalize(form, text)
    places = [text[start:end] for start, end in word_places(normalize(asked, words), text)]
    assert places == [normalize(form, one) for one in found]


@given(st.text(max_size=4), st.text(max_size=40))
def test_what_is_found_is_what_was_asked_for_or_holds_it(words: str, text: str) -> None:
    for start, end in word_places(words, text):
        assert as_compared(words) in as_compared(text[start:end])
