"""Which card is which in a note that has changed: found if that is certain, else reported missing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from studyapp.core.edits.identity import (
    ALIKE,
    ALIKE_ALONE,
    Owners,
    Seen,
    Uncertain,
    by_likeness,
    locate,
    pairs,
)
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings

DEFAULTS = Settings()

BEFORE = (
    b"#flashcards\n\na::b ^x\n<!--SR:!2024-01-01,3,250-->\n"
    b"\nc::d\n<!--SR:!2024-02-02,4,250-->\n\nc::d\n<!--SR:!2024-03-03,5,250-->\n"
)


@pytest.mark.parametrize(
    ("place", "now", "expected"),
    [
        pytest.param(0, b"#flashcards\n\nmore\n\na::b ^x\n", "a::b", id="by its text"),
        pytest.param(0, b"#flashcards\n\na::B! ^x\n", "a::B!", id="by its block id"),
        pytest.param(0, b"#flashcards\n\na::B!\n<!--SR:!2024-01-01,3,250-->\n", "a::B!", id="by its schedule"),
        pytest.param(0, b"#flashcards\n\na::B!\n\nc::d\n", None, id="changed without a trace"),
        pytest.param(0, b"#flashcards\n\na:::b ^x\n", None, id="of another type now"),
        pytest.param(0, b"#flashcards\n\na::B! ^x\n\na::C! ^x\n", None, id="two with its block id"),
        pytest.param(0, b"", None, id="an empty note"),
        pytest.param(2, BEFORE + b"\nmore\n", "c::d", id="the second copy stays the second"),
        pytest.param(1, b"#flashcards\n\nc::d\n<!--SR:!2024-03-03,5,250-->\n", None, id="the other copy is left"),
        pytest.param(2, b"#flashcards\n\nc::d\n<!--SR:!2024-03-03,5,250-->\n", "c::d", id="only its copy is left"),
        pytest.param(2, b"#flashcards\n\nc::d\n\nc::d\n\nc::d\n", None, id="more copies, none with its schedule"),
    ],
)
def test_in_a_changed_note_a_card_is_found_or_reported_missing(place: int, now: bytes, expected: str | None) -> None:
    note = parse_note("note.md", BEFORE, DEFAULTS)
    seen = Seen.of(note, note.questions[place], note.questions[place].cards[0])
    found = locate(parse_note("note.md", now, DEFAULTS), seen)
    if expected is None:
        assert isinstance(found, Uncertain)
    else:
        assert not isinstance(found, Uncertain)
        assert found[0].text == expected


def test_copies_that_changed_places_are_told_apart_by_their_schedules() -> None:
    note = parse_note("note.md", BEFORE, DEFAULTS)
    seen = Seen.of(note, note.questions[1], note.questions[1].cards[0])
    swapped = b"#flashcards\n\nc::d\n<!--SR:!2024-03-03,5,250-->\n\nc::d\n<!--SR:!2024-02-02,4,250-->\n"
    found = locate(parse_note("note.md", swapped, DEFAULTS), seen)
    assert not isinstance(found, Uncertain)
    assert found[0].occurrence == 2


def test_a_new_card_is_not_mistaken_for_whichever_copy_has_no_schedule() -> None:
    note = parse_note("n.md", b"#flashcards\n\na::b\n", DEFAULTS)
    seen = Seen.of(note, note.questions[0], note.questions[0].cards[0])
    copied = b"#flashcards\n\na::b\n<!--SR:!2024-01-01,3,250-->\n\na::b\n"
    assert isinstance(locate(parse_note("n.md", copied, DEFAULTS), seen), Uncertain)


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ("==a== ==b== ^x", "==a== ==c== ^x", True),
        ("==a== ==b== ^x", "==a== ==b== ==c== ^x", False),
        ("==a== ==b== ^x", "==a== ^x", False),
        ("==a== ==b==\n<!--SR:!2024-01-01,3,250-->", "==a== ==c==\n<!--SR:!2024-01-01,3,250-->", True),
        ("==a== ==b==\n<!--SR:!2024-01-01,3,250-->", "==a== ==b== ==c==\n<!--SR:!2024-01-01,3,250-->", False),
        ("a::b\n<!--SR:!2024-01-01,3,250-->", "a:::b\n<!--SR:!2024-01-01,3,250-->", False),
        ("a::b ^x", "a\n?\nc ^x", False),
    ],
)
def test_a_question_that_has_another_number_of_cards_now_is_not_known_again(
    before: str, now: str, found: bool
) -> None:
    note = parse_note("n.md", f"#flashcards\n\n{before}\n".encode(), DEFAULTS)
    seen = Seen.of(note, note.questions[0], note.questions[0].cards[0])
    assert isinstance(locate(parse_note("n.md", f"#flashcards\n\n{now}\n".encode(), DEFAULTS), seen), tuple) is found


COPIES = b"#flashcards\n\na::b\n\na::b\n<!--SR:!2024-02-02,4,250-->\n\na::b\n<!--SR:!2024-03-03,5,250-->\n"


@pytest.mark.parametrize(
    ("place", "now", "occurrence"),
    [
        pytest.param(0, "a::b", 1, id="one that is left has no schedule, as it had none"),
        pytest.param(1, "a::b\n<!--SR:!2024-02-02,4,250-->", 1, id="one that is left has its schedule"),
        pytest.param(
            1,
            "a::b\n<!--SR:!2024-02-02,4,250-->\n\na::b\n<!--SR:!2024-02-02,4,250-->",
            None,
            id="two have its schedule",
        ),
        pytest.param(0, "a::b\n\na::b", None, id="two have no schedule, as it had none"),
        pytest.param(0, "a::b\n<!--SR:!2024-09-09,9,250-->\n\na::b\n\na::b", 1, id="in its place, graded since"),
        pytest.param(
            1,
            "a::b\n\na::b\n<!--SR:!2024-09-09,9,250-->\n\na::b\n<!--SR:!2024-03-03,5,250-->",
            2,
            id="in its place, as none has the schedule that was seen",
        ),
    ],
)
def test_of_copies_in_a_changed_note_the_right_one_is_found_or_none(
    place: int, now: str, occurrence: int | None
) -> None:
    note = parse_note("n.md", COPIES, DEFAULTS)
    seen = Seen.of(note, note.questions[place], note.questions[place].cards[0])
    found = locate(parse_note("n.md", f"#flashcards\n\n{now}\n".encode(), DEFAULTS), seen)
    assert (None if isinstance(found, Uncertain) else found[0].occurrence) == occurrence


@pytest.mark.parametrize(
    ("now", "occurrence"),
    [
        ("a::b\n\na::b ^x", 2),
        ("a::b ^x\n\na::b ^x", None),
        ("a::b ^y\n\na::b", None),
    ],
)
def test_a_block_id_tells_copies_apart(now: str, occurrence: int | None) -> None:
    note = parse_note("n.md", b"#flashcards\n\na::b ^x\n\na::b\n\na::b\n", DEFAULTS)
    seen = Seen.of(note, note.questions[0], note.questions[0].cards[0])
    found = locate(parse_note("n.md", f"#flashcards\n\n{now}\n".encode(), DEFAULTS), seen)
    assert (None if isinstance(found, Uncertain) else found[0].occurrence) == occurrence


def test_a_card_that_other_settings_do_not_make_is_not_found() -> None:
    raw = b"#flashcards\n\na\n??\nb\n"
    note = parse_note("n.md", raw, DEFAULTS)
    plain = Settings(multiline_card_separator="??", multiline_reversed_card_separator="???")
    sides = [
        locate(parse_note("n.md", raw, plain), Seen.of(note, note.questions[0], card))
        for card in note.questions[0].cards
    ]
    assert not isinstance(sides[0], Uncertain)
    assert isinstance(sides[1], Uncertain)
    assert "fewer cards" in sides[1].why


@pytest.mark.parametrize(
    ("entries", "owner"),
    [
        (["x"], None),
        (["y"], "one.md"),
        (["x", "y"], "one.md"),
        (["x", "z"], "two.md"),
        (["y", "z"], None),
        (["unknown"], None),
        (["unknown", "y"], "one.md"),
        ([], None),
    ],
)
def test_a_schedule_has_an_owner_where_the_log_names_one_question_for_all_its_entries(
    entries: list[str], owner: str | None
) -> None:
    written = [("x", "one.md"), ("y", "one.md"), ("x", "two.md"), ("z", "two.md")]
    found = Owners((entry, CardId(path, "key", 1, 2)) for entry, path in written).of(entries)
    assert found == (None if owner is None else CardId(owner, "key", 1, 1))


def test_a_side_that_no_card_has_is_not_the_last_one() -> None:
    note = parse_note("note.md", BEFORE, DEFAULTS)
    seen = Seen.of(note, note.questions[0], note.questions[0].cards[0])
    for side in (-1, 0, 2):
        assert isinstance(locate(note, replace(seen, id=replace(seen.id, side=side))), Uncertain)


def test_a_card_without_schedule_is_not_taken_for_the_one_copy_that_has_none_either() -> None:
    one, two = b"#flashcards\n\na::b\n", b"#flashcards\n\na::b\n<!--SR:!2024-01-01,3,250-->\n\na::b\n"
    before, after = (parse_note("n.md", raw, DEFAULTS).questions for raw in (one, two))
    assert pairs(before, after) == {0: 0}


@pytest.mark.parametrize(("count", "found"), [(1, {0: 0}), (2, {})])
def test_two_texts_that_changed_have_to_be_more_alike_than_one(count: int, found: dict[int, int]) -> None:
    before, after = (
        parse_note("note.md", b"#flashcards\n\n" + b"\n\n".join(texts[:count]), DEFAULTS).questions
        for texts in (
            [b"abcdefghijkl mnop::answer", b"0123456789 qrstu::answer"],
            [b"abcdefgh UVW XYZ KLMNO PQRST::answer", b"0123456 UVW XYZ KLMNO PQRST::answer"],
        )
    )
    assert ALIKE_ALONE <= by_likeness(before[0], after[0]) < ALIKE
    assert pairs(before, after) == found
