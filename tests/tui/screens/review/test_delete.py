"""Deleting a card's question in the review: it asks, the review goes on, and undo brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.study.review.custom import CustomStudy, Mode
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.dialogs.help import AskScreen
from tests.helpers.apps import (
    TWO_CARDS,
    make_app,
    note,
    press,
    running,
    shown,
    words,
)

OLD = TWO_CARDS["Notes.md"].encode()
LEFT = b"#flashcards\n\n# Capitals\n\nItaly::Rome\n<!--SR:!2024-06-12,4,250-->\n"
BOTH = {"Both.md": "#flashcards\n\nLima:::Peru\n<!--SR:!2024-06-10,4,250!2024-06-11,4,250-->\n\nItaly::Rome\n"}


async def test_it_asks_with_the_lines_that_would_go_and_no_keeps_them(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "D")
        assert isinstance(app.screen, AskScreen)
        text = shown(pilot)
        assert "Delete this question from Notes.md?" in text
        assert "France::Paris" in text
        assert "<!--SR:!2024-06-10,4,250-->" in text
        assert "Italy" not in text
        await press(pilot, "n")
        assert "France" in shown(pilot)
        assert note(tmp_path) == OLD


async def test_the_review_continues_and_undo_and_redo_work_byte_for_byte(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "D", "y")
        assert note(tmp_path) == LEFT
        assert "Italy" in shown(pilot)
        assert "1 due" in shown(pilot)
        assert "Deleted from Notes.md. u undoes that." in words(pilot)
        await press(pilot, "u")
        assert note(tmp_path) == OLD
        assert "France" in shown(pilot)
        assert "2 due" in shown(pilot)
        assert "Undid the deletion of a question." in shown(pilot)
        await press(pilot, "ctrl+r")
        assert note(tmp_path) == LEFT
        assert "Italy" in shown(pilot)
        assert "1 due" in shown(pilot)


async def test_the_other_cards_of_the_question_go_with_it(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, BOTH)) as pilot:
        await press(pilot, "D")
        assert "with its 2 cards" in shown(pilot)
        await press(pilot, "y")
        assert note(tmp_path, "Both.md") == b"#flashcards\n\nItaly::Rome\n"
        assert "0 due  1 new" in shown(pilot)
        await press(pilot, "u")
        assert note(tmp_path, "Both.md") == BOTH["Both.md"].encode()
        assert "2 due  1 new" in shown(pilot)


@pytest.mark.slow
async def test_grades_before_and_after_it_are_undone_in_their_order(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\nA::a\n\nB::b\n\nC::c\n"}
    async with running(make_app(tmp_path, notes)) as pilot:
        await press(pilot, "space", "3", "D", "y", "space", "4")
        assert "Nothing left" in shown(pilot)
        assert b"B::b" not in note(tmp_path, "A.md")
        await press(pilot, "u", "u", "u")
        assert note(tmp_path, "A.md") == notes["A.md"].encode()


@pytest.mark.slow
async def test_the_last_card_can_go_and_a_later_run_brings_it_back(tmp_path: Path) -> None:
    notes = {"A.md": "#flashcards\n\nA::a\n"}
    async with running(make_app(tmp_path, notes)) as pilot:
        await press(pilot, "D", "y")
        assert "Nothing left" in shown(pilot)
        assert note(tmp_path, "A.md") == b"#flashcards\n"
    async with running(make_app(tmp_path, {})) as pilot:
        await press(pilot, "u")
        assert note(tmp_path, "A.md") == notes["A.md"].encode()
        assert "Space show the answer" in shown(pilot)
        await press(pilot, "ctrl+r")
        assert note(tmp_path, "A.md") == b"#flashcards\n"
        assert "Nothing left" in shown(pilot)


async def test_a_note_that_changes_while_it_asks_is_left_alone(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "D")
        changed = OLD.replace(b"Paris", b"Lyon")
        (tmp_path / "vault" / "Notes.md").write_bytes(changed)
        await press(pilot, "y")
        assert note(tmp_path) == changed
        assert "the question is not deleted, because" in words(pilot)
        await press(pilot, "s")
        assert "Italy" in shown(pilot)


@pytest.mark.slow
async def test_a_long_question_is_shown_in_part(tmp_path: Path) -> None:
    lines = "\n".join(f"line {number}" for number in range(40))
    async with running(make_app(tmp_path, {"A.md": f"#flashcards\n\nA\n?\n{lines}\n"}), size=(60, 20)) as pilot:
        await press(pilot, "D")
        assert "… and 33 more lines" in shown(pilot)
        assert "y Delete it" in shown(pilot)
        await press(pilot, "y")
        assert note(tmp_path, "A.md") == b"#flashcards\n"


async def test_cram_deletes_nothing(tmp_path: Path) -> None:
    made = make_app(tmp_path)
    app = StudyApp(made.workspace, None, "review", custom=CustomStudy(Mode.CRAM))
    async with running(app) as pilot:
        await press(pilot, "D")
        assert not isinstance(app.screen, AskScreen)
        assert note(tmp_path) == OLD


@pytest.mark.slow
async def test_of_two_equal_questions_the_other_one_is_still_asked(tmp_path: Path) -> None:
    text = "#flashcards\n\nA::a\n<!--SR:!2024-06-10,4,250-->\n\nA::a\n<!--SR:!2024-06-11,5,250-->\n"
    async with running(make_app(tmp_path, {"A.md": text})) as pilot:
        await press(pilot, "D", "y")
        assert note(tmp_path, "A.md") == b"#flashcards\n\nA::a\n<!--SR:!2024-06-11,5,250-->\n"
        assert "1 due" in shown(pilot)
        await press(pilot, "i")
        assert "2024-06-11" in shown(pilot)
        await press(pilot, "escape", "D", "y")
        assert note(tmp_path, "A.md") == b"#flashcards\n"
        assert "Nothing left" in shown(pilot)
        await press(pilot, "u", "u")
        assert note(tmp_path, "A.md") == text.encode()
        assert "2 due" in shown(pilot)
