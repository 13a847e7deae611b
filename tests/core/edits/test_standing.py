"""After an edit of ours, the questions are all there, as they were."""

from __future__ import annotations

import pytest

from studyapp.core.edits.standing import bare_text, loses_a_question, standing
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, Span, apply

RAW = b"#flashcards\n\na\n?\nb\n<!--SR:!2024-01-01,3,250-->\n\nc::d\n<!--SR:!2024-02-02,4,250-->\n\ne::f\n"


def edit(old: bytes, new: bytes) -> Edit:
    start = RAW.index(old)
    return Edit(Span(start, start + len(old)), old, new)


@pytest.mark.parametrize(
    ("old", "new", "loses"),
    [
        pytest.param(b"", b"", False, id="nothing"),
        pytest.param(b"2024-02-02,4", b"2025-02-02,9", False, id="a comment says something else"),
        pytest.param(b"\n<!--SR:!2024-02-02,4,250-->", b"", False, id="a comment is taken away"),
        pytest.param(b"c::d\n<!--SR:!2024-02-02,4,250-->\n\n", b"", False, id="a question goes with its comment"),
        pytest.param(b"?\nb\n", b"? <!--SR:!2024-01-01,3,250-->\nb\n", False, id="of the question that is rewritten"),
        pytest.param(b"?", b"? <!--SR:!2024-01-01,3,250-->", False, id="also where its separator is"),
        pytest.param(b"a\n", b"a\n\n", False, id="its own text"),
    ],
)
def test_what_is_not_touched_must_stay(old: bytes, new: bytes, loses: bool) -> None:
    made = (edit(old, new),)
    before, after = (parse_note("n.md", raw, Settings()) for raw in (RAW, apply(RAW, made)))
    assert loses_a_question(before, after, RAW, made) is loses


@pytest.mark.parametrize(
    ("place", "new"),
    [
        pytest.param(b"\nb\n", b" <!--SR:!2024-01-01,3,250-->", id="a comment behind a separator"),
        pytest.param(b"\nc::d", b"\n```", id="a fence above"),
        pytest.param(b"a\n?", b"<!-- ", id="an open comment"),
        pytest.param(b"\n<!--SR:!2024-02", b"\n\n", id="a line between a question and its comment, elsewhere"),
    ],
)
def test_a_question_that_an_insertion_takes_away_is_missed(place: bytes, new: bytes) -> None:
    start = RAW.index(place)
    made = (Edit(Span(start, start), b"", new),)
    before, after = (parse_note("n.md", raw, Settings()) for raw in (RAW, apply(RAW, made)))
    lost = loses_a_question(before, after, RAW, made)
    assert lost is (new != b"\n\n")


def test_a_far_comment_that_would_be_read_otherwise_is_missed() -> None:
    raw = b"#flashcards\n\na::b\n\nx\n\nc::d\n<!--SR:!2024-02-02,4,250-->\n"
    before = parse_note("n.md", raw, Settings())
    after = parse_note("n.md", raw.replace(b"2024-02-02", b"2024-02-03"), Settings())
    made = (Edit(Span(0, 0), b"", b""),)
    assert loses_a_question(before, after, raw, made)


def test_what_a_grade_brings_is_not_part_of_a_questions_identity() -> None:
    bare = b"#flashcards\n\n#flashcards/x a\n?\nb ^id\n"
    graded = bare.replace(b" ^id", b" ^id\n<!--SR:!2024-01-01,3,250-->")
    one, other = (standing(parse_note("n.md", raw, Settings()).questions, entries=False) for raw in (bare, graded))
    assert one == other
    assert bare_text("a::b\n<!--SR:!2024-01-01") == "a::b"
