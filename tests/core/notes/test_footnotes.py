"""Footnotes: where their texts end, and which ones a card needs."""

from __future__ import annotations

import pytest

from studyapp.core.notes.footnotes import footnotes, footnotes_beside

NOTE = """---
x: "[^f]: front matter"
---
First[^a] and[^b].

[^a]: one
goes on

    indented

not any more
[^b]: two
[^c]: three [^d]
<!--SR:!2024-01-04,3,250-->
```
[^code]: no
```
[^d]: four
[^a]: again
    [^e]: far in
"""


def test_a_footnote_ends_at_the_next_one_at_a_comment_and_after_a_blank_line() -> None:
    found = footnotes(NOTE.split("\n"), 3)
    assert found == {"a": "one\ngoes on\n\nindented", "b": "two", "c": "three [^d]", "d": "four"}


@pytest.mark.slow
def test_many_footnotes_take_linear_time() -> None:
    assert len(footnotes([f"[^{number}]: x" for number in range(200_000)], 0)) == 200_000


@pytest.mark.parametrize(
    ("sides", "found"),
    [
        (["x[^a]", "y"], ["a"]),
        (["x[^a]", "y[^a] z[^b] z[^b]"], ["a", "b"]),
        (["x", "y[^c]"], ["c", "d"]),
        (["x[^a]\n[^a]: own", "y"], []),
        (["x[^a]", "y\n[^a]: in the other side"], ["a"]),
        (["`[^a]` and \\[^b] and $[^c]$", "[^zz]"], []),
    ],
)
def test_a_card_gets_what_it_refers_to_and_does_not_hold(sides: list[str], found: list[str]) -> None:
    known = {"a": "one", "b": "two", "c": "three [^d]", "d": "four"}
    assert footnotes_beside(sides, known) == tuple((name, known[name]) for name in found)
