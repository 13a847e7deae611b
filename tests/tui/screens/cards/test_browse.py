"""Every card in a table: found as you type, shown, sorted, and changed several at a time."""

from __future__ import annotations

import os
import re
import stat
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from studyapp.core.disk.cache import discard
from studyapp.core.schedule.entries import Grade
from studyapp.study.review.today import begin
from studyapp.study.search.sql import Condition
from studyapp.study.search.table import Numbers, SearchIndex
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.cards.browse import BrowseScreen
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.cards.card_table import CardTable
from studyapp.tui.widgets.cards.card_view import CardView
from tests.helpers.apps import (
    make_app,
    note,
    press,
    review_of,
    running,
    shown,
    until,
    words,
)
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, make_vault, workspace

NOTES: dict[str, str | bytes] = {
    "Geo.md": "#flashcards/geo\n\nFrance::Paris\n<!--SR:!2024-06-10,30,250-->\n\n"
    "Italy::Rome\n<!--SR:!2024-06-20,4,170-->\n\nSpain::Madrid\n",
    "Music.md": "#flashcards/music #exam\n\n[bold]Bach\x1b[31m::Fugue\n<!--SR:!2024-06-12,9,230-->\n",
}
ALL = ["France", "[bold]Bach␛[31m", "Italy", "Spain"]
"""By due date, new ones last."""


async def browsing(pilot: Pilot[None]) -> BrowseScreen:
    """Open the screen; its table is filled."""
    await press(pilot, "b")
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    await settled(pilot)
    return screen


async def settled(pilot: Pilot[None]) -> None:
    """Wait until the search is done."""
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await until(pilot, lambda: not screen._looking)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def fronts(screen: BrowseScreen) -> list[str]:
    table = screen.table
    return [found.front.replace("\x1b", "␛") for found in screen.index.cards(table.numbers) if found is not None]


@tiered("size", [(60, 20), (80, 24), (160, 50)])
async def test_all_cards_are_listed_and_the_one_under_the_cursor_is_shown(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), size) as pilot:
        screen = await browsing(pilot)
        assert fronts(screen) == ALL
        text = shown(pilot)
        assert "4 cards" in text
        assert "▎ France" in text
        assert "[bold]Bach␛[31m" in text, "as it stands in the note, and harmless"
        if size[1] > 20:
            await until(pilot, lambda: "Paris" in shown(pilot))
        else:
            assert "Paris" not in shown(pilot)
            await press(pilot, "enter", "enter")
            await until(pilot, lambda: "Paris" in shown(pilot))


@pytest.mark.slow
async def test_typing_narrows_the_list_down_and_arrows_lead_to_it(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        screen = await browsing(pilot)
        await press(pilot, *"a")
        await settled(pilot)
        assert fronts(screen) == ["France", "[bold]Bach␛[31m", "Italy", "Spain"]
        await press(pilot, *"dri")
        await settled(pilot)
        assert fronts(screen) == ["Spain"]
        assert "1 of 4 cards" in shown(pilot)
        await press(pilot, "down")
        assert isinstance(screen.focused, CardTable)
        await press(pilot, "slash")
        assert isinstance(screen.focused, Input)
        await press(pilot, "x", "q")
        await settled(pilot)
        assert "No cards match." in shown(pilot)


@pytest.mark.slow
async def test_what_was_searched_for_stands_out(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await browsing(pilot)
        await press(pilot, *"rance")
        await settled(pilot)
        parts = [part for strip in pilot.app.screen._compositor.render_strips() for part in strip]
        hits = [part.text for part in parts if part.style is not None and part.style.underline]
        assert "rance" in hits
        await press(pilot, "home", "minus")
        await settled(pilot)
        parts = [part for strip in pilot.app.screen._compositor.render_strips() for part in strip]
        assert not [
            part for part in parts if part.text == "rance" and part.style is not None and part.style.underline
        ]


@pytest.mark.slow
async def test_the_schedule_of_a_card_is_beside_it_where_there_is_room(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), (120, 40)) as pilot:
        await browsing(pilot)
        await until(pilot, lambda: "Schedule" in shown(pilot) and "30 days" in shown(pilot))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Schedule" not in shown(pilot))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(100, 30), (160, 50), (200, 60)])
async def test_decks_and_lapses_are_listed_wherever_the_terminal_is_wide(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), size) as pilot:
        await browsing(pilot)
        (head,) = (line.split() for line in shown(pilot).splitlines() if "front" in line and "due" in line)
        assert {"deck", "interval", "lapses"} <= {*head}


