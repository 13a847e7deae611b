"""What charts look like, by their characters alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.charts.bars import Bar, bars, table
from studyapp.charts.calendar import heat_map, legend
from studyapp.charts.cells import Cell, flow, nice, plain, short
from studyapp.charts.columns import Layer, collect_days, draw_columns

TODAY = date(2024, 6, 15)  # a Saturday
LAYERS = (Layer("again", "░"), Layer("good", "█"))


def test_stacked_columns_have_a_scale_and_days_and_a_glyph_for_each_layer() -> None:
    days = {TODAY: (1.0, 3.0), TODAY - timedelta(1): (2.0, 0.0)}
    columns = collect_days(days, TODAY - timedelta(3), TODAY, 2, 4)
    assert [plain(row) for row in draw_columns(columns, LAYERS, 40, 4)] == [
        "4 ┤                        ███████",
        "  │                        ███████",
        "  │                ░░░░░░░ ███████",
        "  │                ░░░░░░░ ░░░░░░░",
        "0 ▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔",
        "   12 Jun  13 Jun  14 Jun  15 Jun",
    ]


def test_a_single_layer_is_drawn_to_an_eighth_and_what_is_little_is_still_seen() -> None:
    columns = collect_days({TODAY: [100.0], TODAY - timedelta(1): [0.1]}, TODAY - timedelta(2), TODAY, 1, 3)
    assert [plain(row) for row in draw_columns(columns, LAYERS[1:], 12, 2)] == [
        "100 ┤    █",
        "    │  ▁ █",
        "  0 ▔▔▔▔▔▔▔",
        "     13 Jun",
    ]


@pytest.mark.parametrize(("value", "scale"), [(1.0, ["1", "0"]), (0.9, ["1", "0.5", "0"]), (2.0, ["2", "1", "0"])])
def test_the_middle_of_a_scale_of_whole_things_is_whole(value: float, scale: list[str]) -> None:
    rows = [plain(row) for row in draw_columns(collect_days({TODAY: [value]}, TODAY, TODAY, 1, 3), LAYERS[1:], 12, 6)]
    assert [row.split()[0] for row in rows if "┤" in row or "▔" in row] == scale


@given(st.integers(1, 3000), st.integers(1, 80))
def test_days_are_added_up_until_there_is_room_and_none_is_lost(length: int, room: int) -> None:
    first = TODAY - timedelta(length - 1)
    days = {first + timedelta(number): [float(number)] for number in range(length)}
    columns = collect_days(days, first, TODAY, 1, room)
    assert len(columns.values) <= room
    assert sum(value for (value,) in columns.values) == sum(range(length))
    assert columns.starts[0] == first
    assert columns.values[-1][0] == sum(range(max(0, length - columns.size), length))


@pytest.mark.parametrize(("most", "end"), [(0, 1), (1, 1), (3, 4), (10, 10), (101, 120), (1001, 1200), (7000, 8000)])
def test_an_axis_ends_with_a_round_number(most: float, end: float) -> None:
    assert nice(most) == pytest.approx(end)


@given(st.floats(0, 1e9))
def test_no_value_is_beyond_its_axis(most: float) -> None:
    assert most <= nice(most) <= max(1, 2 * most)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (0.5, "0.5"), (950, "950"), (1200, "1.2k"), (16000, "16k"), (3.4e6, "3.4M")]
)
def test_numbers_beside_an_axis_are_short(number: float, text: str) -> None:
    assert short(number) == text


def test_bars_stand_between_their_names_and_numbers() -> None:
    rows = bars([Bar("a", 8, "8"), Bar("漢字", 4, "4"), Bar("c", 0.01, "few"), Bar("d", 0, "0")], 20)
    assert [plain(row) for row in rows] == [
        "   a  ━━━━━━━━━    8",
        "漢字  ━━━━─────    4",
        "   c  ━────────  few",
        "   d  ─────────    0",
    ]


def test_days_are_shaded_by_quarters_of_the_busy_ones_up_to_today() -> None:
    counts = {TODAY - timedelta(number): number for number in range(1, 9)}
    assert [plain(row) for row in heat_map(counts, TODAY, 14)] == [
        "    Apr    Jun",
        "Mon ·········▒",
        "    ·········▒",
        "Wed ·········░",
        "    ·········░",
        "Fri ········█░",
        "    ········▓·",
        "Sun ········▓",
    ]


def test_the_legend_says_from_how_many_reviews_on_a_shade_begins() -> None:
    counts = {TODAY - timedelta(number): number for number in range(1, 9)}
    assert plain(legend(counts, TODAY, 57)) == "    · none   ░ 1–3   ▒ 4–5   ▓ 6–7   █ 8+"
    assert plain(legend({}, TODAY, 57)) == "    · no reviews"


def test_the_legend_has_the_shades_of_the_map() -> None:
    counts = {TODAY - timedelta(n): n for n in range(9)}
    shown = {cell.kind: cell.text for row in heat_map(counts, TODAY, 57) for cell in row if "heat" in cell.kind}
    assert {cell.kind: cell.text for cell in legend(counts, TODAY, 57) if "heat" in cell.kind} == shown


def test_a_narrow_calendar_shows_the_last_weeks() -> None:
    assert {len(plain(row)) for row in heat_map({}, TODAY, 24)[1:7]} == {24}


def test_tables_and_pieces_keep_to_their_columns_and_width() -> None:
    assert [plain(row) for row in table([("", "n"), ("漢", "10"), ("b", "2")])] == ["     n", "漢  10", "b    2"]
    pieces = [[Cell("abc")], [Cell("def")], [Cell("ghi")]]
    assert [plain(row) for row in flow(pieces, 9)] == ["abc   def", "ghi"]
