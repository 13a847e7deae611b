"""The drawing of what is trained follows every knob, in proportion."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos import catalog
from demos.frame import KnobValue
from studyapp.runs.drawn.block import block_rows
from studyapp.runs.drawn.plots import NAME, plain_plot

CARDS = {card.name: card for card in catalog.load().demos}
LORA = "W[d × d] frozen  + ⟦B[d × rank] zero⟧ · ⟦A[rank × d] random⟧"


def drawn(drawing: str, size: tuple[int, int] = (66, 12), marked: bool = True, **knobs: KnobValue) -> list[str]:
    return plain_plot(block_rows(drawing, knobs, size, marked=marked))


def cells(drawing: str, **knobs: KnobValue) -> list[tuple[int, int]]:
    """Columns and rows of each matrix that is trained."""
    rows = plain_plot(block_rows(drawing, knobs, (100, 20)))
    middle = next(row for row in rows if "·" in row)
    starts = [match.span() for match in re.finditer("█+", middle)]
    return [(end - start, sum(row[start:end].startswith("█") for row in rows)) for start, end in starts]


def test_matrices_are_drawn_in_proportion_with_their_shapes() -> None:
    rows = drawn(LORA, rank=4)
    assert rows[-2].split() == ["W", "64", "×", "64", "⟦B", "64", "×", "4⟧", "⟦A", "4", "×", "64⟧"]
    assert rows[-1].split() == ["frozen", "zero", "random"]
    (thin, tall), (wide, flat) = cells(LORA, rank=4)
    assert (thin, flat) == (2, 1)
    assert abs(tall * 2 - wide) <= 1


def test_twice_the_rank_is_twice_as_thick() -> None:
    assert [side[0] for side in (cells(LORA, rank=8)[0], cells(LORA, rank=16)[0])] == [4, 9]


def test_a_line_stands_only_for_its_setting() -> None:
    drawing = "form=made: ⟦P[d × k]⟧\nform=direct: ⟦{k} words⟧ there\nboth"
    assert drawn(drawing, form="direct", k=3) == ["⟦3 words⟧ there", "both"]
    assert drawn(drawing, form="direct", k=1) == ["⟦1 word⟧ there", "both"]
    assert any("P" in row for row in drawn(drawing, form="made", k=3))


def test_colour_takes_the_place_of_the_brackets_of_matrices() -> None:
    rows = block_rows(LORA, {"rank": 4}, (66, 12), marked=False)
    assert "⟦" not in "".join(plain_plot(rows))
    assert {cell.text.strip() for cell in rows[-2] if cell.owner == NAME} == {"B  64 × 4", "A  4 × 64"}


def test_where_there_is_no_room_shapes_stand_in_a_line() -> None:
    assert drawn(LORA, (40, 1), rank=4) == ["W 64 × 64 + ⟦B 64 × 4⟧ · ⟦A 4 × 64⟧"]


def test_a_drawing_in_text_stays_as_it_stands() -> None:
    drawing = "  x ──▶ frozen ──▶ + ──▶ y\n  └──▶ ⟦count⟧ ──▶ ┘"
    assert drawn(drawing) == drawing.split("\n")


@pytest.mark.parametrize("name", CARDS)
def test_every_method_fits_its_pane_with_every_choice_of_its_knobs(name: str) -> None:
    card = CARDS[name]
    for knob in card.knobs:
        choices = knob.choices or ((False, True) if isinstance(knob.default, bool) else (knob.default,))
        for value in choices:
            for size in ((46, 9), (66, 12)):
                rows = plain_plot(block_rows(card.block, card.settle({knob.name: value}), size))
                assert len(rows) <= size[1]
                assert max(map(len, rows)) <= size[0]
                assert not any("…" in row for row in rows), rows
                assert "{" not in "".join(rows)


@given(st.text(), st.integers(0, 70), st.integers(0, 12))
def test_any_text_can_be_drawn(drawing: str, width: int, height: int) -> None:
    assert len(block_rows(drawing, {"rank": 4, "form": "direct"}, (width, height))) <= height
