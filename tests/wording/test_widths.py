"""Texts made to measure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from studyapp.wording.widths import cut, fit, fit_right, joined


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("abc", 5, "abc  "), ("abcdef", 4, "abc…"), ("", 2, "  "), ("日本語", 5, "日本…"), ("ab", 2, "ab")],
)
def test_fitted_text_takes_exactly_its_columns(text: str, width: int, expected: str) -> None:
    assert fit(text, width) == expected


@given(st.text(), st.integers(0, 30))
def test_any_text_is_made_to_measure(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width
    assert cell_len(fit(text, width)) == cell_len(fit_right(text, width)) == width
    assert cut(text, cell_len(text)) == text


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(20, "one · two · three"), (17, "one · two · three"), (16, "one · two"), (8, "one"), (2, "o…"), (0, "")],
)
def test_parts_that_do_not_fit_are_left_out_whole(cells: int, expected: str) -> None:
    assert joined(["one", "two", "three"], cells) == expected
