"""The line loop: which lines make a question, of which type, and where it starts and ends."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from msgspec.structs import replace

from studyapp.core.notes.blocks import Block, Gap, Kind, Loop, Rules, has_marker, scan
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText
from tests.helpers import strategies
from tests.helpers.rows import each_row

DEFAULTS = Settings()


def blocks(text: str, options: Settings = DEFAULTS, first: int = 0) -> list[Block]:
    return scan(text.split("\n"), first, options)


def kinds(text: str, options: Settings = DEFAULTS) -> list[tuple[Kind, int, int]]:
    return [(block.kind, block.first_line, block.last_line) for block in blocks(text, options)]


@each_row(
    "text, expected",
    [
        ("a::b", [(Kind.SINGLE_BASIC, 0, 0)]),
        ("a:::b", [(Kind.SINGLE_REVERSED, 0, 0)]),
        ("a\n?\nb", [(Kind.MULTI_BASIC, 0, 2)]),
        ("a\n??\nb", [(Kind.MULTI_REVERSED, 0, 2)]),
        ("a ==b==", [(Kind.CLOZE, 0, 0)]),
        ("text", []),
        ("`a::b`::c", []),
        ("`a`::`b`", [(Kind.SINGLE_BASIC, 0, 0)]),
        ("x\na::b", [(Kind.SINGLE_BASIC, 1, 1)]),
        ("a\n?\nb::c", [(Kind.SINGLE_BASIC, 2, 2)]),
        ("a\n?\nb\n??\nc", [(Kind.MULTI_REVERSED, 0, 4)]),
        ("?\nb", []),
        ("??\nb", [(Kind.MULTI_REVERSED, 0, 1)]),
        ("> ?\nb", []),
        (" ? \nb", [(Kind.MULTI_BASIC, 0, 1)]),
        ("a\n \u00a0\n?\nb", []),
        ("a::b\n==c==", [(Kind.SINGLE_BASIC, 0, 0), (Kind.CLOZE, 0, 1)]),
        ("```\na::b\n```", []),
        (" ```\na::b\n ```", [(Kind.SINGLE_BASIC, 1, 1)]),
        ("a\n?\n```\nx\n\ny\n```", [(Kind.MULTI_BASIC, 0, 6)]),
        ("<!-- x -->\na::b\nc::d", [(Kind.SINGLE_BASIC, 2, 2)]),
        ("<!-- x\na::b\n-->\nc::d", []),
        ("a::b\n<!--SR:!2024-01-01,3,250-->", [(Kind.SINGLE_BASIC, 0, 1)]),
    ],
)
def test_the_questions_of_a_text(text: str, expected: list[tuple[Kind, int, int]]) -> None:
    assert kinds(text) == expected


def test_with_an_end_marker_a_question_continues_over_blank_lines() -> None:
    marked = Settings(multiline_card_end_marker="---")
    assert kinds("a\n?\nb\n\nc\n---\nd\n\n?\ne", marked) == [(Kind.MULTI_BASIC, 0, 4)]


def test_separators_are_never_trimmed() -> None:
    spaced = Settings(single_line_card_separator=":: ")
    assert kinds("a::b", spaced) == []
    assert kinds("a:: b", spaced) == [(Kind.SINGLE_BASIC, 0, 0)]


def test_of_two_separators_the_longer_is_tried_first() -> None:
    arrows = Settings(single_line_card_separator="->", single_line_reversed_card_separator="->->")
    assert [kind for kind, *_ in kinds("a->->b", arrows)] == [Kind.SINGLE_REVERSED]


def test_a_separator_is_as_long_as_its_utf_16() -> None:
    faces = Settings(single_line_card_separator="🙂", single_line_reversed_card_separator="::")
    assert [block.kind for block in scan(["a::b🙂c"], 0, faces)] == [Kind.SINGLE_BASIC]


@pytest.mark.parametrize(
    "empty",
    [
        replace(DEFAULTS, single_line_card_separator=""),
        replace(DEFAULTS, single_line_reversed_card_separator=""),
        replace(DEFAULTS, multiline_card_separator=""),
        replace(DEFAULTS, multiline_reversed_card_separator=""),
    ],
)
def test_an_empty_separator_makes_no_cards(empty: Settings) -> None:
    assert kinds("plain\n\ntext", empty) == []


def test_lines_before_the_first_count_as_blank() -> None:
    assert blocks("a::b\n?\nc", first=1) == []


def test_what_the_loop_skips_is_not_part_of_the_question() -> None:
    (block,) = blocks("a\n?\nb\n<!-- x -->\nskipped\nc")
    assert block.sources == (0, 1, 2, 5)
    assert block.text == "a\n?\nb\nc"


@pytest.mark.parametrize(
    ("line", "expected"), [("a::b", True), ("`a::b", True), ("`a::b`", False), ("a::`b", True), ("ab", False)]
)
def test_a_separator_between_backticks_does_not_count(line: str, expected: bool) -> None:
    assert has_marker(line, "::") is expected


@given(
    strategies.notes(strategies.COMMENTS) | strategies.nasty_notes() | strategies.ANY_BYTES,
    strategies.ODD_SETTINGS | strategies.SETTINGS | strategies.PLACINGS,
)
@example(b"a ==b==\n\n\xc2\xa0\na::b\n<!--x-->\ny\n \n??\nz\n", Settings())
def test_no_line_that_matters_is_passed_by(raw: bytes, options: Settings) -> None:
    lines, rules = NoteText(raw).lines, Rules.of(options)
    each = replace(rules, alone="")  # which every line holds, so each is looked at closely
    assert Loop(lines, 0, rules).run() == Loop(lines, 0, each).run()


@each_row(
    "text, expected",
    [
        ("a::b\n\nc", []),
        ("a\n```\nb\n```\nc", [Gap(True, 1, 2, 3, open_end=False)]),
        ("```\na\nb", [Gap(True, 0, 1, 2, open_end=True)]),
        ("<!-- a -->\nb\nc", [Gap(False, 0, 1, 1, open_end=False)]),
        ("a\n<!-- b -->", [Gap(False, 1, 2, 1, open_end=False)]),
        ("<!-- a\nb\nc -->\nd", [Gap(False, 0, 1, 3, open_end=True)]),
    ],
)
def test_what_the_loop_does_not_read_as_text_is_recorded(text: str, expected: list[Gap]) -> None:
    loop = Loop(text.split("\n"), 0, Rules.of(DEFAULTS))
    loop.run()
    assert loop.gaps == expected
