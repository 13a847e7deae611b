"""Text stays text, whatever characters it has."""

from __future__ import annotations

import pytest

from studyapp.study.exchange.fields.escape import escaped


@pytest.mark.parametrize(
    ("text", "within", "at_start"),
    [
        ("1. a", "1. a", "1\\. a"),
        ("- a", "- a", "\\- a"),
        ("# a", "# a", "\\# a"),
        ("#tag", "\\#tag", "\\#tag"),
        ("a::b==c", "a:\\:b=\\=c", "a:\\:b=\\=c"),
        ("a_b _c_", "a_b \\_c\\_", "a_b \\_c\\_"),
        ("![[x]]", "!\\[\\[x]]", "!\\[\\[x]]"),
        ("!2024-01-01,4,250", "!2024-01-01\\,4,250", "!2024-01-01\\,4,250"),
        ("^id", "\\^id", "\\^id"),
        ("1 < 2 $", "1 &lt; 2 \\$", "1 &lt; 2 \\$"),
    ],
)
def test_signs_of_markup_get_a_backslash(text: str, within: str, at_start: str) -> None:
    assert escaped(text, at_start=False) == within
    assert escaped(text, at_start=True) == at_start
