"""A typed answer, and how it differs from the card's."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from studyapp.study.review.answers import compare_answer
from studyapp.tui.widgets.cards.type_answer import TypeAnswer, drawn_difference
from tests.helpers.apps import (
    make_app,
    note,
    press,
    review_of,
    running,
    shown,
    words,
)
from tests.helpers.vaults import NOW

CLOZE = {"Gaps.md": "#flashcards\n\n==1;;Paris;;a city== and ==1;;Rome== are capitals.\n"}
LONG = {"Long.md": "#flashcards\n\nWhat is kept?::The **frozen** weights stay as they are.\n"}


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type a text as a user does, and press Enter."""
    keys = ["space" if char == " " else char for char in text]
    await press(pilot, *keys, "enter")


async def test_a_right_answer_is_called_right_and_the_card_is_graded_as_usual(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "t")
        assert "Your answer" in shown(pilot)
        await typed(pilot, "paris")
        text = words(pilot)
        assert "That is right." in text
        assert "1 Again" in text
        await press(pilot, "3")
        assert "Italy" in shown(pilot)
        assert not pilot.app.screen.query_one(TypeAnswer).display
        assert b"2024-06-10" not in note(tmp_path)


@pytest.mark.slow
async def test_the_difference_is_shown_in_place_with_signs_and_colours(tmp_path: Path) -> None:
    app = make_app(tmp_path, LONG)
    async with running(app) as pilot:
        await press(pilot, "t")
        await typed(pilot, "the weights change")
        text = words(pilot)
        assert "The [+frozen] weights [-change] [+stay as they are.]" in text
        assert "The frozen weights stay as they are." in text
        styles = {str(span.style) for span in drawn_difference(compare_answer("new", "old")).spans}
        assert styles == {"strike $bad", "bold $good"}


@pytest.mark.slow
async def test_without_colour_the_signs_remain(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, settings={"theme": "plain"})) as pilot:
        await press(pilot, "t")
        await typed(pilot, "lyon")
        assert "[-lyon] [+Paris]" in shown(pilot)


@pytest.mark.slow
async def test_each_gap_of_a_cloze_is_typed_separately(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, CLOZE)) as pilot:
        await press(pilot, "t")
        assert "Cloze 1 of 2 (a city)" in shown(pilot)
        await typed(pilot, "paris")
        assert "Cloze 2 of 2" in shown(pilot)
        await typed(pilot, "milan")
        text = words(pilot)
        assert "Paris [-milan] [+Rome]" in text
        assert "Paris and Rome are capitals." in text


async def test_letters_and_numbers_do_nothing_else_while_an_answer_is_typed(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "t", *"1usdeq")
        assert app.screen.query_one(Input).value == "1usdeq"
        assert "France" in shown(pilot)


@pytest.mark.slow
async def test_escape_leaves_the_typing_and_not_the_review(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "t", "x", "escape")
        assert "Your answer" not in shown(pilot)
        assert "Space show the answer" in shown(pilot)
        await press(pilot, "space", "3")
        assert "Italy" in shown(pilot)


@pytest.mark.slow
async def test_what_is_shown_already_is_not_typed(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "t")
        assert "Your answer" not in shown(pilot)


async def test_no_answer_appears_by_itself_while_one_is_typed(tmp_path: Path) -> None:
    later = NOW
    app = make_app(tmp_path, settings={"reveal_after": "5"}, clock=lambda: later)
    async with running(app) as pilot:
        await press(pilot, "t", "p")
        later = NOW.replace(minute=59)
        review_of(app)._tick()
        await pilot.pause()
        assert app.screen.query_one(TypeAnswer).is_open