@pytest.mark.slow
async def test_the_cards_that_come_first_are_shown_before_all_have_been_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "".join(f"card {number}::back\n\n" for number in range(40))
    go_on, find = threading.Event(), SearchIndex._find

    def slow(self: SearchIndex, read: Any, condition: Condition, **more: Any) -> Numbers:
        if condition.values == ["*c*"]:
            go_on.wait(60)
        return find(self, read, condition, **more)

    async with running(make_app(tmp_path, {"Many.md": f"#flashcards\n\n{many}"}, start="decks")) as pilot:
        screen = await browsing(pilot)
        table = screen.table
        await press(pilot, "down", "end", "space")
        assert len(table.selected) == 1
        monkeypatch.setattr(SearchIndex, "_find", slow)
        try:
            await pilot.press("slash", "c")
            await until(pilot, lambda: not table.is_whole)
            assert fronts(screen) == [f"card {number}" for number in range(24)]
            await pilot.press("down", "down", "down", "down", "A", "z")
            await until(pilot, lambda: "Still searching" in shown(pilot))
            assert len(table.selected) == 1
        finally:
            go_on.set()
        await settled(pilot)
        assert len(table.numbers) == 40
        assert (table.cursor, len(table.selected)) == (3, 1)
        assert "40 cards" in shown(pilot)
        await press(pilot, "A")
        assert len(table.selected) == 40


@pytest.mark.slow
async def test_a_query_that_cannot_be_understood_says_why_and_keeps_what_was_found(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        screen = await browsing(pilot)
        await press(pilot, *"tag:exam")
        await settled(pilot)
        screen.query_one(Input).value = "tag:exam is:dew"
        await settled(pilot)
        assert "character 13: `dew` is not a state of cards; did you mean is:" in shown(pilot)
        assert fronts(screen) == ["[bold]Bach␛[31m"]


async def test_the_reason_against_a_query_goes_with_its_next_letter_not_when_all_cards_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        screen = await browsing(pilot)
        screen.query_one(Input).value = "is:"
        await settled(pilot)
        assert "a state of cards is missing here" in words(pilot)
        monkeypatch.setattr(SearchIndex, "search", lambda *_, **__: None)  # as if another search had begun
        await press(pilot, "backspace")
        assert "a state of cards is missing here" not in words(pilot)


async def test_a_count_as_wide_as_before_lays_nothing_out(tmp_path: Path) -> None:
    laid: list[Any] = []
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        screen = await browsing(pilot)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Screen, "_refresh_layout", lambda *given, **_: laid.append(given))
            screen.say_found()
            await pilot.pause()
            assert laid == []
        screen.table.selected = {1}
        screen.say_found()
        await pilot.pause()
        assert "4 cards, 1 selected" in shown(pilot)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "of_the_card"), [((80, 20), 0), ((80, 24), 1)])
async def test_a_letter_lays_nothing_out_but_the_card_and_the_first_cards_a_scrollbar_once(
    tmp_path: Path, size: tuple[int, int], of_the_card: int
) -> None:
    many = "".join(f"card {number}::back\n\n" for number in range(60))
    laid: list[object] = []
    lay = Screen._refresh_layout

    def noted(screen: Screen[Any], *given: Any, **named: Any) -> None:
        laid.append(given)
        lay(screen, *given, **named)

    async with running(make_app(tmp_path, {"Many.md": f"#flashcards\n\n{many}"}, start="decks"), size) as pilot:
        table = (await browsing(pilot)).table
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Screen, "_refresh_layout", noted)
            for letter, cards, layouts in (("c", 60, 0), ("a", 60, 0), ("x", 0, 1 + of_the_card)):
                laid.clear()
                await press(pilot, letter)
                await settled(pilot)
                assert len(table.numbers) == cards
                assert len(laid) <= layouts, letter
            laid.clear()
            await press(pilot, "backspace")
            await settled(pilot)
            assert len(table.numbers) == 60
            assert table.show_vertical_scrollbar
            assert len(laid) <= 1 + of_the_card


