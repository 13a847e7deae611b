from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.disk.three_way import with_both
from tests.helpers.tiers import tiered

BASE = b"#flashcards\n\none::1\n<!--SR:!2024-06-10,4,250-->\n\nSome prose here.\n"


def test_changes_at_different_places_are_both_kept() -> None:
    one = BASE.replace(b"prose", b"good prose")
    two = BASE.replace(b"2024-06-10,4", b"2024-07-01,9")
    assert with_both(BASE, one, two) == one.replace(b"2024-06-10,4", b"2024-07-01,9") == with_both(BASE, two, one)


def test_an_edit_and_a_schedule_in_one_line_are_both_kept() -> None:
    line = b"a long paragraph::an answer <!--SR:!2024-06-10,4,250-->\n"
    edited, graded = line.replace(b"long", b"short"), line.replace(b"2024-06-10,4", b"2024-07-01,9")
    assert with_both(line, edited, graded) == edited.replace(b"2024-06-10,4", b"2024-07-01,9")


def test_words_added_at_the_same_place_are_all_kept() -> None:
    one, two = BASE.replace(b"prose", b"A prose"), BASE.replace(b"prose", b"B prose")
    merged = with_both(BASE, one, two)
    assert merged is not None
    assert merged.count(b"A ") == merged.count(b"B ") == 1


def test_the_same_change_is_made_once() -> None:
    one = BASE.replace(b"one::1", b"one::2")
    assert with_both(BASE, one, one) == one


def test_a_change_that_one_has_already_taken_from_the_other_comes_once() -> None:
    one = BASE.replace(b"prose", b"good prose")
    two = one.replace(b"good", b"very good, quite").replace(b"here", b"there")
    both = BASE.replace(b"prose", b"good old prose")
    assert with_both(BASE, one, both) == with_both(BASE, both, one) == both
    assert with_both(BASE, both, both) == both
    assert with_both(one, two, one) == two


def test_where_both_changed_the_same_words_there_is_no_merge() -> None:
    assert with_both(BASE, BASE.replace(b"prose", b"verse"), BASE.replace(b"prose here.", b"rhymes.")) is None


WORDS = st.lists(st.sampled_from([b"a", b"b", b" ", b"\n", b"c", b"  ", b"\xff"]), max_size=20).map(b"".join)


@given(WORDS, WORDS)
def test_a_text_that_only_one_has_changed_is_that_one_byte_for_byte(base: bytes, changed: bytes) -> None:
    assert with_both(base, changed, base) == changed
    assert with_both(base, base, changed) == changed
    assert with_both(base, changed, changed) == changed


@given(WORDS, st.integers(0, 20), st.integers(0, 20))
def test_words_put_in_anywhere_are_both_kept(base: bytes, first: int, second: int) -> None:
    one = base[:first] + b" ONE " + base[first:]
    two = base[:second] + b" TWO " + base[second:]
    merged = with_both(base, one, two)
    assert merged is None or (b"ONE" in merged and b"TWO" in merged)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 7))
def test_words_that_are_there_already_are_not_put_in_again(words: int, first: int, second: int) -> None:
    base = [b"%d" % number for number in range(words)]
    one = [*base[:first], b"ONE", *base[first:]]
    both = [*one[:second], b"TWO", *one[second:]]
    texts = [b" ".join(text) + b"\n" for text in (base, both, one)]
    assert with_both(*texts) == texts[1]


def test_a_change_that_differs_in_spaces_only_is_not_lost() -> None:
    one, two = BASE.replace(b"prose", b"good prose"), BASE.replace(b"prose", b"good  prose")
    merged = with_both(BASE, one, two)
    assert merged is not None
    assert b"good" in merged


LINES = [b"line %d of a long note\n" % number for number in range(5000)]


def test_a_long_note_with_changes_all_over_it_is_merged_line_by_line() -> None:
    one, two = list(LINES), list(LINES)
    one[::7] = [line.replace(b"long", b"very long") for line in one[::7]]
    two[3::7] = [line.replace(b"note", b"text") for line in two[3::7]]
    both = list(one)
    both[3::7] = two[3::7]
    assert with_both(b"".join(LINES), b"".join(one), b"".join(two)) == b"".join(both)


@tiered(
    "base, one, two",
    [
        (b"a b " * 20_000, b"b a " * 20_000, b"a b b " * 14_000),
        (b"a\n" * 60_000, b"a\nb\n" * 50_000, b"a\nc\n" * 50_000),
        (b"a " * 800, b"b " * 800, b"a " * 799 + b"c"),
        (b"".join(LINES), b"".join(reversed(LINES)), b"".join(LINES).replace(b"5", b"6")),
        (b"".join(LINES), b"".join(LINES).replace(b"long", b"short"), b"".join(LINES).replace(b"long", b"new")),
    ],
    ids=["words", "lines", "one line", "upside down", "each line"],
)
def test_what_would_take_minutes_to_compare_by_words_is_not_merged_by_them(
    base: bytes, one: bytes, two: bytes
) -> None:
    assert with_both(base, one, two) is None
    assert with_both(base, one, base) == with_both(base, base, one) == one


def test_where_one_change_is_far_from_the_other_the_size_of_a_note_does_not_matter() -> None:
    base = b"word and " * 500_000 + b"\n\nmiddle\n\n" + b"word or " * 500_000
    one, two = base.replace(b"middle", b"a middle"), base.replace(b"middle", b"middle b")
    assert with_both(base, one, two) == base.replace(b"middle", b"a middle b")
