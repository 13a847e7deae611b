"""Adding a card: from where you are, shown before it is written, undone like a grade."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Offset
from textual.selection import Selection
from textual.widgets import Static, TextArea

from studyapp.study.search.parse import parse_query
from studyapp.tui.screens.notes.add_card import AddCardScreen
from studyapp.tui.widgets.notes.note_view import NoteView
from tests.helpers.apps import make_app, press, running, shown, until
from tests.helpers.vaults import NOW

OLD = "#flashcards/a\n\nFrance::Paris\n\nItaly::Rome\n"
NOTES: dict[str, str | bytes] = {
    "A.md": OLD,
    "B.md": "#flashcards/b\n\nSpain::Madrid\n",
}


def said(screen: AddCardScreen, name: str) -> str:
    return str(screen.query_one(name, Static).visual)


async def test_a_card_goes_into_the_note_of_the_deck_under_the_cursor_and_undo_takes_it_out(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        await press(pilot, "down", "a")
        assert isinstance(app.screen, AddCardScreen)
        assert "Into  A" in said(app.screen, "#add-where")
        await press(pilot, *"Peru", "tab", *"Lima", "ctrl+s")
        app.write_all()
        await pilot.pause()
        root = app.workspace.vault.root
        assert (root / "A.md").read_text() == f"{OLD}\nPeru::Lima\n"
        assert [area.text for area in app.screen.query(TextArea)] == ["", ""]
        assert "1 card added to the end of A.md" in said(app.screen, "#add-said")
        await press(pilot, "escape", "u")
        app.write_all()
        assert (root / "A.md").read_text() == OLD


@pytest.mark.slow
async def test_it_is_seen_and_said_before_it_is_written(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await press(pilot, "a")
        screen = app.screen
        assert isinstance(screen, AddCardScreen)
        await press(pilot, *"france")
        screen._draw()
        assert "no back" in said(screen, "#add-said")
        await press(pilot, "tab", *"x")
        screen._draw()
        assert "A card with this front already" in said(screen, "#add-said")
        assert "france" in said(screen, "#add-card-looks")
        await press(pilot, "ctrl+b")
        assert "both ways" in said(screen, "#add-where")
        await press(pilot, "ctrl+s")
        app.write_all()
        assert "france:::x" in (app.workspace.vault.root / "A.md").read_text()


@pytest.mark.slow
async def test_from_a_review_it_goes_into_the_note_of_the_card_and_from_the_reader_into_the_note_that_is_read(
    tmp_path: Path,
) -> None:
    app = make_app(tmp_path, {"B.md": NOTES["B.md"]}, start="review")
    async with running(app) as pilot:
        await press(pilot, "a")
        assert isinstance(app.screen, AddCardScreen)
        assert "Into  B" in said(app.screen, "#add-where")
        await press(pilot, "escape", "n", "a")
        assert isinstance(app.screen, AddCardScreen)
        assert "Into  B" in said(app.screen, "#add-where")


@pytest.mark.slow
async def test_what_is_marked_in_the_reader_is_the_front_to_begin_with(tmp_path: Path) -> None:
    text = "#flashcards/b\n\nSpain::Madrid\n\nThe ebb **follows** the flood.\n\nAnother paragraph.\n"
    app = make_app(tmp_path, {"B.md": text}, start="review")
    async with running(app) as pilot:
        await press(pilot, "n")
        view = app.screen.query_one(NoteView)
        row = next(y for y, line in enumerate(shown(pilot).splitlines()) if "The ebb" in line) - view.region.y
        app.screen.selections = {view: Selection(Offset(0, row + view.scroll_offset.y), Offset(78, row))}
        await press(pilot, "a")
        assert isinstance(app.screen, AddCardScreen)
        assert app.screen.query_one("#add-front", TextArea).text.strip() == "The ebb follows the flood."
        await press(pilot, *"?", "tab", *"Yes", "ctrl+s")
        app.write_all()
        assert (tmp_path / "vault/B.md").read_text() == f"{text}\nThe ebb follows the flood.?::Yes\n"


@pytest.mark.slow
async def test_without_a_mark_it_is_the_paragraph_of_the_link_under_the_cursor(tmp_path: Path) -> None:
    text = "#flashcards/b\n\nSpain::Madrid\n\nThe ebb **follows**\nthe [[flood]].\n\nAnother paragraph.\n"
    app = make_app(tmp_path, {"B.md": text}, start="review")
    async with running(app) as pilot:
        await press(pilot, "n", "tab", "a")
        assert isinstance(app.screen, AddCardScreen)
        assert app.screen.query_one("#add-front", TextArea).text == "The ebb **follows**\nthe [[flood]]."
        await press(pilot, "escape", "escape", "n", "a")
        assert isinstance(app.screen, AddCardScreen)
        assert app.screen.query_one("#add-front", TextArea).text == ""


@pytest.mark.slow
async def test_text_that_is_not_a_card_is_not_written(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        before = {path: path.read_bytes() for path in app.workspace.vault.root.rglob("*.md")}
        await press(pilot, "a", "ctrl+s")
        assert isinstance(app.screen, AddCardScreen)
        assert "This isn't a card: it has no back" in said(app.screen, "#add-said")
        await press(pilot, *"only a front", "ctrl+s")
        app.write_all()
        assert before == {path: path.read_bytes() for path in app.workspace.vault.root.rglob("*.md")}


@pytest.mark.slow
async def test_the_note_can_be_chosen(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await press(pilot, "a", "ctrl+o", *"B", "enter")
        assert isinstance(app.screen, AddCardScreen)
        assert "Into  B" in said(app.screen, "#add-where")
        await press(pilot, *"a", "tab", *"b", "ctrl+s")
        app.write_all()
        assert (app.workspace.vault.root / "B.md").read_text().endswith("\na::b\n")


@pytest.mark.slow
async def test_a_card_that_is_added_over_browse_leaves_its_search_as_it_was(tmp_path: Path) -> None:
    """Both look into the same table, and what is known of cards besides their notes is told to it once."""
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        await press(pilot, "b")
        await until(pilot, lambda: "France" in shown(pilot))
        await press(pilot, "down", "z")
        app.write_all()
        suspended = parse_query("is:suspended", NOW.date())
        await until(pilot, lambda: len(app.search_index.search(suspended, NOW) or ()) == 1)
        await press(pilot, "a", *"france", "tab", *"x")
        screen = app.screen
        assert isinstance(screen, AddCardScreen)
        screen._draw()
        assert "A card with this front already" in said(screen, "#add-said")
        await press(pilot, "escape")
        assert len(app.search_index.search(suspended, NOW) or ()) == 1
