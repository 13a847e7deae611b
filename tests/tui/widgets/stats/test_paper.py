"""Statistics as a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from studyapp.charts.cells import Cell, Cells, Section
from studyapp.charts.page import ChartPage
from studyapp.runs.images.canvas import ENDINGS, SvgCanvas
from studyapp.tui.app.themes import LIGHT
from studyapp.tui.widgets.stats.headline import Figure
from studyapp.tui.widgets.stats.paper import WIDTH, statistics_picture

GREEN = LIGHT.variables["good-area"]


def picture(rows: Sequence[Cells], *value: Cell) -> str:
    page = ChartPage([Section("one", "One", rows, [*value])], (), (), WIDTH, 0)
    figures = [Figure("7", "due today", "about a minute", "$good")]
    return statistics_picture(("Statistics: all", "Friday 27 November"), figures, page, LIGHT, SvgCanvas).decode()


def lines(svg: str, colour: str) -> list[list[float]]:
    """The ends and the width of each line in a colour."""
    found = re.findall(
        r'<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)" stroke="(.*?)" .*?="(.*?)"', svg
    )
    return [[*map(float, line[:4]), float(line[5])] for line in found if line[4] == colour]


def test_words_and_numbers_are_written() -> None:
    svg = picture([[Cell("  12  a < b", "label")]], Cell("3 of 4", "label"))
    for text in ("Statistics: all", "Friday 27 November", "7", "due today", "One", "3 of 4", "12", "a &lt; b"):
        assert f">{text}</text>" in svg
    assert re.search(r'text-anchor="end">12<', svg), "numbers end below each other"
    assert re.search(r'text-anchor="end">3 of 4<', svg)


def test_areas_have_their_height_and_colour() -> None:
    half, whole = lines(picture([[Cell("▄", "good"), Cell("██", "good")]]), GREEN)
    assert half[4] * 2 == whole[4]
    on_the_line = half[1] + half[4] / 2
    assert on_the_line == pytest.approx(whole[1] + whole[4] / 2, abs=0.2)
    assert whole[2] - whole[0] == 2 * (half[2] - half[0])


@pytest.mark.parametrize(("sign", "number"), [("■", 2), ("⠁", 2), ("⣿", 16), ("━", 2), ("┤", 3 * 2)])
def test_each_sign_is_drawn_and_never_written(sign: str, number: int) -> None:
    svg = picture([[Cell(sign * 2, "good")]])
    assert len(lines(svg, GREEN)) == number
    assert sign not in svg


@pytest.mark.parametrize("axis", [" ▔▔", " └─"])
def test_columns_stand_on_their_axis(axis: str) -> None:
    svg = picture([[Cell("  █", "good")], [Cell(axis, "axis")]])
    ((_, middle, _, _, high),) = lines(svg, GREEN)
    heights = {start for _, start, _, end, _ in lines(svg, LIGHT.variables["rule"]) if start == end}
    assert middle + high / 2 in heights


def test_both_formats_are_drawn() -> None:
    page = ChartPage([Section("one", "One", [[Cell("█ 2–3", "good")]])], (), (), WIDTH, 0)
    for make in ENDINGS.values():
        assert statistics_picture(("a", "b"), [], page, LIGHT, make)
