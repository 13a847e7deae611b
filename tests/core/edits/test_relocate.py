"""An edit is found in a note that has changed, by what surrounded it, or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.identity import Uncertain
from studyapp.core.edits.relocate import Change, Context, contexts, relocated
from studyapp.core.text.note_text import Edit, Span, apply

ABOVE, BELOW = b"What stands above it, long enough.\n", b"What stands below it, long enough.\n"
OLD, NEW = b"<!--SR:!2024-01-01,3,250!2024-02-02,4,250-->", b"<!--SR:!2024-01-01,3,250-->"


def change_of(raw: bytes, *pairs: tuple[bytes, bytes]) -> Change:
    """Edits of texts that occur once in a note, in order."""
    edits = tuple(Edit(Span(raw.index(old), raw.index(old) + len(old)), old, new) for old, new in pairs)
    return Change("", "", edits, had_comment=True, contexts=contexts(raw, edits))


def made(raw: bytes, change: Change, *, back: bool = False) -> bytes | None:
    """The note with the edits made or undone; None if that is refused."""
    edits = relocated(raw, change, back=back)
    return None if isinstance(edits, Uncertain) else apply(raw, edits)


def test_what_stands_around_an_edit_ends_where_the_next_one_begins() -> None:
    raw = b"x" * 200 + b"one" + b"between" + b"two" + b"y" * 200
    edits = (Edit(Span(200, 203), b"one", b"1"), Edit(Span(210, 213), b"two", b""))
    assert contexts(raw, edits) == (Context(b"x" * 120, b"between"), Context(b"between", b"y" * 120))
    assert contexts(b"one", (Edit(Span(0, 3), b"one", b""),)) == (Context(b"", b""),)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_an_edit_follows_its_place_there_and_back(before: bytes, after: bytes) -> None:
    raw = ABOVE + OLD + b"\n" + BELOW
    change = change_of(raw, (OLD, NEW))
    there = made(before + raw + after, change)
    assert there in (None, before + ABOVE + NEW + b"\n" + BELOW + after)
    if there is not None:
        assert made(there, change, back=True) == before + raw + after


def test_of_two_equal_places_none_is_certain() -> None:
    raw = ABOVE + OLD + BELOW
    change = change_of(raw, (OLD, NEW))
    assert made(b"more\n" + raw, change) is not None
    assert made(raw + raw, change) is None
    assert made(raw + b"between\n" + raw, change) is None
    assert made(ABOVE + NEW + BELOW + ABOVE + NEW + BELOW, change, back=True) is None


def test_what_is_near_is_enough_where_what_is_far_has_changed() -> None:
    far, near, old = b"f" * 90, b"n" * 30, b"short"
    change = change_of(far + near + old + near[::-1] + far, (old, b"longer"))
    assert made(b"F" * 90 + near + old + near + b"F" * 90, change) == b"F" * 90 + near + b"longer" + near + b"F" * 90
    assert made(b"F" * 100 + near[:20] + old + near[:20] + b"F" * 100, change) is None


def test_the_most_that_stood_around_it_tells_two_places_apart() -> None:
    near, old = b"n" * 40, b"short"
    one, other = b"1" * 80 + near + old + near, b"2" * 80 + near + old + near
    edit = Edit(Span(len(one) + 120, len(one) + 125), old, b"longer")
    change = Change("", "", (edit,), had_comment=True, contexts=contexts(one + other, (edit,)))
    assert made(one + other, change) == one + b"2" * 80 + near + b"longer" + near


@pytest.mark.parametrize(("old", "found"), [(b"o" * 24, True), (b"o" * 23, False)])
def test_a_long_text_is_recognised_by_itself_and_a_short_one_is_not(old: bytes, found: bool) -> None:
    change = change_of(ABOVE + old + BELOW, (old, b"n"))
    assert made(b"Other" + old + b"Other", change) == (b"OthernOther" if found else None)
    assert made(b"Other" + old + b"Other" + old, change) is None


@pytest.mark.parametrize(("old", "found"), [(b"o" * 12, True), (b"o" * 11, False)])
def test_with_too_few_bytes_no_place_is_certain(old: bytes, found: bool) -> None:
    change = change_of(old, (old, b"n"))
    assert made(b"above\n" + old, change) == (b"above\nn" if found else None)


def test_edits_that_would_come_in_another_order_are_refused() -> None:
    one, other = b"The first of two sentences here.", b"The second of two sentences here."
    change = change_of(ABOVE + one + BELOW + other, (one, b"1"), (other, b"2"))
    assert made(ABOVE + one + BELOW + b"more" + other, change) == ABOVE + b"1" + BELOW + b"more2"
    assert made(other + b"moved\n" + one, change) is None


def test_all_edits_are_made_or_none() -> None:
    one, other = b"The first of two sentences here.", b"The second of two sentences here."
    change = change_of(ABOVE + one + BELOW + other, (one, b"1"), (other, b"2"))
    assert made(ABOVE + one + BELOW, change) is None


def test_a_change_with_unknown_surroundings_is_refused() -> None:
    raw = ABOVE + OLD + BELOW
    known = change_of(raw, (OLD, NEW))
    assert made(raw, Change("", "", known.edits, had_comment=True)) is None
    assert made(raw, Change("", "", known.edits, had_comment=True, contexts=known.contexts * 2)) is None
