"""Any bytes become a note: with the plugin's questions, and a problem for whatever is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given

from studyapp.core.notes.blocks import scan
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.model import Settings
from studyapp.core.text.front_matter import read_front_matter
from studyapp.core.text.note_text import NoteText
from tests.conformance import adapter
from tests.helpers import strategies
from tests.helpers.rows import each_row
from tests.helpers.strategies import examples
from tests.helpers.tiers import tiered

DATA = Path(__file__).parents[2] / "data"
CASES = [json.loads(line) for line in (DATA / "parse.jsonl").read_text("utf-8").splitlines()]
DEFAULTS = Settings()
PRE = b"#flashcards\n\n"


def fronts(raw: bytes, options: Settings = DEFAULTS, path: str = "note.md") -> list[str]:
    return [card.front for question in parse_note(path, raw, options).questions for card in question.cards]


def codes(raw: bytes) -> list[str]:
    return [problem.code for problem in parse_note("note.md", raw, DEFAULTS).problems]


@each_row("case", CASES, ids=lambda case: case.get("rule", case["id"]))
def test_a_note_is_read_as_the_plugin_reads_it(case: dict[str, Any]) -> None:
    got = json.loads(json.dumps(adapter.parse(case)["questions"]))
    wanted = case["expected"]["questions"]
    if case.get("rule", "").startswith("malformed-"):  # what the plugin makes of invalid dates binds nobody
        for question in [*got, *wanted]:
            for card in question["cards"]:
                del card["schedule"]
    assert [
        {key: question[key] for key in expected} for question, expected in zip(got, wanted, strict=True)
    ] == wanted


@given(strategies.ANY_BYTES, strategies.ODD_SETTINGS | strategies.SETTINGS)
@examples(400)
def test_no_bytes_and_no_settings_make_reading_fail(raw: bytes, options: Settings) -> None:
    note = parse_note("a/note.md", raw, options)
    for question in note.questions:
        assert question.sources
        for card in question.cards:
            assert note.find(question.id_of(note.path, card)) == (question, card)


@given(strategies.notes(strategies.COMMENTS), strategies.SETTINGS)
@examples(100)
@example(b"#flashcards\n\na\xff::b\n\na\xfe::b\n", Settings())
def test_no_two_cards_of_a_note_have_the_same_id(raw: bytes, options: Settings) -> None:
    note = parse_note("note.md", raw, options)
    ids = [question.id_of("note.md", card) for question in note.questions for card in question.cards]
    assert len(set(ids)) == len(ids)
    assert [CardId.parse(str(one)) for one in ids] == ids


@given(strategies.notes(strategies.COMMENTS) | strategies.nasty_notes(), strategies.SETTINGS)
@examples(100)
def test_a_schedule_comment_that_no_block_holds_is_an_orphan(raw: bytes, options: Settings) -> None:
    lines = NoteText(raw).lines
    first = read_front_matter(lines).lines
    owned = {line for block in scan(lines, first, options) for line in block.sources}
    note = parse_note("note.md", raw, options)
    found = [problem.line for problem in note.problems if problem.code == "orphan-schedule"]
    assert found == [n + 1 for n, line in enumerate(lines) if OPEN in line and n not in owned]


HOSTILE = {
    "equals signs": b"==" * 50_000,
    "unclosed clozes": b"== " * 30_000,
    "clozes without end": b"}}" + b"{{a;;" * 30_000,
    "many clozes": b"==a== b\n" * 5_000,
    "a huge cloze number": b"==999999999;;x==",
    "more digits than Python converts": b"==" + b"9" * 6_000 + b";;x==",
    "backticks": b"`" * 100_000,
    "backticks in runs of all lengths": b" ".join(b"`" * length for length in range(1, 400)),
    "comments": b"<!--" * 30_000,
    "schedules without end": b"a::b " + b"<!--SR:" * 20_000,
    "dollars": b"$" * 50_000,
    "dollars in pairs": b"$a " * 30_000,
    "brackets": b"[[" * 30_000,
    "link targets": b"[](" * 30_000,
    "tags above cards": b" #flashcards\n\na::b\n\n" * 8_000,
    "tags on one line": b" #flashcards/x" * 20_000,
    "quotes before a fence": b"> " * 40_000 + b"```",
    "one long line": b"a" * 1_000_000,
    "one long card": b"a::" + b"b" * 300_000,
    "white space": b"a::b" + b" " * 100_000 + b"x",
    "block ids": b"a::b" + b" ^a" * 30_000 + b".",
    "headings": b"# h" + b" #" * 50_000 + b"x",
    "NUL": b"\0" * 100_000,
    "fences": b"```\n" * 20_001,
    "openings that are closed by the next one": b"==a" * 1_000_000,
    "clozes that hide what others are": (b"{{a}}" * 200 + b"\n\n") * 300,
    "numbered clozes in many questions": (b"".join(b"==%d;;a==" % n for n in range(100)) + b"\n\n") * 300,
    "formulas in clozes": (b"==$a$==" * 300 + b"\n\n") * 50,
}


@tiered("body", HOSTILE.values(), ids=HOSTILE, quick=8)
def test_a_line_that_was_made_to_be_slow_is_read(body: bytes) -> None:
    """Each of these took minutes, or more memory than there is, with a pattern that backtracks."""
    note = parse_note("note.md", PRE + body + b"\n\n#flashcards #x ok::ok\n", DEFAULTS)
    options = Settings(cloze_patterns=("==[123;;]answer[;;hint]==", "{{[123;;]answer[;;hint]}}"))
    assert note.digest == parse_note("note.md", PRE + body + b"\n\n#flashcards #x ok::ok\n", options).digest


@pytest.mark.parametrize(
    "block",
    [
        "tags: " + "[" * 20_000,
        "- " * 20_000,
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True))
        + "tags: [*h,*h]",
        "tags: &a [*a]",
        "tags: &a\n  - flashcards\n  - {b: *a}",
        "tags: " + "9" * 6_000,
        "a: !!timestamp never",
        "a: !!bool maybe",
        "a: !!python/object:os.system x",
        "? [a]\n: b",
        "a: \0",
        "a: \udcff",
        "tags: *nowhere",
        "sr-due: x\nsr-interval: 1\nsr-ease: 1e999",
    ],
    ids=lambda block: block[:30],
)
def test_front_matter_that_was_made_to_break_things_leaves_the_rest_of_the_note_readable(block: str) -> None:
    raw = f"---\n{block}\n---\n\n#flashcards a::b\n".encode("utf-8", "surrogateescape")
    assert fronts(raw) == ["a"]


def test_a_question_that_would_have_too_many_cards_has_none_and_is_reported() -> None:
    raw = PRE + b"==999999999;;x==\n\na::b\n"
    assert fronts(raw) == ["a"]
    assert codes(raw) == ["no-cards"]


def decks_and_findings(text: str, options: Settings = DEFAULTS, path: str = "note.md") -> tuple[list[int], list[str]]:
    """How many decks each question is in, and what is found."""
    note = parse_note(path, text.encode(), options)
    return [len(question.decks) for question in note.questions], [
        f"{one.line}: {one.message}" for one in note.problems
    ]


TOO_MANY = "a card can be in at most 100 decks, and a deck's name can have at most 100 parts and 1,000 characters"


@pytest.mark.parametrize(
    ("text", "decks", "line"),
    [
        ("#flashcards" + "/a" * 900 + "\n\na::b\n\nc::d", [1, 1], 1),
        ("#flashcards\n\n#flashcards/" + "a" * 2000 + " a::b", [1], 3),
        ("#flashcards\n\n" + " ".join(f"#flashcards/{n}" for n in range(101)) + "\n\na::b\n\nc::d", [100, 100], 3),
        ("---\ntags: [" + ", ".join(f"flashcards/x{n}" for n in range(5000)) + "]\n---\na::b", [100], 1),
    ],
    ids=["deep", "long", "many on a line", "many in the front matter"],
)
def test_decks_beyond_what_a_card_may_be_in_do_not_count_and_are_reported(
    text: str, decks: list[int], line: int
) -> None:
    found, findings = decks_and_findings(text)
    assert found == decks
    assert [finding.partition(";")[0] for finding in findings] == [f"{line}: {TOO_MANY}"]


def test_folders_that_are_decks_have_the_same_limits() -> None:
    note = parse_note("a/" * 500 + "n.md", b"a::b", Settings(convert_folders_to_decks=True))
    assert note.questions[0].decks == ("/".join("a" * 100),)
    assert [problem.code for problem in note.problems] == ["too-many-decks"]


def test_a_card_keeps_its_name_when_its_deck_is_cut() -> None:
    whole = parse_note("note.md", ("#flashcards" + "/a" * 900 + " a::b").encode(), DEFAULTS).questions[0]
    assert whole.text == "#flashcards" + "/a" * 900 + " a::b"


def test_the_cards_of_a_note_are_bounded_together() -> None:
    """Each of these questions is small enough; all of them took three minutes."""
    raw = PRE + (b"{{a}}" * 200 + b"\n\n") * 300 + b"a::b\n"
    note = parse_note("note.md", raw, Settings(cloze_patterns=("{{[123;;]answer[;;hint]}}",)))
    made = [len(question.cards) for question in note.questions]
    assert made[0] == 200
    assert made[-2:] == [0, 1]
    assert {problem.code for problem in note.problems} == {"no-cards"}


def test_merge_conflict_markers_are_reported_and_the_note_is_still_read() -> None:
    raw = PRE + b"<<<<<<< HEAD\na::b\n=======\na::c\n>>>>>>> theirs\n"
    note = parse_note("note.md", raw, DEFAULTS)
    assert note.conflicted
    assert [problem.code for problem in note.problems] == ["merge-conflict"]
    assert len(note.questions) == 2
    assert not parse_note("note.md", PRE + b"<<<<<<< only text\n\na::b\n", DEFAULTS).conflicted


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"text\n\n<!--SR:!2024-01-01,3,250-->\n", ["orphan-schedule"]),
        (b"a::b\n<!--SR:!2024-01-01,3,250!2024-01-01,3,250-->\n", ["surplus-schedules"]),
        (b"a::b\n<!--SR:!2024-99-01,3,250-->\n", ["malformed-schedule"]),
        (b"a::b\n<!--SR:!2024-01-01,3,250-->\n", []),
    ],
)
def test_a_schedule_that_is_not_as_it_should_be_is_reported(body: bytes, expected: list[str]) -> None:
    assert codes(PRE + body) == expected


def test_schedules_without_a_card_are_counted() -> None:
    for more, said in ((1, "is 1 more schedule"), (2, "are 2 more schedules")):
        note = parse_note("note.md", PRE + b"a::b\n<!--SR:" + b"!2024-01-01,3,250" * (1 + more) + b"-->\n", DEFAULTS)
        assert [problem.message for problem in note.problems] == [f"there {said} than cards"]


def test_broken_front_matter_is_reported_with_a_remedy() -> None:
    note = parse_note("note.md", b"---\ntags: [\n---\n#flashcards a::b\n", DEFAULTS)
    (problem,) = note.problems
    assert problem.code == "front-matter"
    assert "Fix" in problem.remedy
    assert str(problem).startswith("note.md:1: ")


def test_only_a_note_with_a_flashcard_tag_is_read() -> None:
    assert fronts(b"#flashcards/deep a::b") == ["a"]
    assert fronts(b"#flashcardsx a::b") == []
    assert fronts(b"#Flashcards a::b") == []
    assert fronts(PRE + b"a::b\n\n#done", Settings(flashcard_tags_to_ignore=("#done",))) == []


def test_with_folders_as_decks_a_note_outside_any_folder_has_no_cards() -> None:
    folders = Settings(convert_folders_to_decks=True)
    assert fronts(b"a::b", folders) == []
    note = parse_note("x/y/note.md", b"#other a::b", folders)
    assert note.questions[0].decks == ("x/y",)


def test_of_two_equal_questions_each_is_found_by_its_own_id() -> None:
    note = parse_note("note.md", PRE + b"a::b\n\na::b\n", DEFAULTS)
    first, second = (question.id_of("note.md", question.cards[0]) for question in note.questions)
    assert (first.occurrence, second.occurrence) == (1, 2)
    assert note.find(second) == (note.questions[1], note.questions[1].cards[0])
    assert note.find(CardId("note.md", second.hash, 2, 9)) is None
    assert note.find(CardId("note.md", "0", 1, 1)) is None


def test_a_note_knows_its_tags_each_once() -> None:
    raw = b"---\ntags: [flashcards/a, exam]\n---\n#exam and #week/2 and `#code`\n\na::b\n"
    assert parse_note("A.md", raw, Settings()).tags == ("#flashcards/a", "#exam", "#week/2")
    assert parse_note("A.md", b"#exam\n\na::b\n", Settings()).tags == ()
