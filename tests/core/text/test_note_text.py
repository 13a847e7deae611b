"""Bytes, characters and lines as the plugin counts them, and edits that check what they replace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.text.note_text import (
    Edit,
    NoteText,
    Span,
    StaleEditError,
    apply,
    digest_of,
    longer_than_one,
    reverse,
    trim,
    trim_end,
)
from tests.helpers import strategies
from tests.helpers.vaults import ROOT


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    """Bytes, and edits of them that do not overlap, in any order."""
    raw = draw(st.binary(max_size=40))
    places = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    spans = [Span(start, end) for start, end in zip(places[::2], places[1::2], strict=False)]
    spans = [span for n, span in enumerate(spans) if n == 0 or span.start > spans[n - 1].end]
    edits = [Edit(span, raw[span.start : span.end], draw(st.binary(max_size=6))) for span in spans]
    return raw, draw(st.permutations(edits))


@given(edited())
def test_edits_and_then_their_reverse_change_nothing(case: tuple[bytes, list[Edit]]) -> None:
    raw, edits = case
    assert apply(apply(raw, edits), reverse(edits)) == raw
    assert apply(raw, reverse(reverse(edits))) == apply(raw, edits)


def test_an_edit_for_other_bytes_is_refused_and_changes_nothing() -> None:
    with pytest.raises(StaleEditError):
        apply(b"abc", [Edit(Span(0, 1), b"a", b"x"), Edit(Span(1, 2), b"z", b"")])


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(StaleEditError):
        apply(b"abcd", [Edit(Span(0, 3), b"abc", b""), Edit(Span(2, 4), b"cd", b"")])


@given(strategies.ANY_BYTES)
def test_lines_and_places_lead_back_to_the_same_bytes(raw: bytes) -> None:
    text = NoteText(raw)
    assert text.edit(0, len(text.text), "").old == raw
    for number, line in enumerate(text.lines):
        start, end = text.place(number), text.line_end(number)
        assert text.text[start:end] == line
        assert text.line_of(start) == number
        found = text.edit(start, end, "")
        assert raw[found.span.start : found.span.end] == found.old == line.encode("utf-8", "surrogateescape")


def test_notes_become_text_and_bytes_again_nowhere_else() -> None:
    files = [path for folder in ("core", "study", "markup") for path in (ROOT / "studyapp" / folder).rglob("*.py")]
    assert [path.name for path in files if '"surrogateescape"' in path.read_text("utf-8")] == ["note_text.py"]


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        (b"", [""]),
        (b"a\n", ["a", ""]),
        (b"a\r", ["a", ""]),
        ("a\u2028b\u2029c\x0b\x0c\x1c\x85d".encode(), ["a\u2028b\u2029c\x0b\x0c\x1c\x85d"]),
    ],
)
def test_a_line_ends_where_the_plugin_ends_it(raw: bytes, lines: list[str]) -> None:
    assert NoteText(raw).lines == lines


@pytest.mark.parametrize(
    ("raw", "newline"), [(b"", "\n"), (b"a\r\nb\r\nc\n", "\r\n"), (b"a\rb\rc\r\n", "\r"), (b"a\nb", "\n")]
)
def test_a_note_s_newline_is_the_one_that_most_lines_have(raw: bytes, newline: str) -> None:
    assert NoteText(raw).newline == newline


def test_white_space_is_what_ecmascript_trims() -> None:
    assert trim("\ufeff\u00a0\u3000 a \u2028\t") == "a"
    assert trim("\x1c\x85a\x1f") == "\x1c\x85a\x1f"
    assert trim_end(" a \u2029") == " a"


def test_length_is_counted_in_utf_16_units() -> None:
    assert not longer_than_one("é")
    assert longer_than_one("🙂")
    assert longer_than_one("ab")
    assert not longer_than_one("")


def test_a_digest_names_the_bytes() -> None:
    assert digest_of(b"a") == digest_of(b"a") != digest_of(b"a\n")
