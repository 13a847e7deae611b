"""A grade changes the schedule comment of its card and not one byte else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.core.cards import Card, Question
from studyapp.core.note import Note, parse_note
from studyapp.core.rewrite import Rewrite, Seen, Uncertain, locate, with_entry
from studyapp.core.schedule import read_entry
from studyapp.core.settings import Settings
from studyapp.core.text import apply, reverse
from tests import strategies
from tests.conformance import adapter

DATA = Path(__file__).parents[1] / "data"
CASES = [json.loads(line) for line in (DATA / "review.jsonl").read_text("utf-8").splitlines()]
DEFAULTS = Settings()
ENTRY = "2031-05-06,17,230"

_BREAK = rb"(?:\r\n|\n|\r)"
_COMMENT = re.compile(
    rb"(?:" + _BREAK + rb"> ?\[!sr\|card-metadata\][^\r\n]*)?(?:" + _BREAK + rb">[ \t]*|" + _BREAK + rb"| )?"
    rb"<!--SR:[^\r\n]*?-->"
)


def outside(raw: bytes) -> bytes:
    """A note without its schedule comments, each with the one line break or space, and the callout, before it."""
    return _COMMENT.sub(b"", raw)


def graded(raw: bytes, options: Settings, question: int = 0, side: int = 0, entry: str | None = ENTRY) -> bytes:
    note = parse_note("note.md", raw, options)
    found = note.questions[question]
    done = with_entry(raw, Seen.of(note, found, found.cards[side]), entry, options)
    assert isinstance(done, Rewrite)
    return done.raw


def hidden_by_the_plugin(question: Question, options: Settings) -> bool:
    """Where the plugin itself does not see the comment that it writes, and we write the same: see the tests below."""
    return options.card_comment_on_same_line and question.text.endswith("~~~") and not question.entries


def cards_of(note: Note) -> list[tuple[Question, Card]]:
    return [(question, card) for question in note.questions for card in question.cards]


@pytest.mark.parametrize("case", CASES, ids=[case.get("rule", case["id"]) for case in CASES])
def test_an_answer_is_written_as_the_plugin_writes_it_or_more_safely(case: dict[str, Any]) -> None:
    got = adapter.review(case)
    wanted = case.get("ours", case["expected"])
    assert got["text"] == wanted["text"]
    assert got["saved"] == wanted.get("saved", True)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "ours" in case], ids=lambda case: case.get("rule", case["id"])
)
def test_where_we_write_differently_nothing_outside_the_comments_changes(case: dict[str, Any]) -> None:
    before = case.get("text_on_disk", case["text"]).encode("utf-8", "surrogatepass")
    after = case["ours"]["text"].encode("utf-8", "surrogatepass")
    assert outside(after) == outside(before)


@given(strategies.notes(), strategies.SETTINGS, st.data())
@settings(max_examples=250)
def test_grading_changes_nothing_but_the_comment_and_the_card_is_found_again(
    raw: bytes, options: Settings, data: st.DataObject
) -> None:
    note = parse_note("note.md", raw, options)
    cards = cards_of(note)
    gradable = [place for place in cards if not hidden_by_the_plugin(place[0], options)]
    if not gradable:
        return
    question, card = data.draw(st.sampled_from(gradable))
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
        q.id_of("note.md", c): c.schedule for q, c in cards_of(again) if q.id_of("note.md", c) != card_id
    } == others
    assert [q.decks for q in again.questions] == [q.decks for q in note.questions]
