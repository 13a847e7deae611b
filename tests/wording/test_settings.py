"""Settings in words."""

from __future__ import annotations

from studyapp.core.settings.model import Settings
from studyapp.wording.settings import WORDS, ZERO, default_text, meaning_text, value_text


def test_a_zero_is_shown_as_what_it_stands_for_and_typed_as_a_zero() -> None:
    assert default_text("new_cards_per_day") == meaning_text("reviews_per_day", 0) == "no limit"
    assert meaning_text("new_cards_per_day", 20) == "20"
    assert value_text("new_cards_per_day", 0) == "0"


def test_what_a_setting_says_of_its_zero_is_what_is_shown() -> None:
    assert {name for name in WORDS if "0: " in WORDS[name]} == {*ZERO}
    assert [name for name, said in ZERO.items() if f"0: {said}." not in WORDS[name]] == []


def test_long_numbers_have_commas_and_switches_stay_words() -> None:
    assert default_text("maximum_interval") == f"{Settings().maximum_interval:,}" == "36,525"
    assert default_text("animations") == "on"
