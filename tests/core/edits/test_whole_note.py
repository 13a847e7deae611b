"""The schedule of a whole note in its front matter: nothing else in the file may change."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.whole_note import read_values, schedule_edits
from studyapp.core.errors import NoteError
from studyapp.core.schedule.entries import Sm2
from studyapp.core.text.front_matter import read_front_matter
from studyapp.core.text.note_text import NoteText, apply, reverse

NEW = Sm2(date(2024, 6, 19), 4, 270)


def changed(raw: bytes, schedule: Sm2 | None = NEW) -> bytes:
    return apply(raw, schedule_edits("n.md", NoteText(raw), schedule))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            b"---\nsr-due: 2024-06-15\nsr-interval: 2\nsr-ease: 250\n---\ntext\n",
            b"---\nsr-due: 2024-06-19\nsr-interval: 4\nsr-ease: 270\n---\ntext\n",
        ),
        (
            b"---\nsr-ease:   250 # mine\ntags: [a, 'b']\nsr-due: '2024-06-15'\n\nsr-interval: 2.5\nx: |\n  y\n---\n",
            b"---\nsr-ease:   270 # mine\ntags: [a, 'b']\nsr-due: '2024-06-19'\n\nsr-interval: 4\nx: |\n  y\n---\n",
        ),
        (
            b"---\r\ntags: review\r\n---\r\ntext",
            b"---\r\ntags: review\r\nsr-due: 2024-06-19\r\nsr-interval: 4\r\nsr-ease: 270\r\n---\r\ntext",
        ),
        (b"---\n---\nx", b"---\nsr-due: 2024-06-19\nsr-interval: 4\nsr-ease: 270\n---\nx"),
        (b"#review \xff\n", b"---\nsr-due: 2024-06-19\nsr-interval: 4\nsr-ease: 270\n---\n#review \xff\n"),
        (b"", b"---\nsr-due: 2024-06-19\nsr-interval: 4\nsr-ease: 270\n---\n"),
        (
            b'---\nsr-due:\nsr-ease: "250"\n---\n',
            b'---\nsr-due: 2024-06-19\nsr-ease: "270"\nsr-interval: 4\n---\n',
        ),
        (
            b"---\n{tags: review, sr-due: 2024-06-15, sr-interval: 2, sr-ease: 250}\n---\n",
            b"---\n{tags: review, sr-due: 2024-06-19, sr-interval: 4, sr-ease: 270}\n---\n",
        ),
    ],
)
def test_only_the_three_values_change(before: bytes, after: bytes) -> None:
    assert changed(before) == after


@pytest.mark.parametrize(
    "raw",
    [
        b"---\na: [1\n---\n",
        b"---\nsr-due: |\n  2024-06-15\n---\n",
        b"---\nx: &a 2024-06-15\nsr-due: *a\n---\n",
        b"---\nsr-due: 2024-06-15\nsr-due: 2024-06-16\n---\n",
        b"---\n{tags: review}\n---\n",
        b"---\n- a\n- b\n---\n",
        b"---\nno end\n",
        b"\xef\xbb\xbf#review\n",
        b"---\na: 1\n---\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n",
    ],
)
def test_what_cannot_be_changed_for_certain_is_refused(raw: bytes) -> None:
    with pytest.raises(NoteError, match=r"n\.md"):
        changed(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"---\n{tags: review, sr-due: 2024-06-15, sr-interval: 2, sr-ease: 250}\n---\n",
        b"---\n{\nsr-due: 2024-06-15, sr-interval: 2, sr-ease: 250 }\n---\n",
    ],
)
def test_a_schedule_is_left_where_taking_it_out_would_change_anything_else(raw: bytes) -> None:
    with pytest.raises(NoteError, match="safely"):
        changed(raw, None)


def test_a_schedule_that_would_be_read_as_another_is_not_written() -> None:
    with pytest.raises(NoteError, match="safely"):
        changed(b"---\ntags: review\n---\n", Sm2(None, 4, 270))


def test_front_matter_that_cannot_be_read_is_given_as_the_reason() -> None:
    with pytest.raises(NoteError, match=r"can't read the front matter \("):
        changed(b"---\na: [1\n---\n")


def test_a_schedule_is_taken_out_again() -> None:
    raw = b"---\ntags: review\nsr-due: 2024-06-15\nsr-interval: 2\nsr-ease: 250\n---\nx\n"
    assert changed(raw, None) == b"---\ntags: review\n---\nx\n"


def test_a_schedule_counts_only_when_it_is_whole() -> None:
    whole = {"sr-due": "2024-06-15", "sr-interval": 2.5, "sr-ease": "250"}
    assert read_values(whole) == Sm2(date(2024, 6, 15), 2.5, 250)
    for key in whole:
        assert read_values({name: value for name, value in whole.items() if name != key}) is None
    unsound = read_values(whole | {"sr-due": "soon", "sr-ease": "much"})
    assert unsound is not None
    assert unsound.due is None
    assert unsound.ease != unsound.ease


LINES = st.sampled_from(
    [
        *(
            "tags: [review, x]",
            "# a remark",
            "aliases:",
            "  - 'it''s'",
            'title: "a: b"',
            "n: 1.50",
            "",
            "e: |",
            "  two",
        ),
        *(
            "sr-due: 2024-06-15",
            "sr-due:   '2024-06-15'  # day",
            "sr-interval: 2",
            "sr-interval: 2.0 ",
            "sr-ease: 250",
        ),
        *('"sr-ease": 230', "sr-id: 7", "date: 2024-01-01", "nested: {a: [1, 2]}", "…: ü"),
    ]
)


@given(st.lists(LINES, max_size=8), st.sampled_from(["\n", "\r\n"]), st.text(max_size=30), st.booleans())
def test_all_but_the_values_stays_byte_for_byte(block: list[str], end: str, body: str, fenced: bool) -> None:
    lines = ["---", *block, "---", body] if fenced else [body]
    raw = end.join(lines).encode("utf-8", "surrogateescape")
    note = NoteText(raw)
    try:
        edits = schedule_edits("n.md", note, NEW)
    except NoteError:
        return
    after = apply(raw, edits)
    assert read_values(read_front_matter(NoteText(after).lines).values) == NEW
    assert apply(after, reverse(edits)) == raw
    for edit in edits:
        line = note.lines[note.line_of(len(raw[: edit.span.start].decode("utf-8", "surrogateescape")))]
        if edit.old or (edit.new.strip().count(b"\n") == 0 and b":" not in edit.new):
            assert line.strip('"').startswith("sr-")
        else:
            assert all(part.startswith((b"sr-", b"---")) for part in edit.new.splitlines())
            assert line == "---" or not fenced


def test_a_value_that_another_one_refers_to_is_not_changed() -> None:
    with pytest.raises(NoteError, match="can't be changed safely"):
        changed(b"---\nsr-due: 2024-06-15\nsr-interval: &days 2\nsr-ease: 250\nx: *days\n---\n")
