"""Where a schedule comment goes; removing it leaves what was there before."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.comments import erase_comment, new_entries, write_comment
from studyapp.core.notes.note import parse_note, parse_text
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText, apply
from tests.helpers import strategies
from tests.helpers.rows import each_row
from tests.helpers.strategies import examples

ENTRY = "2031-05-06,17,230"
COMMENT = f"<!--SR:!{ENTRY}-->"
HEAD = "#flashcards\n\n"
NEXT_LINE, SAME_LINE = Settings(), Settings(card_comment_on_same_line=True)
CALLOUT = Settings(use_callouts_for_scheduling_comments=True)


def written(body: str, options: Settings = NEXT_LINE) -> str:
    head = HEAD.replace("\n", next((end for end in ("\r\n", "\n", "\r") if end in body), "\n"))
    raw = (head + body).encode()
    text = NoteText(raw)
    question = parse_text("note.md", text, options).questions[0]
    return apply(raw, write_comment(text, question, [ENTRY], options)).decode().removeprefix(head)


@each_row(
    "body, options, after",
    [
        ("a::b\n", NEXT_LINE, f"a::b\n{COMMENT}\n"),
        ("a::b", NEXT_LINE, f"a::b\n{COMMENT}"),
        ("a::b\n", SAME_LINE, f"a::b {COMMENT}\n"),
        ("a::b\n", CALLOUT, f"a::b\n> [!sr|card-metadata] \n>  {COMMENT}\n"),
        ("a::b ^id\n", NEXT_LINE, f"a::b ^id\n{COMMENT}\n"),
        ("a::b ^id\n", SAME_LINE, f"a::b {COMMENT} ^id\n"),
        ("a\n?\n```\nb\n```\n", SAME_LINE, f"a\n?\n```\nb\n```\n{COMMENT}\n"),
        ("a::b\n<!--SR:!2024-01-01,3,250-->\n", NEXT_LINE, f"a::b\n{COMMENT}\n"),
        ("a::b <!--SR:!2024-01-01,3,250-->\n", NEXT_LINE, f"a::b\n{COMMENT}\n"),
        ("a::b\n<!--SR:!2024-01-01,3,250-->\n", SAME_LINE, f"a::b {COMMENT}\n"),
        ("a\n?\n<!--SR:!2024-01-01,3,250-->\nb\n", NEXT_LINE, f"a\n?\n{COMMENT}\nb\n"),
        ("a\n?\nb  \n\n", NEXT_LINE, f"a\n?\nb\n{COMMENT}  \n\n"),
        ("a::b\r\n", NEXT_LINE, f"a::b\r\n{COMMENT}\r\n"),
        ("a::b\r\nc::d", NEXT_LINE, f"a::b\r\n{COMMENT}\r\nc::d"),
        ("a::b ^id\r\n\r\n", NEXT_LINE, f"a::b ^id\r\n{COMMENT}\r\n\r\n"),
        ("a::b <!--SR:!2024-01-01,3,250-->\r\n", NEXT_LINE, f"a::b\r\n{COMMENT}\r\n"),
        ("==a==\r\n", NEXT_LINE, f"==a==\r\n{COMMENT}\r\n"),
        ("a:::b\r", NEXT_LINE, f"a:::b\r{COMMENT}\r"),
        ("a::b\r\n", CALLOUT, f"a::b\r\n> [!sr|card-metadata] \r\n>  {COMMENT}\r\n"),
        ("a\r\n?\r\nb\r\n", NEXT_LINE, f"a\r\n?\r\nb\r\n{COMMENT}\r\n"),
        ("a\r\n?\r\nb\r\n", CALLOUT, f"a\r\n?\r\nb\r\n> [!sr|card-metadata] \r\n>  {COMMENT}\r\n"),
        ("a\n?\nb\n<!-- x -->\nskipped\nc\n", NEXT_LINE, f"a\n?\nb\n<!-- x -->\nskipped\nc\n{COMMENT}\n"),
        ("==a==\n```\n", NEXT_LINE, f"==a=={COMMENT}\n```\n"),  # after the open fence it would be text
    ],
)
def test_the_comment_goes_where_the_plugin_puts_it(body: str, options: Settings, after: str) -> None:
    assert written(body, options) == after


@given(strategies.notes(strategies.COMMENTS), strategies.SETTINGS)
@examples(100)
def test_a_comment_that_was_added_can_be_taken_away_again_to_the_byte(raw: bytes, options: Settings) -> None:
    text = NoteText(raw)
    for place, question in enumerate(parse_text("note.md", text, options).questions):
        start, end = text.byte(text.place(question.sources[0])), text.byte(text.line_end(question.sources[-1]))
        if b"<!--SR:" in raw[start:end]:
            continue
        with_comment = NoteText(apply(raw, write_comment(text, question, [ENTRY], options)))
        again = parse_text("note.md", with_comment, options).questions[place]
        assert apply(with_comment.raw, erase_comment(with_comment, again)) == raw


def test_taking_a_comment_away_keeps_what_it_stands_behind() -> None:
    raw = f"{HEAD}a::<b>b</b> {COMMENT}\n".encode()
    text = NoteText(raw)
    question = parse_text("note.md", text, SAME_LINE).questions[0]
    assert apply(raw, erase_comment(text, question)) == f"{HEAD}a::<b>b</b>\n".encode()


def entries_of(comment: str, cards: str, side: int, written: tuple[str, ...] = ()) -> list[str]:
    text = NoteText(f"{HEAD}{cards}\n{comment}".encode())
    return new_entries(parse_text("note.md", text, NEXT_LINE).questions[0], side, "NEW", 250, written)


@pytest.mark.parametrize(
    ("comment", "cards", "side", "expected"),
    [
        ("", "a::b", 0, ["NEW"]),
        ("", "a:::b", 1, ["2000-01-01,1,250", "NEW"]),
        ("<!--SR:!2024-01-01,3.7,250!x,y-->", "a:::b", 0, ["NEW", "x,y"]),
        ("<!--SR:!2024-01-01,3.7,250-->", "a:::b", 1, ["2024-01-01,3,250", "NEW"]),
        ("<!--SR:!2024-01-01,3,250!2024-05-05,7.7,250-->", "a::b", 0, ["NEW", "2024-05-05,7.7,250"]),
        ("<!--SR:!01-02-2024,3,250-->", "a:::b", 1, ["2024-02-01,3,250", "NEW"]),
    ],
)
def test_the_other_cards_keep_their_entries(comment: str, cards: str, side: int, expected: list[str]) -> None:
    assert entries_of(comment, cards, side) == expected


def test_what_this_session_wrote_keeps_the_part_of_a_day() -> None:
    comment = "<!--SR:!2024-01-01,3.7,250-->"
    assert entries_of(comment, "a:::b", 1, ("2024-01-01,3.7,250",)) == ["2024-01-01,3.7,250", "NEW"]


FENCED = "q\n?\n```\ncode\n```"


@pytest.mark.parametrize(
    ("body", "options", "after"),
    [
        pytest.param(
            "a::b\n<!--SR:!2026-11-01,12,250-->\n<!--SR:!2026-12-24,40,270-->",
            SAME_LINE,
            f"a::b\n{COMMENT}\n<!--SR:!2026-12-24,40,270-->",
            id="moving up would let the question take the next comment",
        ),
        pytest.param(
            f"{FENCED} ^abc-1",
            SAME_LINE,
            f"{FENCED} ^abc-1\n{COMMENT}",
            id="a block id on the fence",
        ),
        pytest.param(
            f"{FENCED} <!--SR:!2026-11-01,12,250--> ^id",
            Settings(),
            f"{FENCED} <!--SR:!2026-11-01,12,250--> ^id\n{COMMENT}",
            id="a comment on the fence, which nobody reads",
        ),
    ],
)
def test_a_comment_is_put_where_the_next_reading_finds_it(body: str, options: Settings, after: str) -> None:
    raw = f"#flashcards\n\n{body}\n".encode()
    note = parse_note("n.md", raw, options)
    (question,) = note.questions
    edits = write_comment(NoteText(raw), question, [ENTRY], options)
    new = apply(raw, edits)
    assert new.decode() == f"#flashcards\n\n{after}\n"
    assert [entry.raw for entry in parse_note("n.md", new, options).questions[0].entries] == [ENTRY]


@given(strategies.notes(strategies.COMMENTS), strategies.SETTINGS, st.sampled_from(["\n", "\r\n", "\r"]))
@examples(100)
def test_a_comment_brings_no_other_line_end_into_a_note(raw: bytes, options: Settings, end: str) -> None:
    text = NoteText(re.sub(rb"\r\n|\r|\n", end.encode(), raw))
    for question in parse_text("note.md", text, options).questions:
        after = apply(text.raw, write_comment(text, question, [ENTRY], options))
        assert set(re.findall(rb"\r\n|\r|\n", after)) <= {end.encode()} or b"\n" not in raw.replace(b"\r", b"\n")
