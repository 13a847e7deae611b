"""The source of a demo on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from studyapp.tui.widgets.demo.source_text import SourceText

LONG = 'IDEA = "' + "some words that go on and on " * 4 + '"'


def folded(source: str, width: int) -> list[str]:
    text = SourceText()
    text.show(source.encode())
    return text._at(width).plain.split("\n")


def test_numbers_stand_before_lines_and_a_long_line_continues_below_at_a_space() -> None:
    lines = folded(f"a = 1\n{LONG}\nb = 2\n", 50)
    assert lines[0] == "1  a = 1"
    assert lines[1].startswith('2  IDEA = "some words')
    assert lines[2].startswith(" " * 7)
    assert lines[-1] == "3  b = 2"
    assert max(map(cell_len, lines)) <= 50
    kept = "".join([lines[1][3:], *(line[7:] for line in lines[2:-1])])
    assert kept == LONG
    assert all(line.endswith((" ", '"')) for line in lines[1:-1])


@given(st.text(st.characters(exclude_categories=("C", "Z", "M"), codec="utf-8"), min_size=1), st.integers(14, 60))
def test_no_line_is_wider_than_the_screen_and_no_character_is_lost(text: str, width: int) -> None:
    lines = folded(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).removeprefix("1").split()) == "".join(Content(text).plain.split())


LINES = {
    "wide": "字" * 90,
    "wide words": "字 " * 50,
    "mixed": "a字" * 50,
    "one word": "x" * 1_000,
    "words": "x " * 500,
    "blank": " " * 100 + "x",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("width", [1, 5, 6, 7, 8, 9, 14, 40])
def test_a_long_line_of_any_characters_is_wrapped_at_any_width(line: str, width: int) -> None:
    lines = folded(line, width)
    assert "".join("".join(lines).split()).removeprefix("1") == "".join(line.split())
    assert len(lines) <= len(line)


@pytest.mark.slow  # where time grows by the square of the length, this reaches its time limit
@pytest.mark.parametrize("line", ["x" * 200_000, "x " * 100_000], ids=["one word", "words"])
def test_a_very_long_line_is_wrapped_too(line: str) -> None:
    kept = "".join("".join(folded(line, 9)).split()).removeprefix("1") == "".join(line.split())
    assert kept


@pytest.mark.parametrize("source", ["", "\n", "\x1b[31m"])
def test_any_file_can_be_shown(source: str) -> None:
    assert folded(source, 40)[0].startswith("1")
    assert "\x1b" not in "".join(folded(source, 40))
