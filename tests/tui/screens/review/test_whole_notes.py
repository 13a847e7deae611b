"""Whole notes in the app: offered where there are some, read, graded, undone byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.pilot import Pilot

from studyapp.core.settings.model import Settings
from studyapp.study.whole_notes.rules import read_whole_note
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.dialogs.newer import NewerScreen
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.screens.review.whole_notes import WholeNotesScreen
from tests.helpers.apps import (
    TWO_CARDS,
    make_app,
    note,
    press,
    running,
    shown,
    until,
    words,
)
from tests.helpers.tiers import tiered

DUE = (
    "---\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\ntitle: x # mine\n---\n#review\n\n# Adapters\n\nAn idea.\n"
)
NOTES: Mapping[str, str | bytes] = {
    "Ideas/Due.md": DUE,
    "New.md": "#review\n\nSomething new.\n",
    "Cards.md": "#flashcards\n\nFrance::Paris\n",
}


async def opened(pilot: Pilot[None]) -> WholeNotesScreen:
    """Open the whole notes from the decks."""
    app = pilot.app
    assert isinstance(app, StudyApp)
    await until(pilot, lambda: app.whole_notes is not None)
    await press(pilot, "c", "up", "enter")
    screen = app.screen
    assert isinstance(screen, WholeNotesScreen)
    await until(pilot, lambda: screen.session is not None)
    await pilot.pause()
    return screen


@pytest.mark.slow
async def test_the_decks_say_what_waits_and_c_shows_the_first_note_with_its_grades(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await until(pilot, lambda: "2 whole notes to review: c" in shown(pilot))
        await opened(pilot)
        text = shown(pilot)
        assert "1 due  1 new" in text
        assert re.search(r"Ideas › Due .+due 5 days ago", text)
        assert "An idea." in text
        assert "sr-due" not in text
        assert re.search(r"2 Hard \d+d +3 Good \d+d +4 Easy [\d.]+mo", text)
        assert "Again" not in text


@pytest.mark.slow
async def test_without_such_notes_nothing_speaks_of_them(tmp_path: Path) -> None:
    app = make_app(tmp_path, TWO_CARDS, start="decks")
    async with running(app) as pilot:
        await until(pilot, lambda: app.whole_notes is not None)
        await press(pilot, "c")
        assert "hole note" not in shown(pilot)


@tiered("key, grade", [("2", "hard"), ("3", "good"), ("4", "easy")])
async def test_a_grade_changes_three_values_and_undo_gives_the_bytes_back(
    tmp_path: Path, key: str, grade: str
) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        await opened(pilot)
        await press(pilot, key)
        with app.writer.quiet() as journal:
            (action,) = journal.applied
        assert action.grade == grade
        after = note(tmp_path, "Ideas/Due.md").decode()
        values = dict(line.split(": ", 1) for line in after.splitlines()[1:4])
        assert ",".join(values.values()) == action.after
        assert after.splitlines()[4:] == DUE.splitlines()[4:]
        assert "Something new." in shown(pilot)
        await press(pilot, "u")
        assert note(tmp_path, "Ideas/Due.md").decode() == DUE
        assert "An idea." in shown(pilot)
        assert f'Undid "{grade.capitalize()}" for a whole note, Ideas/Due.md.' in words(pilot)
        await press(pilot, "ctrl+r")
        assert note(tmp_path, "Ideas/Due.md").decode() == after
        assert "Something new." in shown(pilot)


@pytest.mark.slow
async def test_when_all_are_graded_it_says_so_and_the_decks_forget_them(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        await opened(pilot)
        await press(pilot, "3", "4")
        assert "No notes left to review." in shown(pilot)
        assert "2 notes were graded." in shown(pilot)
        await press(pilot, "1", "3", "s", "L", "q")
        await until(pilot, lambda: not app.reading)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "to review" not in shown(pilot)
        await press(pilot, "c", "up", "enter")
        assert isinstance(app.screen, WholeNotesScreen)
        await until(pilot, lambda: "No notes left" in shown(pilot))
        await press(pilot, "u")
        assert "Something new." in shown(pilot)
        assert note(tmp_path, "New.md") == b"#review\n\nSomething new.\n"


@pytest.mark.slow
async def test_the_list_shows_what_waits_and_opens_another(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await opened(pilot)
        await press(pilot, "L")
        assert "▎ Ideas/Due  due 5 days ago" in shown(pilot)
        assert "New        new" in shown(pilot)
        await press(pilot, "down", "enter")
        assert "Something new." in shown(pilot)
        await press(pilot, "s")
        assert "An idea." in shown(pilot)


@pytest.mark.slow
async def test_the_reader_opens_the_note_and_comes_back(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        await opened(pilot)
        await press(pilot, "n")
        await until(pilot, lambda: isinstance(app.screen, NotesScreen))
        await until(pilot, lambda: "An idea." in shown(pilot))
        await press(pilot, "q")
        assert isinstance(app.screen, WholeNotesScreen)


@pytest.mark.slow
async def test_undo_and_redo_of_a_card_s_grade_are_said_too(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        await press(pilot, "enter", "space", "3", "q")
        await until(pilot, lambda: not app.reading)
        await opened(pilot)
        await press(pilot, "u")
        assert 'Undid "Good" in Cards.md.' in words(pilot)
        assert note(tmp_path, "Cards.md") == b"#flashcards\n\nFrance::Paris\n"
        assert "1 due  1 new" in shown(pilot)


@pytest.mark.slow
async def test_a_note_that_cannot_be_written_keeps_its_grade_in_the_log(tmp_path: Path) -> None:
    broken = "---\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\na: {b\n---\n#review\n\nBroken.\n"
    odd = {
        "Odd.md": "---\nsr-due: >\n  2024-06-10\nsr-interval: 4\nsr-ease: 250\n---\n#review\n\nOdd.\n",
        "B.md": broken,
    }
    app = make_app(tmp_path, odd, start="decks")
    async with running(app) as pilot:
        await opened(pilot)
        assert "Odd." in shown(pilot)
        await press(pilot, "3")
        assert note(tmp_path, "Odd.md").decode() == odd["Odd.md"]
        assert "waits in the review log" in words(pilot)


@pytest.mark.slow
async def test_it_works_in_the_smallest_terminal(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), (60, 20)) as pilot:
        await opened(pilot)
        text = shown(pilot)
        assert "An idea." in text
        assert "2 Hard" in text
        assert "4 Easy" in text


@pytest.mark.slow
async def test_a_review_of_cards_takes_a_note_s_grade_back_and_counts_its_own_alone(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        await opened(pilot)
        await press(pilot, "3", "q")
        await until(pilot, lambda: not app.reading)
        await press(pilot, "enter", "space", "3", "u", "u")
        assert 'Undid "Good" for a whole note.' in words(pilot)
        assert note(tmp_path, "Ideas/Due.md").decode() == DUE
        await press(pilot, "ctrl+r", "space", "3")
        assert "1 card in" in words(pilot)


@pytest.mark.slow
@pytest.mark.parametrize(("key", "waits"), [("y", 0), ("n", 0), ("q", 1)])
async def test_a_newer_schedule_that_came_meanwhile_is_asked_about_and_graded_from(
    tmp_path: Path, key: str, waits: int
) -> None:
    theirs = DUE.replace("2024-06-10", "2025-03-01").replace(": 4", ": 200")
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        await opened(pilot)
        (tmp_path / "vault/Ideas/Due.md").write_text(theirs)
        await press(pilot, "3")
        await until(pilot, lambda: isinstance(app.screen, NewerScreen))
        assert note(tmp_path, "Ideas/Due.md").decode() == theirs
        assert "In the meantime this note was" in words(pilot)
        await press(pilot, key)
        await until(pilot, lambda: len(app.standing.waiting) == waits)
        if key == "y":
            assert (found := read_whole_note("x", note(tmp_path, "Ideas/Due.md"), Settings())) is not None
            assert found.schedule is not None
            assert found.schedule.interval >= 200
        else:
            assert note(tmp_path, "Ideas/Due.md").decode() == theirs
        if key == "n":
            assert "The newer schedule stays" in words(pilot)


@pytest.mark.slow
async def test_the_note_and_its_code_are_copied_by_key(tmp_path: Path) -> None:
    notes = {"Ideas/Due.md": DUE + "\n```py\nx = 1\n```\n"}
    app = make_app(tmp_path, notes, start="decks")
    async with running(app) as pilot:
        await opened(pilot)
        await press(pilot, "C", "3")
        assert app.clipboard == "x = 1"
        await press(pilot, "C", "4")
        assert app.clipboard.startswith("#review\n\n# Adapters\n\nAn idea.")
        assert "sr-due" not in app.clipboard
