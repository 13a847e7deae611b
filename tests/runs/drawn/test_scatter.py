"""Marks with names: nothing covers anything else."""

from __future__ import annotations

import itertools
import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from studyapp.runs.drawn.legend import NamedMark
from studyapp.runs.drawn.plots import plain_plot
from studyapp.runs.drawn.scatter import place_marks, scatter_plot

shares = st.floats(0, 1)
names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), min_size=1, max_size=20)
marks = st.lists(st.builds(NamedMark, shares, shares, names, st.booleans()), max_size=14)
ELEVEN = [
    NamedMark(number / 11, 1.0, name) for number, name in enumerate(["LLaMA-Adapter V2", "Prefix", "Soft prompt"] * 4)
]
TOGETHER = [NamedMark(0.5, 1.0, f"Method {number}") for number in range(11)]


@given(marks, st.tuples(st.integers(24, 120), st.integers(4, 40)))
@example(ELEVEN, (70, 14))
@example(TOGETHER, (50, 14))
def test_no_name_covers_another_name_a_mark_or_a_line(given_marks: list[NamedMark], size: tuple[int, int]) -> None:
    found = place_marks(given_marks, size)
    assert len(set(found.marks)) == len(given_marks)
    cells: list[set[tuple[int, int]]] = [set(found.marks)]
    for mark, place in zip(given_marks, found.names, strict=True):
        if place is not None:
            name = {(place.row, place.column + offset) for offset in range(min(cell_len(mark.name), size[0]))}
            cells += [name, set(place.line)]
    for row, column in set().union(*cells):
        assert 0 <= row < size[1]
        assert 0 <= column < size[0]
    for one, other in itertools.combinations(cells, 2):
        assert not one & other


@given(marks, st.tuples(st.integers(24, 120), st.integers(8, 40)))
def test_names_keep_two_cells_from_what_stands_beside_them(
    given_marks: list[NamedMark], size: tuple[int, int]
) -> None:
    found = place_marks(given_marks, size)
    spans = [
        (place.row, place.column, place.column + min(cell_len(mark.name), size[0]))
        for mark, place in zip(given_marks, found.names, strict=True)
        if place is not None
    ]
    for (row, start, end), (other_row, other_start, other_end) in itertools.combinations(spans, 2):
        assert row != other_row or other_start - end >= 2 or start - other_end >= 2


@given(marks, st.tuples(st.integers(12, 120), st.integers(4, 40)))
def test_a_plot_has_the_size_asked_for(given_marks: list[NamedMark], size: tuple[int, int]) -> None:
    rows = scatter_plot(given_marks, size, [(0, "0"), (1, "all")], "numbers trained")
    assert len(rows) == size[1]
    assert all(sum(cell_len(cell.text) for cell in row) <= size[0] for row in rows)


def test_every_name_has_a_place_where_all_methods_reach_the_top() -> None:
    for size in ((69, 15), (73, 18)):
        assert None not in place_marks(ELEVEN, size).names
        drawn = "\n".join(plain_plot(scatter_plot(ELEVEN, (size[0] + 3, size[1] + 2), [], "seconds")))
        assert all(drawn.count(name) == 4 for name in ("LLaMA-Adapter V2", "Prefix", "Soft prompt"))


titles = st.text(st.sampled_from(string.ascii_letters), min_size=1, max_size=16)


@st.composite
def methods_anywhere(draw: st.DrawFn) -> list[NamedMark]:
    """Runs of up to fourteen methods: each at its defaults, and some with other knobs."""
    named = draw(st.lists(titles, min_size=1, max_size=14, unique=True))
    x = st.floats(0, 1) if draw(st.booleans()) else st.just(0.5)
    y = st.floats(0, 1) if draw(st.booleans()) else st.just(1.0)
    runs = [(name, "") for name in named]
    runs += draw(
        st.lists(st.tuples(st.sampled_from(named), st.sampled_from([" rank 8", " steps 1600"])), max_size=30)
    )
    return [NamedMark(draw(x), draw(y), name + turned, draw(st.booleans()), name) for name, turned in runs]


@pytest.mark.slow
@given(methods_anywhere(), st.integers(44, 200), st.integers(14, 50))
@example([*(NamedMark(0.5, 1.0, f"Method-{n}", own=False, method=f"Method-{n}") for n in range(11))], 44, 14)
def test_every_method_is_named_beside_its_mark_or_behind_its_number(
    given_marks: list[NamedMark], width: int, height: int
) -> None:
    rows = scatter_plot(given_marks, (width, height), [(0, "0"), (1, "all")], "numbers trained, log")
    assert len(rows) == height
    drawn = plain_plot(rows)
    assert all(cell_len(row) <= width for row in drawn)
    assert {mark.method for mark in given_marks} <= set(re.findall(r"[\w-]+", " ".join(drawn)))
    below = next(place for place, row in enumerate(drawn) if "numbers trained" in row)
    signs = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴"
    used, told = ({sign for row in part for sign in row if sign in signs} for part in (drawn[:below], drawn[below:]))
    assert {signs.index(sign) % 20 for sign in used} == {signs.index(sign) % 20 for sign in told}


def test_own_marks_are_full_and_shipped_ones_empty() -> None:
    rows = plain_plot(
        scatter_plot([NamedMark(0.1, 1, "mine"), NamedMark(0.9, 0, "theirs", own=False)], (60, 9), [(0, "0")])
    )
    assert "● mine" in rows[0]
    assert "theirs ○" in "".join(rows) or "○ theirs" in "".join(rows)
    assert rows[0].startswith("1 ┤")
    assert rows[-1].strip() == "0"
