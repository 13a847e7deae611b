from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.identity import Owners
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, NoteText, Span, apply, reverse
from studyapp.study.doctor.checks.orphans import Orphans
from studyapp.study.doctor.comments import outside
from studyapp.study.doctor.findings import Fix, combined, difference, in_order
from studyapp.study.doctor.looks import of_subject
from studyapp.study.doctor.repair import by_note, repair
from studyapp.study.doctor.subject import Subject, Surroundings
from tests.helpers.strategies import ANY_BYTES, COMMENTS, ODD_SETTINGS, SETTINGS, examples, notes
from tests.study.doctor.subjects import HEAD, LATER, ONE, findings, subject

_COMMENT = re.compile(rb"<!--SR:[^\n\r]*?-->")
_PLACED = re.compile(rb" ?<!--SR:[^\n\r]*?-->")


@st.composite
def damaged(draw: Any) -> bytes:
    """A note with what sync tools and editors do to schedule comments: doubled, spliced, moved, indented."""
    raw: bytes = draw(notes(COMMENTS))
    found = list(_COMMENT.finditer(raw))
    for one in reversed(found):
        comment = one.group()
        other = draw(st.sampled_from([comment, ONE.encode(), LATER.encode()]))
        new = {
            "as it is": comment,
            "doubled": comment + b"\n" + other,
            "on one line": comment + b" " + other,
            "spliced": comment.removesuffix(b"-->") + other,
            "away": b"\n\n" + comment,
            "indented": b"\n  " + comment,
        }[draw(st.sampled_from(["as it is", "doubled", "on one line", "spliced", "away", "indented"]))]
        raw = raw[: one.start()] + new + raw[one.end() :]
    return raw


def fixes_of(raw: bytes, settings: Settings) -> list[Fix]:
    one = Subject("note.md", NoteText(raw), settings, Surroundings(Owners()))
    found = [*of_subject(one), *Orphans().look(one)]
    assert not [finding for finding in found if finding.code == "unexamined"], found
    return [finding.fix for finding in found if finding.fix is not None]


def bare(raw: bytes) -> list[bytes]:
    """The lines of a note that hold anything but schedule comments, without these and the space before each."""
    lines = re.split(rb"\r\n|\n|\r", raw)
    return [line for line in (_PLACED.sub(b"", line).strip() for line in lines) if line]


@examples(150)
@given(damaged(), SETTINGS)
def test_a_fix_changes_nothing_outside_schedule_comments_and_a_second_run_offers_none(
    raw: bytes, settings: Settings
) -> None:
    done = repair("note.md", raw, lambda now: fixes_of(now, settings))
    if done is None:
        assert fixes_of(raw, settings) == []
        return
    assert bare(done.new) == bare(raw)
    assert repair("note.md", done.new, lambda now: fixes_of(now, settings)) is None
    before, after = (parse_note("note.md", one, settings).questions for one in (raw, done.new))
    assert [(one.key, one.occurrence) for one in before] == [(one.key, one.occurrence) for one in after]
    back = done.new
    for edits in reversed(done.rounds):
        back = apply(back, reverse(edits))
    assert back == raw


@given(ANY_BYTES, ODD_SETTINGS)
def test_whatever_a_note_holds_it_can_be_examined_whole(raw: bytes, settings: Settings) -> None:
    for fix in fixes_of(raw, settings):
        assert bare(apply(raw, fix.edits)) == bare(raw)


def test_the_fixes_of_a_note_are_made_together_and_shown_as_a_difference() -> None:
    body = f"a::b\n{ONE}\n{ONE}\n\nc::d\n\n{LATER}\n"
    raw = (HEAD + body).encode()
    done = repair("note.md", raw, lambda now: fixes_of(now, Settings()))
    assert done is not None
    assert len(done.rounds) == 1
    assert len(done.fixes) == 2
    assert done.difference[:2] == ["--- a/note.md", "+++ b/note.md"]
    assert done.new.decode() == HEAD + f"a::b\n{ONE}\n\nc::d\n{LATER}\n\n"


def test_fixes_that_touch_each_other_are_made_one_after_the_other() -> None:
    raw = (HEAD + f"a::b\n{ONE}\n{ONE}\n{ONE}\n").encode()
    done = repair("note.md", raw, lambda now: fixes_of(now, Settings()))
    assert done is not None
    assert done.new.decode() == HEAD + f"a::b\n{ONE}\n"
    assert len(done.rounds) == 2


def test_of_many_fixes_in_one_note_some_are_tried_and_the_others_in_the_next_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("studyapp.study.doctor.subject._MOST_TRIED", 5)
    raw = (HEAD + "".join(f"a{number}::b\n{ONE}\n{ONE}\n\n" for number in range(7))).encode()
    assert len(fixes_of(raw, Settings())) == 5
    done = repair("note.md", raw, lambda now: fixes_of(now, Settings()))
    assert done is not None
    assert len(done.rounds) == 2
    assert done.new.count(ONE.encode()) == 7


def test_in_a_huge_note_one_fix_at_a_time_is_tried() -> None:
    raw = (HEAD + f"a::b\n{ONE}\n{ONE}\n\nc::d\n{ONE}\n{ONE}\n").encode()
    one = Subject("note.md", NoteText(raw + b" " * 20_000_000), Settings(), Surroundings(Owners()))
    assert [one.may_try() for _ in range(3)] == [True, False, False]


@pytest.mark.slow
def test_a_comment_of_blanks_without_an_end_is_examined_in_linear_time() -> None:
    assert fixes_of(HEAD.encode() + b"<!--SR:" + b" " * 300_000, Settings()) == []


@pytest.mark.slow
def test_what_is_outside_of_comments_is_known_in_linear_time() -> None:
    assert outside(b"<!--SR:" * 700_000 + b"\n\n x <!--SR:!1-->\t\r\ny").endswith("<!--SR:\n x\ny")


def test_of_two_fixes_that_touch_only_the_first_is_taken() -> None:
    one = Fix("n.md", "", (Edit(Span(0, 2), b"ab", b"x"),), "")
    other = Fix("n.md", "", (Edit(Span(2, 3), b"c", b"y"),), "")
    assert combined([one, other], b"abcd") == (one.edits, b"xcd")
    assert by_note([one, other]) == {"n.md": [one, other]}


def test_a_difference_shows_bytes_that_are_no_text() -> None:
    assert difference("n.md", b"a\xff\nb\n", b"a\xff\nc\n")[3:] == [" a\udcff", "-b", "+c", " "]


def test_findings_are_sorted_by_what_matters_then_by_place() -> None:
    found = findings(subject(f"text\n{ONE}\n\na::b\n{ONE}\n{ONE}\n\ntext\n{ONE}\n"))
    assert [(one.code, one.line) for one in in_order(found)] == [
        ("doubled-schedule", 8),
        ("orphan-schedule", 4),
        ("orphan-schedule", 11),
    ]
