"""Fenced code is where CommonMark and Obsidian see it, for every part of the program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.append import open_at_end
from studyapp.core.text.fences import Fence, FenceReader, code_of, fenced_lines, fences
from studyapp.core.text.pieces import Part, pieces

LINES = st.lists(
    st.sampled_from(
        ["```", "````", "~~~", "```py", "``` a`b", "  ```", "    ```", "> ```", "- ```", "~~~ `x`", "a", "", ">"]
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\na\n```\nb", [Fence(0, 2, "```", True)]),
        ("```\na", [Fence(0, 1, "```", False)]),
        ("````\n```\n````", [Fence(0, 2, "````", True)]),
        ("~~~ `x`\n```\n~~~~", [Fence(0, 2, "~~~", True)]),
        ("``` a`b\nc", []),
        ("```a``` b\nc", []),
        ("```\n``` py\n```", [Fence(0, 2, "```", True)]),
        ("> ```\n> a\n> ```", [Fence(0, 2, "```", True)]),
        ("1. ```\n   a\n   ```", [Fence(0, 2, "```", True)]),
    ],
)
def test_code_is_what_stands_between_fences(text: str, expected: list[Fence]) -> None:
    assert list(fences(text.split("\n"))) == expected


def test_lines_before_the_first_open_no_fence() -> None:
    assert fenced_lines(["---", "  ```", "---", "a", "```", "b"], 3) == {4, 5}


@pytest.mark.parametrize(
    ("line", "at_margin"), [("- ```", False), ("> ```", False), ("    ```", False), ("  ```", True)]
)
def test_at_the_margin_there_is_no_code_of_lists_and_quotes(line: str, *, at_margin: bool) -> None:
    assert FenceReader().take(line)
    assert FenceReader(at_margin=True).take(line) is at_margin


@given(LINES)
def test_reading_line_by_line_finds_the_same_lines(lines: list[str]) -> None:
    reader = FenceReader()
    assert {number for number, line in enumerate(lines) if reader.take(line)} == fenced_lines(lines)


@given(LINES)
def test_a_note_is_open_at_its_end_where_its_last_fence_is(lines: list[str]) -> None:
    at_margin = FenceReader(at_margin=True)
    for line in lines:
        at_margin.take(line)
    assert (open_at_end(lines) == "a code block") == bool(at_margin.run)


@given(LINES)
def test_what_is_read_out_as_code_is_code(lines: list[str]) -> None:
    text = "\n".join(line for line in lines if not line.startswith(("- ", "``` a")))  # lists and code spans aside
    blocks = [piece.text.split("\n") for piece in pieces(text) if piece.part is Part.FENCE]
    found = list(fences(text.split("\n")))
    assert [len(block) for block in blocks] == [one.last - one.opened + 1 for one in found]
    for block, one in zip(blocks, found, strict=True):
        assert code_of(block)[1] == block[1 : len(block) - one.closed]