async def test_cards_that_follow_out_of_sight_draw_and_lay_out_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "".join(f"card {number}::back\n\n" for number in range(60))
    done: list[str] = []
    async with running(make_app(tmp_path, {"Many.md": f"#flashcards\n\n{many}"}, start="decks")) as pilot:
        table = (await browsing(pilot)).table
        numbers = [*table.numbers]
        table.show(numbers[:40], "due", descending=False)
        await settled(pilot)
        refresh = CardTable.refresh

        def refreshed(self: CardTable, *regions: Region, **more: Any) -> CardTable:
            done.extend([] if regions else ["drawn"])
            return refresh(self, *regions, **more)

        monkeypatch.setattr(CardTable, "refresh", refreshed)
        monkeypatch.setattr(Screen, "_refresh_layout", lambda *_, **__: done.append("laid out"))
        table.show(numbers, "due", descending=False, stay=True)
        await pilot.pause()
        assert done == []
        assert table.virtual_size.height == len(numbers) + table.HEAD
        table.show(numbers[1:], "due", descending=False, stay=True)
        assert done == ["drawn"]


async def test_where_no_card_matches_the_room_for_one_is_cleared_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared: list[CardView] = []
    clear = CardView.clear

    def counted(view: CardView) -> None:
        cleared.append(view)
        clear(view)

    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        screen = await browsing(pilot)
        monkeypatch.setattr(CardView, "clear", counted)
        for query in ("zzz", "zzzz", "zzzzz"):
            screen.query_one(Input).value = query
            await settled(pilot)
            assert "No cards match." in shown(pilot)
        assert len(cleared) == 1


@pytest.mark.slow
async def test_the_column_of_decks_is_as_wide_as_the_longest_name(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), (120, 40)) as pilot:
        screen = await browsing(pilot)

        def heads() -> list[str]:
            return [line for line in shown(pilot).splitlines() if "  interval " in line]

        due = "due ↑".rjust(11)
        assert f" {'deck':{len('flashcards ')}}{due}" in heads()[0]
        (tmp_path / "vault/New.md").write_text("#flashcards/vocabularies\n\na::b\n")
        screen.study.read_vault()
        await until(pilot, lambda: f" {'deck':{len('vocabularies ')}}{due}" in heads()[0])


@pytest.mark.slow
async def test_any_column_sorts_both_ways(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), (160, 40)) as pilot:
        screen = await browsing(pilot)
        await press(pilot, "enter", "S")
        await settled(pilot)
        assert fronts(screen) == ["Italy", "[bold]Bach␛[31m", "France", "Spain"]
        assert "due ↓" in shown(pilot)
        await press(pilot, "greater_than_sign")
        await settled(pilot)
        assert "interval ↑" in shown(pilot)
        assert fronts(screen) == ["Italy", "[bold]Bach␛[31m", "France", "Spain"]
        await pilot.click(CardTable, offset=(4, 0))
        await settled(pilot)
        assert "front ↑" in shown(pilot)
        assert fronts(screen) == ["[bold]Bach␛[31m", "France", "Italy", "Spain"]
        await pilot.click(CardTable, offset=(4, 0))
        await settled(pilot)
        assert fronts(screen) == ["Spain", "Italy", "France", "[bold]Bach␛[31m"]


