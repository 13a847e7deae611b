"""A note's text can neither act on a terminal nor hide in it."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core import visible as visible_module
from studyapp.core.visible import visible

# Half of the characters are those that matter: a random text would hardly ever hold two of them.
DANGEROUS = "\x00\x07\x08\x0b\x1b\x7f\x85\x9b\x9d\u200b\u200c\u200d\u200e\u202e\u2066\u2069\u061c\u2028\u2029\ufeff"
NEIGHBOURS = "ab \t\r\n\udcff\ud800\ufe0f👩💻🏽🏴\U000e0067\U000e007fनمک["
TEXT = st.lists(st.sampled_from(DANGEROUS + NEIGHBOURS) | st.characters(), max_size=60).map("".join)

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\x9b31m\x85", "‹U+009B›31m‹U+0085›"),
        ("abc\u202edef\u2069", "abc‹U+202E›def‹U+2069›"),
        ("a\u2028b\u2029c", "a‹U+2028›b‹U+2029›c"),
        ("pay\u200bpal", "pay‹U+200B›pal"),
        (b"caf\xe9 \xff".decode("utf-8", "surrogateescape"), "caf‹E9› ‹FF›"),
        ("\ud800", "\ufffd"),
        ("a\ufdd0b\uffff", "a‹U+FDD0›b‹U+FFFF›"),
        ("lone\rcarriage", "lone␍carriage"),
    ],
)
def test_what_acts_or_hides_becomes_a_symbol(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@pytest.mark.parametrize(
    "text",
    [
        "plain text, Größe, 漢字, emoji 🎉, math ∑ᵢ, combining e\u0301",
        "👩\u200d💻 and 🏳\ufe0f\u200d🌈 and 🧑🏽\u200d🚀",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "می\u200cخواهم",
        "क्\u200dष and श्\u200cर",
        "✔\ufe0f tabs\tand\nlines",
    ],
)
def test_what_a_script_needs_stays(text: str) -> None:
    assert visible(text) == text


def test_the_quick_way_passes_only_what_the_long_way_leaves_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = [chr(code) for code in range(sys.maxunicode + 1) if visible_module._is_plain(chr(code))]
    assert len(quick) > 1000
    monkeypatch.setattr(visible_module, "_is_plain", lambda _: False)
    for newlines in (True, False):
        left = "".join(char for char in quick if newlines or char != "\n")
        assert visible(left, newlines=newlines) == left


def test_a_joiner_between_latin_letters_is_shown() -> None:
    assert visible("a\u200db\u200cc") == "a‹U+200D›b‹U+200C›c"


def test_tags_outside_a_flag_are_shown() -> None:
    assert visible("x\U000e0041") == "x‹U+E0041›"


def test_a_windows_line_ending_is_one_newline() -> None:
    assert visible("a\r\nb") == "a\nb"


def test_without_newlines_the_text_stays_on_its_line() -> None:
    assert visible("a\tb\r\nc\x1b", newlines=False) == "a␉b␍␊c␛"


@given(TEXT, st.booleans())
def test_nothing_that_acts_on_a_terminal_remains(text: str, newlines: bool) -> None:
    shown = visible(text, newlines=newlines)
    allowed = "\t\n" if newlines else ""
    left = [char for char in shown if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} and char not in allowed]
    assert left == []
    assert not set(shown) & set(BIDI)
    shown.encode("utf-8")


@given(TEXT, st.booleans())
def test_showing_twice_changes_nothing_more(text: str, newlines: bool) -> None:
    shown = visible(text, newlines=newlines)
    assert visible(shown, newlines=newlines) == shown


@given(TEXT)
def test_what_is_harmless_keeps_its_order(text: str) -> None:
    harmless = "".join(re.findall(r"[ -~]", text))
    assert "".join(re.findall(r"[ -~]", re.sub(r"‹(U\+)?[0-9A-F]{2,6}›", "", visible(text)))) == harmless
