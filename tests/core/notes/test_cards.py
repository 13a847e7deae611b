"""The parts of a question's text, its cards, and their identity."""

from __future__ import annotations

import pytest

from studyapp.core.errors import CardNotFoundError
from studyapp.core.notes.cards import CardId, lasting_text, split_text
from studyapp.core.settings.model import Settings

DEFAULTS = Settings()


@pytest.mark.parametrize(
    ("original", "text", "body", "tag", "block_id"),
    [
        ("a::b", "a::b", "a::b", None, None),
        ("#t a::b", "#t a::b", "a::b", "#t", None),
        ("#t//u/ a::b", "#t/u a::b", "a::b", "#t/u", None),
        ("- #t a::b", "- #t a::b", "- #t a::b", None, None),
        ("a::b ^id-1", "a::b", "a::b", None, "^id-1"),
        ("a::b ^id_1", "a::b ^id_1", "a::b ^id_1", None, None),
        ("a::b\n^id", "a::b\n^id", "a::b\n^id", None, None),
        ("a::b <!--SR:x--> ^id", "a::b", "a::b", None, "^id"),
        ("a::b ^id\n<!--SR:x-->", "a::b", "a::b", None, "^id"),
        ("#t a::b ^id\n<!--SR:x-->", "#t a::b ^id\n", "a::b ^id\n", "#t", None),
        ("a::b <!--SR:x--> c", "a::b  c", "a::b  c", None, None),
    ],
)
def test_a_question_s_text_is_taken_apart(
    original: str, text: str, body: str, tag: str | None, block_id: str | None
) -> None:
    parts = split_text(original, DEFAULTS)
    assert (parts.text, parts.body, parts.tag, parts.block_id) == (text, body, tag, block_id)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a::b", "a::b"),
        ("#t a::b\n", "#t a::b"),
        ("#t a::b ^id\n", "#t a::b"),
        ("a::b\n> [!sr|card-metadata] \n>", "a::b"),
        ("a::b ^id\n> [!sr|card-metadata]\n>", "a::b"),
        ("a\n?\nb\n>", "a\n?\nb\n>"),
    ],
)
def test_a_question_is_known_by_what_its_first_grade_does_not_change(text: str, expected: str) -> None:
    assert lasting_text(text) == expected


@pytest.mark.parametrize("path", ["note.md", "a:b/c: d.md", "ü/一.md", "x:1:2:3"])
def test_an_id_is_read_back_from_its_text(path: str) -> None:
    card_id = CardId(path, "1b0fadad4cb83", 2, 1)
    assert CardId.parse(str(card_id)) == card_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "note.md",
        "note.md:abc:1",
        "note.md:abc:x:1",
        "note.md:abc:-1:1",
        "note.md:abc:１:1",
        f"note.md:abc:{'9' * 5000}:1",
    ],
)
def test_text_that_is_not_an_id_is_refused_with_the_way_to_find_one(text: str) -> None:
    with pytest.raises(CardNotFoundError, match="studyapp cards"):
        CardId.parse(text)
