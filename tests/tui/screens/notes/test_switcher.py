"""Going to a note by name, from anywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.screens.notes.switcher import SwitcherScreen
from studyapp.tui.widgets.notes.note_view import NoteView
from tests.helpers.apps import make_app, press, review_of, running, shown, until, words

NOTES = {
    "Folder/LoRA.md": "---\naliases: [Low-Rank Adaptation]\n---\n#flashcards\n\na::b\n\nThe low rank.\n",
    "Other.md": "Another text.\n",
}


async def test_a_note_is_read_from_a_review_and_leaving_it_comes_back(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, SwitcherScreen)
        await press(pilot, *"oth", "enter")
        await until(pilot, lambda: "Another text." in shown(pilot))
        assert isinstance(app.screen, NotesScreen)
        await press(pilot, "q")
        assert review_of(app).is_current


@pytest.mark.slow
async def test_where_notes_are_read_the_note_is_read_there_and_the_way_back_is_known(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: app.screen.query(NoteView) and "The low rank." in shown(pilot))
        await press(pilot, "ctrl+o", *"other", "enter")
        await until(pilot, lambda: "Another text." in shown(pilot))
        assert sum(isinstance(screen, NotesScreen) for screen in app.screen_stack) == 1
        await press(pilot, "left_square_bracket")
        assert "The low rank." in shown(pilot)


@pytest.mark.slow
async def test_the_note_that_changed_last_comes_first_and_an_alias_says_whose_it_is(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    os.utime(tmp_path / "vault" / "Other.md", (1, 1))
    async with running(app) as pilot:
        await press(pilot, "ctrl+o")
        assert "▎ LoRA Folder" in words(pilot)
        await press(pilot, *"adaptation")
        assert "▎ Low-Rank Adaptation → LoRA Folder" in words(pilot)
        await press(pilot, "escape")
        assert review_of(app).is_current
