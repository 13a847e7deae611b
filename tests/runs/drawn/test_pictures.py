"""Plots as characters, and the comparison as SVG and PNG."""

from __future__ import annotations

import math
import os
import struct
from functools import partial
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from demos.frame import Picture
from studyapp.runs.drawn.axes import numbers_axis, seconds_axis
from studyapp.runs.drawn.pictures import picture_rows
from studyapp.runs.drawn.plots import EARLIER, Curve, line_plot, plain_plot, share_bar, sparkline
from studyapp.runs.images.canvas import DrawingError, save
from studyapp.runs.images.figure import trade_off
from studyapp.runs.results.results import Point

numbers = st.floats(allow_nan=True, allow_infinity=True)
sizes = st.tuples(st.integers(12, 100), st.integers(3, 40))


def test_the_newest_line_ends_in_a_dot_between_two_grid_lines() -> None:
    rows = plain_plot(line_plot([Curve([(0, 0), (4, 1)])], (9, 3), (0, 4), (0, 1)))
    assert rows == ["1 ┤┈┈┈┈⡠●", "  │  ⡠⠊", "0 ┤⡠⠊┈┈┈┈"]


def test_the_ends_of_the_horizontal_axis_are_written_where_there_is_room() -> None:
    assert plain_plot(line_plot([], (12, 4), (0, 150), (0, 1)))[-1] == "0 ┤┈┈┈┈┈┈┈┈┈"
    assert plain_plot(line_plot([], (12, 5), (0, 150), (0, 1)))[-1] == "   0     150"


def test_where_a_value_is_missing_the_line_has_a_gap() -> None:
    (top, *_) = plain_plot(line_plot([Curve([(0, 1), (1, math.nan), (4, 1)])], (12, 3), (0, 4), (0, 1)))
    assert top == "1 ┤⠁┈┈┈┈┈┈┈●"


def test_names_stand_at_the_ends_and_move_a_row_where_they_would_collide() -> None:
    curves = [Curve([(0, 0), (4, 1)], "rank 1", EARLIER), Curve([(0, 0), (4, 1)], "rank 8")]
    rows = plain_plot(line_plot(curves, (40, 8), (0, 4), (0, 1)))
    assert rows[0].endswith("● rank 8")
    assert rows[1].endswith("  rank 1")


def test_a_sparkline_is_one_row_of_braille() -> None:
    assert sparkline([(0, 0.0), (10, 1.0)], 3) == "⡠⠔⠊"
    assert sparkline([], 3) == ""
    assert len(sparkline([(5, 0.5)], 6)) == 6


@given(
    st.lists(st.tuples(st.lists(st.tuples(numbers, numbers), max_size=9), st.text(max_size=9)), max_size=3),
    sizes,
    st.tuples(numbers, numbers),
)
def test_any_numbers_give_a_plot_of_the_size_asked_for(
    series: list[tuple[list[tuple[float, float]], str]], size: tuple[int, int], y: tuple[float, float]
) -> None:
    curves = [Curve(points, name) for points, name in series]
    rows = line_plot(curves, size, (0, 10), y if all(map(math.isfinite, y)) else (0, 1))
    assert len(rows) == size[1]
    assert max(sum(cell_len(cell.text) for cell in row) for row in rows) <= max(size[0], 13)


@pytest.mark.parametrize(
    ("share", "bar"), [(0, ""), (1e-9, "╸"), (0.5, "━━"), (0.6, "━━╸"), (1, "━━━━"), (7, "━━━━"), (math.nan, "")]
)
def test_a_bar_shows_any_share_above_nothing(share: float, bar: str) -> None:
    assert share_bar(share, 4) == bar


def test_bars_show_names_and_numbers() -> None:
    rows = plain_plot(picture_rows(Picture("bars", "", ((0.5, -1.0),), columns=("a", "bb")), (20, 5)))
    assert rows == ["a  ━━━━╸──── 0.50", "bb ━━━━━━━━━ -1"]


def test_heat_shows_numbers_where_there_is_room_and_shades_where_not() -> None:
    picture = Picture("heat", "", ((0.0, 1.0), (0.5, 0.25)), ("r1", "r2"), ("c1", "c2"))
    assert "1" in plain_plot(picture_rows(picture, (30, 8)))[1]
    narrow = plain_plot(picture_rows(Picture("heat", "", ((0.0, 1.0) * 10,) * 3, ("r1", "r2", "r3")), (24, 8)))
    assert narrow[0] == "r1 " + "·█" * 10
    assert narrow[-1] == "0 ░▒▓█ 1"


