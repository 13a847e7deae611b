"""Where a card, its progress and its grades stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widget import Widget

from studyapp.tui.widgets.bars.progress_rule import ProgressRule
from studyapp.tui.widgets.cards.card_view import CardView
from studyapp.tui.widgets.cards.grade_bar import GradeBar
from tests.helpers.apps import app_of, make_app, press, running, shown, until
from tests.helpers.tiers import tiered

WIDEST = 88
"""The reading column."""
LONG = "word " * 60
CARD = {"A.md": f"#flashcards\n\n{LONG}::{LONG}\n<!--SR:!2024-06-10,4,250-->\n"}
WHOLE = {"Note.md": f"---\ntags: [review]\n---\n\n{LONG}\n"}


def inside(widget: Widget) -> tuple[int, int]:
    """The first and the last column that it can write into."""
    return widget.content_region.x, widget.content_region.right


@tiered("size", [(80, 24), (60, 20), (70, 24), (120, 40), (160, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_progress_card_answer_and_grades_begin_and_end_in_the_same_columns(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(make_app(tmp_path, CARD), size) as pilot:
        await press(pilot, "space")
        screen = app_of(pilot).screen
        edges = {inside(screen.query_one(one)) for one in (ProgressRule, GradeBar)}
        left, right = edges.pop()
        assert not edges
        for part in ("#card-front", "#card-back"):
            region = screen.query_one(part).region
            assert (region.x, region.right) == (left, right)
        margin = 1 if size[0] < 70 else 2
        assert right - left == min(WIDEST, size[0] - 2 * margin) == screen.query_one(CardView)._text_width()
        if size[1] >= 30:
            (rim,) = (line for line in shown(pilot).splitlines() if "▔" in line)
            assert (rim.index("▔"), rim.rindex("▔") + 1) == (left, right)


@pytest.mark.slow
async def test_a_whole_note_stands_where_a_card_does(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, WHOLE, start="decks"), (160, 50)) as pilot:
        await until(pilot, lambda: app_of(pilot).whole_notes is not None)
        await press(pilot, "c", "up", "enter")
        await until(pilot, lambda: "Good" in shown(pilot))
        left, right = inside(app_of(pilot).screen.query_one(GradeBar))
        assert right - left == WIDEST
        assert left == 160 - right
