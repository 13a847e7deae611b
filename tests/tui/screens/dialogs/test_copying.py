"""Copying by key and by mouse, in a review and in the reader."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from studyapp.tui.screens.dialogs.copying import CopyScreen
from studyapp.tui.widgets.cards.card_view import LaidText
from studyapp.tui.widgets.notes.note_view import NoteView
from tests.helpers.apps import make_app, press, running, shown, until, words
from tests.helpers.terminal import Terminal
from tests.helpers.vaults import NOW_TEXT, make_vault

CODE = "def f(rows):\n    return rows  # a long line that is broken into several pieces on every narrow screen"
CARD = f"Loop?\n?\n```python\n{CODE}\n```\nand **so** on"
COMMENT = "<!--SR:!2024-06-10,4,250-->"
NOTES = {"Notes.md": f"#flashcards\n\n{CARD}\n{COMMENT}\n\nLast::One\n"}


async def open_copies(pilot: Pilot[None]) -> None:
    await press(pilot, "C")
    await until(pilot, lambda: isinstance(pilot.app.screen, CopyScreen))


@pytest.mark.slow
async def test_each_part_of_a_card_is_copied_as_it_is_written(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    answer = f"```python\n{CODE}\n```\nand **so** on"
    async with running(app, (50, 24)) as pilot:
        await press(pilot, "space")
        for keys, text, said in (
            (["C"], answer, "Copied the answer (5 lines)"),
            (["3"], CODE, "Copied code (python) (2 lines)"),
            (["enter"], answer, "Copied the answer (5 lines)"),
            (["2"], "Loop?", "Copied the question (5 characters)"),
            (["1"], answer, "Copied the answer (5 lines)"),
            (["4"], CARD, "Copied the whole card (7 lines)"),
            (["j", "j", "C"], CODE, "Copied code (python)"),
        ):
            await open_copies(pilot)
            await press(pilot, *keys)
            assert app.clipboard == text, keys
            assert said in words(pilot)


async def test_before_the_turn_no_answer_is_offered_or_shown(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"Notes.md": "#flashcards\n\nFrance::Paris\n"})
    async with running(app) as pilot:
        await open_copies(pilot)
        assert "Answer" not in shown(pilot)
        assert "Paris" not in shown(pilot)
        await press(pilot, "1")
        await press(pilot, "enter")
        assert app.clipboard == "France"


@pytest.mark.slow
async def test_escape_copies_nothing(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await open_copies(pilot)
        await press(pilot, "escape")
        assert app.clipboard == ""
        assert "Loop?" in shown(pilot)


@pytest.mark.slow
async def test_copying_is_among_the_keys_of_the_review(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES), (100, 50)) as pilot:
        await press(pilot, "question_mark")
        assert "Copy: the answer, its code, the whole card" in words(pilot)
        assert "Quit: Ctrl+c copies what is selected" in words(pilot)


@pytest.mark.slow
async def test_what_the_mouse_selects_has_neither_breaks_nor_frames(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app, (50, 24)) as pilot:
        await press(pilot, "space")
        back = app.screen.query_one("#card-back", LaidText)
        app.screen.selections = {back: Selection(None, None)}
        await press(pilot, "ctrl+c")
        assert app.is_running
        assert app.clipboard == f"{CODE}\nand so on"
        app.screen.selections = {back: Selection(Offset(2, 2), None)}
        await press(pilot, "C")
        assert app.clipboard.startswith("    return rows")
        assert app.screen.get_selected_text() is None


@pytest.mark.slow
async def test_a_drag_of_the_mouse_over_a_note_selects_its_words(tmp_path: Path) -> None:
    app = make_app(tmp_path, {"Notes.md": "#flashcards\n\n> a [[Other]] **bold** word\n\na::b\n", "Other.md": "x"})
    async with running(app, (60, 24)) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: app.screen.query(NoteView) and "bold word" in shown(pilot))
        row = next(number for number, line in enumerate(shown(pilot).splitlines()) if "bold word" in line)
        column = shown(pilot).splitlines()[row].index("Other")
        await pilot.mouse_down(offset=(column, row))
        await pilot.hover(offset=(column + 3, row))
        await pilot.hover(offset=(column + 9, row))
        await pilot.mouse_up(offset=(column + 9, row))
        assert app.screen.get_selected_text() == "Other bold"[: len(app.screen.get_selected_text() or "")]
        await press(pilot, "C")
        assert app.clipboard.startswith("Other b")


@pytest.mark.slow
async def test_in_the_reader_code_and_cards_in_sight_and_the_note_are_copied(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app, (60, 30)) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: app.screen.query(NoteView) and "Loop?" in shown(pilot))
        await open_copies(pilot)
        await press(pilot, "3")
        assert app.clipboard == CODE
        await open_copies(pilot)
        await press(pilot, "4")
        assert app.clipboard == NOTES["Notes.md"]


@pytest.mark.slow
async def test_in_the_list_of_cards_the_parts_of_the_one_under_the_cursor_are_copied(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app, (80, 30)) as pilot:
        await press(pilot, "b", "escape")
        for row, keys, text in ((0, ["3"], CODE), (0, ["4"], CARD), (1, ["1"], "One"), (1, ["2"], "Last")):
            await press(pilot, "g", *["j"] * row)
            await open_copies(pilot)
            await press(pilot, *keys)
            assert app.clipboard == text


@pytest.mark.slow
async def test_the_reason_why_a_copy_may_not_arrive_is_given_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux")
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await open_copies(pilot)
        await press(pilot, "4")
        assert "set -g set-clipboard on" in words(pilot)
        await open_copies(pilot)
        await press(pilot, "4")
        assert "Copied the whole card (7 lines)." in words(pilot)
        assert "set-clipboard" not in words(pilot)


@pytest.mark.slow
def test_no_control_sequence_of_a_note_reaches_the_terminal_by_copying(tmp_path: Path) -> None:
    hostile = "\x1b]0;owned\x07 \x1b[2J \x9b31m \x1b]52;c;aGk=\x07 end"
    vault = make_vault(tmp_path / "vault", {"Notes.md": f"#flashcards\n\n{hostile}::{hostile}\n"})
    home = tmp_path / "home"
    home.mkdir()
    terminal = Terminal(["review", str(vault), "--now", NOW_TEXT], home)
    terminal.until_shown("show the answer")
    terminal.press(" ")
    terminal.until_shown("Good")
    terminal.press("C")
    terminal.until_shown("Whole card")
    terminal.press("4")
    terminal.until_shown("Copied the whole card")
    terminal.press("q")
    assert terminal.end() == 0
    assert b"\x1b]0;owned" not in terminal.raw
    assert b"\x1b]52;c;aGk=" not in terminal.raw
    (sent,) = re.findall(rb"\x1b\]52;c;([^\x07]*)\x07", terminal.raw)
    text = base64.b64decode(sent).decode()
    assert text.endswith("end")
    assert "]0;owned" in text
    assert "\x1b" not in text
    assert "\x9b" not in text


@pytest.mark.slow
async def test_the_key_line_names_one_key_for_copying(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "space", "C")
        assert "C Copy" not in shown(pilot)
