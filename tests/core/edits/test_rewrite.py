"""A grade changes the schedule comment of its card and not one other byte."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.identity import Seen, Uncertain
from studyapp.core.edits.rewrite import Rewrite, with_entry
from studyapp.core.edits.standing import standing
from studyapp.core.notes.cards import Card, Question
from studyapp.core.notes.note import Note, parse_note
from studyapp.core.schedule.entries import read_entry
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import apply, reverse
from tests.conformance import adapter
from tests.helpers import strategies
from tests.helpers.rows import each_row
from tests.helpers.strategies import examples

DATA = Path(__file__).parents[2] / "data"
CASES = [json.loads(line) for line in (DATA / "review.jsonl").read_text("utf-8").splitlines()]
DEFAULTS = Settings()
ENTRY = "2031-05-06,17,230"

_BREAK = rb"(?:\r\n|\n|\r)"
_COMMENT = re.compile(
    rb"(?:" + _BREAK + rb"> ?\[!sr\|card-metadata\][^\r\n]*)?(?:" + _BREAK + rb">[ \t]*|" + _BREAK + rb"| )?"
    rb"<!--SR:[^\r\n]*?-->"
)


def outside(raw: bytes) -> bytes:
    """A note without its schedule comments, the line break or space before each, and their callouts."""
    return _COMMENT.sub(b"", raw)


def graded(raw: bytes, options: Settings, question: int = 0, side: int = 0, entry: str | None = ENTRY) -> bytes:
    note = parse_note("note.md", raw, options)
    found = note.questions[question]
    done = with_entry(raw, Seen.of(note, found, found.cards[side]), entry, options)
    assert isinstance(done, Rewrite)
    return done.raw


def handles_of(note: Note) -> list[tuple[Question, Card]]:
    return [(question, card) for question in note.questions for card in question.cards]


@each_row("case", CASES, ids=lambda case: case.get("rule", case["id"]))
def test_an_answer_is_written_as_the_plugin_writes_it_or_more_safely(case: dict[str, Any]) -> None:
    got = adapter.review(case)
    wanted = case.get("ours", case["expected"])
    assert got["text"] == wanted["text"]
    assert got["saved"] == wanted.get("saved", True)


@each_row("case", [case for case in CASES if "ours" in case], ids=lambda case: case.get("rule", case["id"]))
def test_where_we_write_differently_nothing_outside_the_comments_changes(case: dict[str, Any]) -> None:
    before = case.get("text_on_disk", case["text"]).encode("utf-8", "surrogatepass")
    after = case["ours"]["text"].encode("utf-8", "surrogatepass")
    assert outside(after) == outside(before)


@given(strategies.notes(), strategies.SETTINGS, st.data())
@examples(250)
def test_grading_changes_nothing_but_the_comment_and_the_card_is_found_again(
    raw: bytes, options: Settings, data: st.DataObject
) -> None:
    note = parse_note("note.md", raw, options)
    cards = handles_of(note)
    if not cards:
        return
    question, card = data.draw(st.sampled_from(cards))
    done = with_entry(raw, Seen.of(note, question, card), ENTRY, options)
    assert isinstance(done, Rewrite)
    assert outside(done.raw) == outside(raw)
    assert apply(done.raw, reverse(done.edits)) == raw

    again = parse_note("note.md", done.raw, options)
    card_id = question.id_of("note.md", card)
    found = again.find(card_id)
    assert found is not None, done.raw
    assert found[1].schedule == read_entry(ENTRY).schedule
    others = {q.id_of("note.md", c): c.schedule for q, c in cards if q.id_of("note.md", c) != card_id}
    assert {
        q.id_of("note.md", c): c.schedule for q, c in handles_of(again) if q.id_of("note.md", c) != card_id
    } == others
    assert [q.decks for q in again.questions] == [q.decks for q in note.questions]


@given(strategies.nasty_notes(), strategies.PLACINGS, st.data())
@examples(300)
def test_whatever_stands_around_a_card_its_grade_leaves_every_question_as_it_is(
    raw: bytes, options: Settings, data: st.DataObject
) -> None:
    note = parse_note("note.md", raw, options)
    if not (cards := handles_of(note)):
        return
    question, card = data.draw(st.sampled_from(cards))
    wanted = standing(note.questions)
    place = note.questions.index(question)
    for entry in (ENTRY, None):
        done = with_entry(raw, Seen.of(note, question, card), entry, options)
        if isinstance(done, Uncertain):
            assert options.single_line_card_separator == "->"  # a comment holds it: no place is right
            continue
        again = parse_note("note.md", done.raw, options)
        assert again == done.note
        stands = standing(again.questions)
        assert [one for one in stands if one is not stands[place]] == [
            one for one in wanted if one is not wanted[place]
        ]
        assert stands[place]._replace(entries=None) == wanted[place]._replace(entries=None)
        found = again.find(question.id_of("note.md", card))
        assert found is not None
        assert found[1].schedule == (read_entry(entry).schedule if entry else None)
        assert apply(done.raw, reverse(done.edits)) == raw


@pytest.mark.parametrize(
    "block", ["Front\n?", "Front\n??", "Front\n? ", "Front\nmore\n  ?", "Front\n?\n<!--SR:!2024-01-01,3,250-->"]
)
@pytest.mark.parametrize("end", ["", "\n", "\n\nx::y\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_question_without_an_answer_stays_one_with_comments_on_the_same_line(
    block: str, end: str, newline: str
) -> None:
    raw = f"\ufeff#flashcards\n\n{block}{end}".replace("\n", newline).encode()
    options = Settings(card_comment_on_same_line=True)
    after = graded(raw, options)
    assert outside(after) == outside(raw)
    one, other = (parse_note("note.md", each, options).questions for each in (raw, after))
    assert standing(one, entries=False) == standing(other, entries=False)
    assert other[0].cards[0].schedule == read_entry(ENTRY).schedule


@pytest.mark.parametrize("raw", [b"#flashcards\n\na\n?\nb\n~~~\nc\n~~~", b"#flashcards\n\na::b\n<!--SR:!2024-01-01"])
def test_where_the_plugin_does_not_see_its_own_comment_a_grade_stands_elsewhere(raw: bytes) -> None:
    options = Settings(card_comment_on_same_line=b"~~~" in raw)
    note = parse_note("note.md", raw, options)
    question = note.questions[0]
    done = with_entry(raw, Seen.of(note, question, question.cards[0]), ENTRY, options)
    assert isinstance(done, Rewrite)
    assert parse_note("note.md", done.raw, options).questions[0].cards[0].schedule == read_entry(ENTRY).schedule


@given(strategies.ANY_BYTES, strategies.ODD_SETTINGS | strategies.SETTINGS)
@examples(200)
def test_whatever_the_bytes_and_settings_a_grade_can_be_taken_back_to_the_same_bytes(
    raw: bytes, options: Settings
) -> None:
    note = parse_note("a/note.md", raw, options)
    for question, card in handles_of(note)[:4]:
        for entry in (ENTRY, None):
            done = with_entry(raw, Seen.of(note, question, card), entry, options)
            if isinstance(done, Rewrite):
                assert apply(done.raw, reverse(done.edits)) == raw
            else:
                assert note.conflicted


@given(strategies.notes(strategies.COMMENTS), strategies.SETTINGS)
@examples(80)
def test_entries_that_cannot_be_understood_and_surplus_ones_are_kept_byte_for_byte(
    raw: bytes, options: Settings
) -> None:
    note = parse_note("note.md", raw, options)
    for place, question in enumerate(note.questions):
        if not question.entries or not question.cards:
            continue
        after = parse_note("note.md", graded(raw, options, place), options).questions[place].entries
        for side, entry in enumerate(question.entries[1:], 1):
            if not entry.sound or side >= len(question.cards):
                assert after[side].raw == entry.raw


@pytest.mark.parametrize("comment", ["<!--SR:", "<!--SR:-->"])
def test_a_damaged_comment_on_its_own_line_stays_beside_the_new_one(comment: str) -> None:
    raw = f"#flashcards\n\na::b\n{comment}\n".encode()
    after = graded(raw, DEFAULTS)
    assert ENTRY.encode() in after
    assert outside(after) == outside(raw)


def test_a_comment_that_is_seen_is_not_moved_behind_a_tilde_fence() -> None:
    raw = b"#flashcards\n\na\n?\n~~~\nb\n~~~\n<!--SR:!2024-01-01,3,250-->\n"
    after = graded(raw, Settings(card_comment_on_same_line=True))
    assert parse_note("note.md", after, DEFAULTS).questions[0].cards[0].schedule == read_entry(ENTRY).schedule


def test_of_two_equal_questions_the_one_that_was_answered_gets_the_schedule() -> None:
    raw = b"#flashcards\n\na::b\n\na::b\n"
    assert graded(raw, DEFAULTS, question=1) == b"#flashcards\n\na::b\n\na::b\n<!--SR:!2031-05-06,17,230-->\n"


def test_a_later_answer_does_not_cut_open_a_line_that_holds_the_same_text() -> None:
    raw = b"#flashcards\n\nx a::b y\n\na::b\n"
    assert graded(raw, DEFAULTS, question=1) == raw + b"<!--SR:!2031-05-06,17,230-->\n"


def test_a_crlf_file_stays_one() -> None:
    raw = b"#flashcards\r\n\r\na\r\n?\r\nb\r\n\r\nend"
    assert graded(raw, DEFAULTS) == b"#flashcards\r\n\r\na\r\n?\r\nb\r\n<!--SR:!2031-05-06,17,230-->\r\n\r\nend"


def test_taking_back_the_first_grade_removes_the_comment_that_it_brought() -> None:
    raw = b"#flashcards\n\na::b\n\nc::d\n"
    after = graded(raw, DEFAULTS)
    assert graded(after, DEFAULTS, entry=None) == raw


def test_taking_back_keeps_the_other_cards_schedule() -> None:
    raw = b"#flashcards\n\na:::b\n<!--SR:!2024-01-01,3,250!2024-02-02,5,230-->\n"
    assert graded(raw, DEFAULTS, entry=None) == raw.replace(b"2024-01-01,3,250", b"2000-01-01,1,250")


@pytest.mark.parametrize("other", ["soon,3,250", "fsrs,never", "2024-99-99,3,250"])
def test_taking_back_keeps_an_entry_of_another_card_that_cannot_be_understood(other: str) -> None:
    raw = f"#flashcards\n\na:::b\n<!--SR:!2024-01-01,3,250!{other}-->\n".encode()
    assert graded(raw, DEFAULTS, entry=None) == raw.replace(b"2024-01-01,3,250", b"2000-01-01,1,250")


def test_taking_back_removes_a_comment_that_says_of_the_others_only_that_they_are_new() -> None:
    raw = b"#flashcards\n\na:::b\n<!--SR:!2024-01-01,3,250!2000-01-01,1,250-->\n"
    assert graded(raw, DEFAULTS, entry=None) == b"#flashcards\n\na:::b\n"


def test_a_note_with_merge_conflicts_is_not_written() -> None:
    raw = b"#flashcards\n\n<<<<<<< HEAD\na::b\n=======\na::c\n>>>>>>> theirs\n"
    note = parse_note("note.md", raw, DEFAULTS)
    question = note.questions[0]
    done = with_entry(raw, Seen.of(note, question, question.cards[0]), ENTRY, DEFAULTS)
    assert isinstance(done, Uncertain)
    assert "merge" in done.why


@pytest.mark.parametrize(
    "text",
    ["#flashcards a::b", "#flashcards a::b ^id", "#todo a\n?\nb ^id", "#tag::a ^id", "a::b ^x ^y", "a::b  "],
)
@pytest.mark.parametrize("options", [DEFAULTS, Settings(use_callouts_for_scheduling_comments=True)])
def test_the_first_grade_does_not_change_who_a_card_is(text: str, options: Settings) -> None:
    raw = f"#flashcards\n\n{text}\n".encode()
    note = parse_note("note.md", raw, options)
    card_id = note.questions[0].id_of("note.md", note.questions[0].cards[0])
    found = parse_note("note.md", graded(raw, options), options).find(card_id)
    assert found is not None
    assert found[1].schedule == read_entry(ENTRY).schedule
