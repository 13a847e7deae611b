"""The grades and their intervals are right at any width; a number is shown whole or not at all."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from studyapp.core.schedule.entries import Grade
from studyapp.tui.widgets.cards.grade_bar import GradeBar, _lines
from tests.helpers.bare import BareApp
from tests.helpers.rows import each_row

KEYS = dict(zip(Grade, "1234", strict=True))
LONG = dict(zip(Grade, ("today", "1283d", "2554d", "3550d"), strict=True))


class OneBar(BareApp):
    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[Grade | None] = []

    def compose(self) -> ComposeResult:
        yield GradeBar()

    def on_grade_bar_chosen(self, message: GradeBar.Chosen) -> None:
        self.chosen.append(message.grade)


async def bar(pilot: Pilot[None], keys: Mapping[Grade, str], intervals: Mapping[Grade, str]) -> list[str]:
    """The lines of a bar that offers these."""
    widget = pilot.app.query_one(GradeBar)
    widget.offer(keys, intervals)
    await pilot.pause()
    await pilot.pause()
    strips = pilot.app.screen._compositor.render_strips()
    return [strip.text.rstrip() for strip in strips[: widget.size.height]]


async def test_a_wide_terminal_has_all_in_one_line() -> None:
    async with OneBar().run_test(size=(80, 10)) as pilot:
        (line,) = await bar(pilot, KEYS, LONG)
        assert " ".join(line.split()) == "1 Again today 2 Hard 1283d 3 Good 2554d 4 Easy 3550d"


@pytest.mark.parametrize("width", [40, 45, 50, 55])
async def test_a_narrow_one_has_the_intervals_below_their_grades(width: int) -> None:
    async with OneBar().run_test(size=(width, 10)) as pilot:
        names, intervals = await bar(pilot, KEYS, LONG)
        assert " ".join(names.split()) == "1 Again 2 Hard 3 Good 4 Easy"
        assert intervals.split() == list(LONG.values())
        for grade, interval in LONG.items():
            assert names.index(grade.capitalize()) == intervals.index(interval)


@each_row(
    "width, intervals",
    itertools.product(range(12, 90), [LONG, *(dict.fromkeys(Grade, one) for one in ("36525d", "12.3mo", "100.0y"))]),
)
def test_no_number_is_ever_cut(width: int, intervals: Mapping[Grade, str]) -> None:
    widget = GradeBar()
    widget._fields = tuple((grade, KEYS[grade], intervals[grade]) for grade in Grade)
    for line in _lines(widget._fields, width):
        for part in line:
            if re.search(r"\d+(\.\d+)?(d|mo|y)|today", part.plain):
                assert part.cell_length < width // 4


async def test_long_names_of_keys_cost_no_digit() -> None:
    async with OneBar().run_test(size=(40, 10)) as pilot:
        _, intervals = await bar(pilot, dict.fromkeys(Grade, "Ctrl+A"), LONG)
        assert intervals.split() == list(LONG.values())


async def test_a_click_on_either_line_chooses_the_grade() -> None:
    app = OneBar()
    async with app.run_test(size=(40, 10)) as pilot:
        await bar(pilot, KEYS, LONG)
        await pilot.click(GradeBar, (3, 0))
        await pilot.click(GradeBar, (22, 1))
        await pilot.pause()
        assert app.chosen == [Grade.AGAIN, Grade.GOOD]
