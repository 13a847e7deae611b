from __future__ import annotations

import pytest

from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import apply
from studyapp.study.doctor.checks.orphans import Orphans
from studyapp.study.doctor.findings import Finding
from tests.study.doctor.subjects import HEAD, LATER, ONE, TWO, codes, findings, graded, subject


def test_an_orphan_is_reported_with_the_text_that_it_probably_belonged_to() -> None:
    (found,) = findings(subject(f"# Title\nSoft prompts are tuned.\n{ONE}\n"))
    assert (found.code, found.line, found.fix) == ("orphan-schedule", 5, None)
    assert "“Soft prompts are tuned.” (line 4)" in found.reason
    (found,) = findings(subject(f"Some words {ONE} and more\n"))
    assert "“Some words and more”" in found.reason
    (found,) = findings(subject(ONE))
    assert (found.code, found.line) == ("orphan-schedule", 3)


@pytest.mark.parametrize(
    ("body", "mended"),
    [
        (f"a::b\n\n{ONE}\n\nc::d\n", f"a::b\n{ONE}\n\n\nc::d\n"),
        (f"a::b\n   {ONE}\n", f"a::b\n{ONE}   \n"),
        (f"a::b\r\n\r\n{ONE}\r\n", f"a::b\r\n{ONE}\r\n\r\n"),
        (f"q\n?\na\n\n\n{ONE}", f"q\n?\na\n{ONE}\n\n"),
        (f"a:::b\n\n{TWO}\n", f"a:::b\n{TWO}\n\n"),
    ],
)
def test_a_comment_that_only_white_space_separates_from_its_card_is_moved_to_it(body: str, mended: str) -> None:
    (found,) = findings(subject(body))
    assert found.code == "misplaced-schedule"
    assert _after(body, found) == mended


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (f"a::b\n\n{TWO}\n", "misplaced-schedule", 5),  # for one card two schedules
        (f"a::b\n{ONE}\n\n{LATER}\n", "orphan-schedule", 6),
        (f"q\n? {ONE}\na\n", "misplaced-schedule", 4),
        (f"{ONE}\na::b\n", "misplaced-schedule", 3),
        (f"a::b\nmore of it\n{ONE}\n", "misplaced-schedule", 5),
        (f"<!-- remark -->\n{ONE}\n", "misplaced-schedule", 4),
    ],
)
def test_what_is_not_certain_is_described_and_not_mended(body: str, code: str, line: int) -> None:
    (found,) = findings(subject(body))
    assert (found.code, found.line, found.fix) == (code, line, None)


def test_an_orphan_below_the_same_comment_of_the_card_above_is_removed() -> None:
    body = f"a::b\n{ONE}\n\n{ONE}\n\nc::d\n"
    (found,) = findings(subject(body))
    assert found.code == "orphan-schedule"
    assert _after(body, found) == f"a::b\n{ONE}\n\n\nc::d\n"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (f"q\n?\nthe answer\n\ngoes on\n{ONE}\n", 6),
        (f"q\n?\nthe answer\n\ngoes on\n\nand on\n{ONE}\n", 6),
        (f"q\n\n?\na\n{ONE}\n", 4),
        ("q\n?\n1. one\n\n2. two\n", 6),
        ("q\n?\n- one\n\n  - below\n", 6),
        ("q\n?\n\nThe answer.\n", 5),
        ("q\n?\n$$\nx\n\ny\n$$\n", 7),
        ("q\n?\n- item\n  ```\n  x\n\n  y\n  ```\n", 8),
    ],
)
def test_a_card_that_a_blank_line_cuts_is_reported_at_that_line(body: str, line: int) -> None:
    assert f"cut-card:{line}" in codes(body)


@pytest.mark.parametrize(
    "body",
    [
        "q\n?\na\n\nAnother paragraph.\n",
        "q\n?\n1. one\n\n1. another list\n",
        f"q\n?\na\n{ONE}\n\n# Heading\n\ntext\n",
        "q\n?\n$$x$$\n\n$$y$$\n",
        "a::b\n\n  - indented\n",
    ],
)
def test_a_blank_line_that_ends_a_card_as_it_should_is_not_reported(body: str) -> None:
    assert not [code for code in codes(body) if code.startswith("cut-card")]


def test_with_an_end_marker_blank_lines_cut_nothing() -> None:
    assert codes("q\n?\n1. one\n\n2. two\n+++\n", Settings(multiline_card_end_marker="+++")) == []


def test_a_card_of_the_same_text_elsewhere_is_named() -> None:
    orphans = Orphans()
    lone = subject(f"Prefix tuning trains a prefix\n{ONE}\n", path="Old.md")
    assert list(orphans.look(lone)) == []
    assert list(orphans.look(subject("Prefix tuning::trains a prefix\n", path="New.md"))) == []
    (found,) = orphans.finish(lambda _: None)
    assert "A card of the same text is at New.md:3" in found.reason


def test_the_review_log_tells_which_card_an_orphan_was_written_for() -> None:
    moved = graded("a::b\n", path="Old.md")
    orphans = Orphans()
    assert list(orphans.look(subject(f"Other text\n{ONE}\n", actions=[moved]))) == []
    old = parse_note("Old.md", (HEAD + "a::b\n").encode(), Settings())
    (found,) = orphans.finish(lambda path: old if path == "Old.md" else None)
    assert "The review log wrote it for the card at Old.md:3, which has none now" in found.reason
    (found,) = orphans.finish(lambda _: None)
    assert "for a card of Old.md that no longer exists" in found.reason


def test_an_orphan_goes_back_to_the_card_of_its_note_that_the_review_log_names() -> None:
    body = f"a::b\n\nSome other text\n{ONE}\n"
    (found,) = findings(subject(body, actions=[graded("a::b\n")]))
    assert _after(body, found) == f"a::b\n{ONE}\n\nSome other text\n"


def test_a_log_that_knows_the_entry_from_two_cards_names_neither() -> None:
    (found,) = findings(subject(f"x::y\n\ntext\n{ONE}\n", actions=[graded("a::b\n"), graded("c::d\n")]))
    assert "review log" not in found.reason
    assert found.fix is None


def test_a_note_that_is_not_read_has_no_orphans() -> None:
    assert not any(code.startswith("orphan") for code in codes(f"text\n{ONE}\n", head="#other\n\n"))


def _after(body: str, found: Finding) -> str | None:
    if found.fix is None:
        return None
    return apply((HEAD + body).encode(), found.fix.edits).decode().removeprefix(HEAD)