def test_a_heat_map_too_large_keeps_its_peaks_and_says_so() -> None:
    cells = [[0.0] * 22 for _ in range(22)]
    cells[13][17] = 1.0
    rows = plain_plot(picture_rows(Picture("heat", "", tuple(map(tuple, cells)), tuple("r" * 22)), (30, 8)))
    assert sum(row.count("█") for row in rows[:-1]) >= 1
    assert rows[-1].endswith("largest of 4 × 1")


@given(
    st.sampled_from(["bars", "heat", "lines", "words"]),
    st.lists(st.lists(numbers, max_size=30), max_size=30),
    st.lists(st.text(), max_size=5),
    sizes,
)
def test_any_picture_can_be_drawn_into_any_size(
    kind: Literal["bars", "heat", "lines", "words"],
    values: list[list[float]],
    names: list[str],
    size: tuple[int, int],
) -> None:
    picture = Picture(kind, "", tuple(map(tuple, values)), tuple(names), tuple(names), tuple(names))
    assert len(picture_rows(picture, size)) <= size[1]


def point(demo: str, trainable: int, accuracy: float = 0.5, **more: Any) -> Point:
    return Point(demo, demo.title(), "elicit", trainable=trainable, accuracy=accuracy, seconds=2.0, **more)


POINTS = [
    point("none", 0),
    point("few", 512, lowest=0.4, highest=0.6, runs=3),
    point("<all>", 155_456, turned="rank 8"),
]


def test_trained_numbers_stand_on_a_logarithmic_axis_with_a_place_for_none_and_one_for_all() -> None:
    axis = numbers_axis([0, 512, 155_456])
    assert [text for _, text in axis.ticks] == ["0", "1,000", "10,000", "all"]
    assert axis.place(10_000) - axis.place(1000) == pytest.approx(axis.place(100_000) - axis.place(10_000))
    assert 0 < axis.place(0) < axis.place(512) < axis.place(155_456) < 1


@given(st.lists(st.floats(0.001, 1e6)))
def test_every_value_has_its_place_on_the_axes(values: list[float]) -> None:
    for axis in (seconds_axis(values), numbers_axis(values)):
        assert all(0 <= axis.place(value) <= 1 for value in values)
        assert 2 <= len(axis.ticks) <= 14


def test_the_same_runs_give_the_same_svg_and_it_is_well_formed() -> None:
    image = trade_off({"elicit": POINTS})
    assert image == trade_off({"elicit": POINTS})
    root = ET.fromstring(image)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("<All> rank 8") == 3  # in both plots and in the legend
    assert "512" in texts


def test_the_picture_is_saved_as_its_name_says(tmp_path: Path) -> None:
    save(tmp_path / "a.svg", partial(trade_off, {"elicit": POINTS}))
    save(tmp_path / "a.PNG", partial(trade_off, {"elicit": POINTS, "teach": POINTS}))
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<svg")
    png = (tmp_path / "a.PNG").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) > (1000, 500)


def test_a_link_in_the_place_of_a_picture_leads_it_nowhere_else_and_a_pipe_keeps_nobody_waiting(
    tmp_path: Path,
) -> None:
    (tmp_path / "own").write_text("mine\n")
    (tmp_path / "a.svg").symlink_to("own")
    os.mkfifo(tmp_path / "b.svg")
    for name in ("a.svg", "b.svg"):
        save(tmp_path / name, partial(trade_off, {"elicit": POINTS}))
        assert (tmp_path / name).read_bytes().startswith(b"<svg")
        assert not (tmp_path / name).is_symlink()
    assert (tmp_path / "own").read_text() == "mine\n"


@pytest.mark.parametrize(("name", "says"), [("a.gif", "must end in .svg or .png"), ("no/where.svg", "can't save")])
def test_a_picture_that_cannot_be_saved_is_reported(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(DrawingError, match=says):
        save(tmp_path / name, partial(trade_off, {"elicit": POINTS}))


def test_nothing_to_draw_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match="nothing to draw"):
        save(tmp_path / "a.svg", partial(trade_off, {"elicit": []}))