@pytest.mark.slow
async def test_several_are_reset_at_once_after_a_question_and_one_undo_takes_it_back(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        old = note(tmp_path, "Geo.md")
        screen = await browsing(pilot)
        screen.query_one(Input).value = "deck:flashcards/geo -is:new"
        await settled(pilot)
        await press(pilot, "enter", "space", "space", "r")
        assert "2 cards" in words(pilot)
        await press(pilot, "n")
        assert note(tmp_path, "Geo.md") == old
        await press(pilot, "r", "y")
        assert b"!2024-06-15,1,250" in note(tmp_path, "Geo.md")
        assert note(tmp_path, "Geo.md").count(b"!2024-06-15,1,250") == 2
        await settled(pilot)
        assert "today" in shown(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: note(tmp_path, "Geo.md") == old)
        await settled(pilot)
        assert "5d late" in shown(pilot)


@pytest.mark.slow
async def test_cards_are_suspended_and_flagged_without_their_note_and_that_is_taken_back(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        old = note(tmp_path, "Geo.md")
        screen = await browsing(pilot)
        await press(pilot, "enter", "space", "space", "z")
        await settled(pilot)
        assert "Suspended: 2 cards." in words(pilot)
        screen.query_one(Input).value = "is:suspended"
        await settled(pilot)
        assert fronts(screen) == ["France", "[bold]Bach␛[31m"]
        with app.writer.quiet():
            assert len(app.workspace.states.suspended) == 2
        await press(pilot, "z")
        await settled(pilot)
        assert "Resumed: 2 cards." in words(pilot)
        assert fronts(screen) == []
        screen.query_one(Input).value = "italy"
        await settled(pilot)
        await press(pilot, "asterisk")
        screen.query_one(Input).value = "is:flagged"
        await settled(pilot)
        assert fronts(screen) == ["Italy"]
        await press(pilot, "u")
        await settled(pilot)
        assert fronts(screen) == []
        await press(pilot, "ctrl+r")
        await settled(pilot)
        assert fronts(screen) == ["Italy"]
        assert note(tmp_path, "Geo.md") == old


@pytest.mark.slow
async def test_all_are_selected_and_none(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        screen = await browsing(pilot)
        await press(pilot, "enter", "A")
        assert "4 cards, 4 selected" in shown(pilot)
        await press(pilot, "A")
        assert not screen.table.selected
        await press(pilot, "space", "escape")
        assert not screen.table.selected
        assert isinstance(pilot.app.screen, BrowseScreen)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, DecksScreen)


@pytest.mark.slow
async def test_what_is_listed_is_crammed_and_nothing_is_written(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        old = note(tmp_path, "Geo.md")
        await browsing(pilot)
        await press(pilot, *"itl")
        await press(pilot, "backspace", "a")
        await settled(pilot)
        await press(pilot, "enter", "c")
        await until(pilot, lambda: "Italy" in shown(pilot))
        session = review_of(app).session
        assert session is not None
        assert session.current is not None
        assert session.current.card.front == "Italy"
        await press(pilot, "space", "3", "q")
        await settled(pilot)
        assert note(tmp_path, "Geo.md") == old


@pytest.mark.slow
async def test_lists_of_the_usual_kind_are_one_key_away(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        screen = await browsing(pilot)
        await press(pilot, "enter", "L")
        assert "Leeches" in shown(pilot)
        await press(pilot, *"new", "enter")
        await settled(pilot)
        assert screen.query_one(Input).value == "is:new"
        assert fronts(screen) == ["Spain"]


@pytest.mark.slow
async def test_the_help_shows_how_to_search_and_the_keys(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), (100, 70)) as pilot:
        await browsing(pilot)
        await press(pilot, "enter", "question_mark")
        text = shown(pilot)
        assert "ivl>30 ease<180 lapses>3" in text
        assert "Suspend" in text
        await press(pilot, "escape", "slash", "f1")
        assert "deck:flashcards/peft" in shown(pilot)


@pytest.mark.slow
async def test_a_note_that_changes_on_disk_is_picked_up(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        screen = await browsing(pilot)
        make_vault(tmp_path / "vault", {"New.md": "#flashcards\n\nPortugal::Lisbon\n"})
        app.read_vault()
        await until(pilot, lambda: not app.reading)
        await settled(pilot)
        assert "Portugal" in fronts(screen)


@pytest.mark.slow
async def test_what_was_found_once_is_there_at_once_the_next_time(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await browsing(pilot)
    app = StudyApp(workspace(tmp_path / "vault", tmp_path / "home"))
    async with app.run_test() as pilot:
        app.push_screen(screen := BrowseScreen())
        await pilot.pause()
        screen.query_one(Input).value = "deck:flashcards/geo"
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert fronts(screen) == ["France", "Italy", "Spain"]


@pytest.mark.slow
async def test_looking_changes_no_file_of_the_vault(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")

    def states() -> dict[str, tuple[int, int]]:
        found = {}
        for path in (tmp_path / "vault").rglob("*.md"):
            status = path.stat()
            found[path.name] = (status.st_mtime_ns, stat.S_IMODE(status.st_mode))
        return found

    async with running(app) as pilot:
        before = states()
        await browsing(pilot)
        await press(pilot, *"rome", "enter", "j", "less_than_sign", "S")
        await settled(pilot)
        assert states() == before


@pytest.mark.slow
async def test_lapses_are_counted_from_the_log_where_the_schedule_does_not(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault", NOTES)
    opened = workspace(tmp_path / "vault", tmp_path / "home")
    session = begin(opened, "flashcards/geo")
    opened.store.save(session.grade(Grade.AGAIN))
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        screen = await browsing(pilot)
        screen.query_one(Input).value = "lapses>0 reviewed:today"
        await settled(pilot)
        assert fronts(screen) == ["France"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("there", "why"),
    [
        ("2024-06-10,30,250-->", "since been reviewed elsewhere"),
        ("France::Paris", "the question is no longer in Geo.md"),
    ],
)
async def test_what_has_changed_elsewhere_while_it_was_asked_is_not_reset(
    tmp_path: Path, there: str, why: str
) -> None:
    here = {"2024-06-10,30,250-->": "2025-06-10,300,250-->", "France::Paris": "a line"}[there]
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await browsing(pilot)
        await press(pilot, "enter", "A", "r")
        (tmp_path / "vault/Geo.md").write_bytes(note(tmp_path, "Geo.md").replace(there.encode(), here.encode()))
        await press(pilot, "y")
        await until(pilot, lambda: "card stays as it is" in words(pilot))
        assert "Reset to new: 2 cards." in words(pilot)
        assert why in words(pilot)
        assert here.encode() in note(tmp_path, "Geo.md")


async def until_listed(pilot: Pilot[None], wanted: list[str]) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    await until(pilot, lambda: fronts(screen) == wanted)


@pytest.mark.slow
async def test_a_search_is_saved_under_a_name_and_listed_first(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        screen = await browsing(pilot)
        screen.query_one(Input).value = "ease<180 -is:new"
        await settled(pilot)
        screen.set_focus(screen.table)
        await press(pilot, "L", *"save this", "enter", *"Hard", "enter")
        assert "Saved: L lists it." in words(pilot)
        assert (tmp_path / "home/settings.toml").read_text() == '[searches]\nHard = "ease<180 -is:new"\n'
        screen.query_one(Input).value = ""
        await settled(pilot)
        await press(pilot, "L")
        assert "Hard ease<180 -is:new: saved" in words(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: fronts(screen) == ["Italy"])


SAVED = """\
[searches]
'one.two "three" [x]' = "France"
"the same" = "France"
"also \\u001b[2J" = "is:due"
"""


@pytest.mark.slow
async def test_searches_are_listed_whatever_their_names_and_none_takes_the_place_of_another(tmp_path: Path) -> None:
    file = tmp_path / "home/settings.toml"
    file.parent.mkdir()
    file.write_text(SAVED)
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        screen = await browsing(pilot)
        screen.set_focus(screen.table)
        for number, (name, found) in enumerate(
            [('one.two "three" [x]', ["France"]), ("the same", ["France"]), ("also ␛[2J", ALL[:2])]
        ):
            await press(pilot, "L")
            assert name in words(pilot)
            await press(pilot, *["down"] * number, "enter")
            await until_listed(pilot, found)
        screen.query_one(Input).value = "Italy"
        await settled(pilot)
        screen.set_focus(screen.table)
        await press(pilot, "L", *"save this", "enter", *"the same", "enter")
        assert "Another search has this name." in words(pilot)
        await press(pilot, *"st", "enter")
        assert file.read_text() == SAVED + '"the samest" = "Italy"\n'


@pytest.mark.slow
async def test_a_search_that_is_wrong_cannot_be_saved(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        screen = await browsing(pilot)
        screen.query_one(Input).value = "ease<"
        await pilot.pause()
        screen.set_focus(screen.table)
        await press(pilot, "L", *"save")
        assert "no match" in words(pilot)


@pytest.mark.slow
async def test_cards_get_flags_with_numbers_and_are_found_by_them(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        screen = await browsing(pilot)
        screen.set_focus(screen.table)
        await press(pilot, "3")
        assert "Flag 3: 1 card." in words(pilot)
        await settled(pilot)
        for query, found in (("flag:3", ["France"]), ("flag:1", []), ("is:flagged", ["France"])):
            screen.query_one(Input).value = query
            await until_listed(pilot, found)
        screen.set_focus(screen.table)
        await press(pilot, "u")
        await until(pilot, lambda: fronts(screen) == [])


@pytest.mark.slow
async def test_where_nothing_is_found_cards_with_one_letter_changed_are_listed_and_that_is_reported(
    tmp_path: Path,
) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        screen = await browsing(pilot)
        screen.query_one(Input).value = "marid"
        await until(pilot, lambda: "No exact match; 1 card with one letter changed" in words(pilot))
        assert fronts(screen) == ["Spain"]
        screen.query_one(Input).value = "rome"
        await until(pilot, lambda: fronts(screen) == ["Italy"])
        assert "one letter changed" not in words(pilot)
        screen.query_one(Input).value = "wholly different"
        await until(pilot, lambda: "No cards match." in words(pilot))


@pytest.mark.slow
async def test_cards_of_notes_that_were_edited_and_rated_lately_are_found(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    for name, at in (("Geo.md", NOW), ("Music.md", NOW - timedelta(30))):
        os.utime(tmp_path / "vault" / name, (at.timestamp(), at.timestamp()))
    async with running(app) as pilot:
        screen = await browsing(pilot)
        for query, found in (
            ("edited:7d", ["France", "Italy", "Spain"]),
            ("-edited:7d", [ALL[1]]),
            ("rated:again", []),
        ):
            screen.query_one(Input).value = query
            await until_listed(pilot, found)


@pytest.mark.slow
async def test_a_letter_leaves_the_places_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await browsing(pilot)
        asked: list[PlacesBar] = []

        def noted(bar: PlacesBar, **_: bool) -> PlacesBar:
            asked.append(bar)
            return bar

        monkeypatch.setattr(PlacesBar, "refresh", noted)
        await press(pilot, "r")
        await settled(pilot)
        assert "of 4 cards" in shown(pilot)
        asked.clear()
        await press(pilot, "o")
        await settled(pilot)
        assert asked == []


async def test_a_card_with_a_long_answer_is_shown_from_its_front(tmp_path: Path) -> None:
    notes = {"N.md": "#flashcards\n\nWhat is it?\n?\n" + "".join(f"- line {number}\n" for number in range(30))}
    async with running(make_app(tmp_path, notes, start="decks"), (80, 24)) as pilot:
        screen = await browsing(pilot)
        await until(pilot, lambda: "more line" in shown(pilot))
        assert shown(pilot).count("What is it?") == 2
        assert "line 0" in shown(pilot)
        assert screen.query_one("#card-scroll").scroll_y == 0


@pytest.mark.slow
async def test_a_mark_takes_room_only_from_its_own_front_and_decks_only_what_they_need(tmp_path: Path) -> None:
    front = "Which of the two matrices is zero at the start"
    cards = f"#flashcards/geo\n\n{front}::a\n<!--SR:!2024-06-10,30,250-->\n\n{front}?::b\n"
    async with running(make_app(tmp_path, {"Note.md": cards}, start="decks"), size=(110, 30)) as pilot:
        await browsing(pilot)
        await press(pilot, "down", "z")
        await settled(pilot)
        marked, other = (line for line in shown(pilot).splitlines() if "Which of" in line and " geo " in line)
        assert f"{front}?" in other
        assert re.search(r"Which of the two [\w ]+… +susp\. geo +5d late", marked), shown(pilot)


async def test_while_what_was_lost_is_read_again_it_says_so_and_then_shows_the_cards(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    async with running(app) as pilot:
        screen = await browsing(pilot)
        table = app.workspace.vault.table
        assert table._path is not None
        discard(table._path)
        table._turn(table._caches, damaged=True)  # as in another thread, which reads the notes again next
        await press(pilot, "e", "backspace")
        await settled(pilot)
        assert fronts(screen) == []
        assert "Reading the notes … 0 of 2" in words(pilot)
        table.refill()
        await until(pilot, lambda: fronts(screen) == ALL)
        assert "Reading" not in words(pilot)
