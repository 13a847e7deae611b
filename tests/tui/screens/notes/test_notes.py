"""Reading notes: the tree, links, the way back, what links here, searching, the cards in the margin."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.services.programs import Programs
from studyapp.tui.services.watcher import FilesChanged
from studyapp.tui.widgets.notes.note_tree import NoteTree
from studyapp.tui.widgets.notes.note_view import NoteView
from tests.helpers.apps import app_of, make_app, press, review_of, running, shown, until, words
from tests.helpers.vaults import fronts_of, make_vault

NOTES = {
    "Start.md": """---
aliases: [Begin]
tags: flashcards
---
# Start

see [[sub/Other#Second|the other]] and [[Nickname]]

late::card
<!--SR:!2024-06-10,4,250-->

new::card

future::card
<!--SR:!2024-06-25,4,250-->

[web](https://exämple.org/a) [run](javascript:alert(1)) [[Nowhere]] ![[gone.png]]

![[sub/Part]]
""",
    "sub/Other.md": "---\naliases: Nickname\n---\n# First\n\n" + "line\n\n" * 40 + "# Second\n\nback to [[Begin]]\n",
    "sub/Part.md": "an embedded *part*\n",
}


async def opened(pilot: Pilot[None], path: str = "Start.md") -> NoteView:
    app = pilot.app
    assert isinstance(app, StudyApp)
    app.push_screen(NotesScreen(path))
    await until(pilot, lambda: isinstance(app.screen, NotesScreen) and app.screen._note is not None)
    await pilot.pause()
    return app.screen.query_one(NoteView)


@pytest.mark.slow
async def test_the_tree_leads_to_a_note_and_back(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: "Start" in shown(pilot))
        assert "▾ sub" in shown(pilot)
        await press(pilot, "j", "j", "j", "enter")
        await until(pilot, lambda: "see the other" in words(pilot))
        assert "an embedded part" in words(pilot)
        await press(pilot, "q")
        assert not isinstance(pilot.app.screen, NotesScreen)


@pytest.mark.slow
async def test_the_bar_of_places_stays_where_it_is_when_a_note_is_opened(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), (80, 24)) as pilot:
        before = shown(pilot).index("Decks")
        await opened(pilot)
        assert shown(pilot).index("Decks") == before


@pytest.mark.slow
async def test_the_link_under_the_cursor_looks_like_every_row_under_a_cursor(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        view = await opened(pilot)
        await press(pilot, "tab")
        row, start, end = next((s.line, s.start, s.end) for s in view.links if s.anchor == view.current_link)
        looks = [*view.render_line(row - round(view.scroll_offset.y)).crop(view.margin + start, view.margin + end)]
        raised = pilot.app.theme_variables["raised"]
        assert {str(style.bgcolor.get_truecolor().hex) for _, style, _ in looks if style and style.bgcolor} == {
            raised
        }


@pytest.mark.slow
async def test_links_are_followed_to_their_place_and_back(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await opened(pilot)
        await press(pilot, "tab", "enter")
        await until(pilot, lambda: "back to Begin" in words(pilot))
        assert "Second" in shown(pilot)
        assert "First" not in shown(pilot)
        await press(pilot, "tab", "enter")  # a bare alias
        await until(pilot, lambda: "see the other" in words(pilot))
        await press(pilot, "backspace")
        await until(pilot, lambda: "back to Begin" in words(pilot))
        await press(pilot, "right_square_bracket")
        await until(pilot, lambda: "see the other" in words(pilot))


@pytest.mark.slow
async def test_a_click_follows_a_link(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), size=(120, 40)) as pilot:
        view = await opened(pilot)
        place = next(place for place in view.links if place.anchor.target == "Nickname")
        await pilot.click(view, offset=(place.start + view.margin + 2, place.line))
        await until(pilot, lambda: "First" in words(pilot))


@pytest.mark.slow
async def test_cards_stand_in_the_margin_with_their_days(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), size=(120, 40)) as pilot:
        await opened(pilot)
        lines = [line for line in shown(pilot).splitlines() if "::card" in line]
        assert ["● due" in lines[0], "○ new" in lines[1], "○ 10d" in lines[2]] == [True] * 3


async def test_just_this_note_is_reviewed(tmp_path: Path) -> None:
    more = {"Elsewhere.md": "#flashcards\n\nx::y\n<!--SR:!2024-06-01,4,250-->\n"}
    async with running(make_app(tmp_path, NOTES | more, start="decks")) as pilot:
        await opened(pilot)
        await press(pilot, "c")
        session = review_of(app_of(pilot)).session
        assert session is not None
        assert session.current is not None
        assert session.current.card.front == "late"
        assert fronts_of(session.vault, session.waiting) == ["new"]


@pytest.mark.slow
async def test_what_links_here_is_found_and_opened(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await opened(pilot, "sub/Other.md")
        await press(pilot, "B")
        await until(pilot, lambda: "What links here" in words(pilot))
        assert words(pilot).count("Start") >= 1
        await press(pilot, "enter")
        await until(pilot, lambda: "see the other" in words(pilot))


@pytest.mark.slow
async def test_the_outline_leads_to_a_heading(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        view = await opened(pilot, "sub/Other.md")
        await press(pilot, "number_sign")
        await until(pilot, lambda: "Contents" in words(pilot))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: view.scroll_offset.y > 0)
        assert "back to Begin" in words(pilot)


@pytest.mark.slow
async def test_words_are_found_and_passed_from_one_to_the_next(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        view = await opened(pilot, "sub/Other.md")
        await press(pilot, "slash", *"line")
        assert "40 places" in words(pilot)
        await press(pilot, "enter")
        before = view._found_at
        await press(pilot, "greater_than_sign", "greater_than_sign", "less_than_sign")
        assert view._found_at == before + 1
        await press(pilot, "slash", *"absent")
        assert "Not in this note" in words(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, NotesScreen)


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["NFC", "NFD"])
async def test_words_are_found_in_both_forms_and_no_key_is_named_that_types_a_letter(
    tmp_path: Path, asked: Literal["NFC", "NFD"]
) -> None:
    note = f"{normalize('NFC', 'Übung')} und {normalize('NFD', 'Übung')}\n"
    async with running(make_app(tmp_path, {"A.md": note}, start="decks")) as pilot:
        view = await opened(pilot, "A.md")
        await press(pilot, "slash")
        assert "/ Search" not in shown(pilot)
        pilot.app.screen.query_one("#notes-search", Input).value = normalize(asked, "übung")
        await until(pilot, lambda: "2 places" in words(pilot))
        assert view._found == [(0, 0, 5), (0, 10, 15)]
        view.draw_again()  # as when a picture has been drawn
        assert view._found == [(0, 0, 5), (0, 10, 15)]
        pilot.app.screen.query_one("#notes-search", Input).value = ""
        await until(pilot, lambda: not view._found and "2 places" not in words(pilot))
        await press(pilot, "escape")
        assert "/ Search" in shown(pilot)


@pytest.mark.slow
async def test_footnotes_of_a_long_note_are_numbered_through(tmp_path: Path) -> None:
    filling = "word " * 1500
    note = f"a ^[one]\n\n{filling}\n\nb ^[two]\n\n{filling}\n\nc ^[three] d[^2]\n\n[^2]: told\n"
    async with running(make_app(tmp_path, {"A.md": note}, start="decks")) as pilot:
        view = await opened(pilot, "A.md")
        await until(pilot, lambda: view._next == len(view._passages) > 2)
        text = "\n".join("".join(part for part, _ in line) for line in view._laid.lines)
        for told in ("[1] one", "[3] two", "[4] three", "d[2]", "[2] told"):
            assert text.count(told) == 1


@pytest.mark.slow
async def test_the_tree_is_narrowed_by_words(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: "Start" in shown(pilot))
        await press(pilot, "slash", *"oth")
        assert "Other" in shown(pilot)
        assert "Start" not in shown(pilot)
        await press(pilot, "down", "j", "enter")
        await until(pilot, lambda: "First" in words(pilot))


async def test_enter_reads_the_note_that_fits_best(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: "Start" in shown(pilot))
        await press(pilot, "slash", *"oteh", "enter")
        await until(pilot, lambda: "First" in words(pilot))


@pytest.mark.slow
async def test_an_address_is_opened_only_after_the_real_one_was_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Programs, "address", lambda _self, link, _done: asked.append(link))
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        view = await opened(pilot)
        numbers = {place.anchor.target: place.anchor.number for place in view.links}
        view._link = numbers["https://xn--exmple-cua.org/a"]
        await press(pilot, "enter")
        assert "https://xn--exmple-cua.org/a" in words(pilot)
        assert not asked
        await press(pilot, "n")
        assert not asked
        await press(pilot, "enter", "y")
        assert asked == ["https://xn--exmple-cua.org/a"]


@pytest.mark.slow
async def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks")) as pilot:
        view = await opened(pilot)
        numbers = {place.anchor.target: place.anchor.number for place in view.links}
        for target, said in (("Nowhere", "no note Nowhere"), ("gone.png", "no image gone.png")):
            view._link = numbers[target]
            await press(pilot, "enter")
            assert said in words(pilot)


@pytest.mark.slow
async def test_a_card_in_a_review_leads_to_its_place_in_the_note(tmp_path: Path) -> None:
    text = "#flashcards\n\n" + "filler\n\n" * 60 + "here::card\n<!--SR:!2024-06-10,4,250-->\n"
    async with running(make_app(tmp_path, {"Long.md": text})) as pilot:
        await press(pilot, "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, NotesScreen) and "here::card" in shown(pilot))
        await press(pilot, "q")
        assert review_of(app_of(pilot)).session is not None


@pytest.mark.slow
async def test_a_large_note_is_there_at_once_and_says_that_a_part_is_shown(tmp_path: Path) -> None:
    make_vault(
        tmp_path / "vault", {"Big.md": "# Top\n\n" + "word " * 30_000 + "\n\n" + "a line of text\n\n" * 200_000}
    )
    async with running(make_app(tmp_path, {}, start="decks")) as pilot:
        view = await opened(pilot, "Big.md")
        assert "Top" in shown(pilot)
        assert view.notice == "too large, shown in part"
        assert sum(len(passage.text) for passage in view._passages) < 1_100_000


@pytest.mark.slow
async def test_every_screen_of_the_reader_works_in_a_small_terminal(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), size=(60, 20)) as pilot:
        await opened(pilot)
        assert "see the other" in words(pilot)
        await press(pilot, "L")
        assert "▾ sub" in shown(pilot)
        await press(pilot, "L")
        assert "see the other" in words(pilot)


@pytest.mark.slow
async def test_the_table_of_cards_and_the_doctor_lead_into_the_note(tmp_path: Path) -> None:
    damaged = {"Damaged.md": "#flashcards\n\na::b\n\nfiller\n\n<!--SR:!2024-06-11,4,250-->\n"}
    async with running(make_app(tmp_path, damaged, start="decks")) as pilot:
        await press(pilot, "f")
        await until(pilot, lambda: "belongs to no card" in words(pilot))
        await press(pilot, "j", "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, NotesScreen) and "filler" in shown(pilot))
        await press(pilot, "q", "q", "b")
        await until(pilot, lambda: "1 card" in words(pilot))
        await press(pilot, "escape", "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, NotesScreen) and "filler" in shown(pilot))


@pytest.mark.slow
async def test_where_there_is_room_the_note_under_the_cursor_is_shown_beside_the_tree(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, NOTES, start="decks"), (120, 40)) as pilot:
        await press(pilot, "n")
        tree = pilot.app.screen.query_one(NoteTree)
        await until(pilot, lambda: tree.count)
        tree.cursor = next(number for number, row in enumerate(tree.rows) if row.path == "sub/Other.md")
        await until(pilot, lambda: "First" in words(pilot))
        assert tree.has_focus
        await press(pilot, "slash", *"part")
        assert "Start" not in "\n".join(line[:30] for line in shown(pilot).splitlines())
        await press(pilot, "escape")
        await press(pilot, "enter")
        assert pilot.app.screen.query_one(NoteView).has_focus


@pytest.mark.slow
async def test_a_note_that_is_saved_elsewhere_takes_neither_the_keys_nor_the_search(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES, start="decks")
    path = tmp_path / "vault" / "Start.md"
    async with running(app, (120, 40)) as pilot:
        view = await opened(pilot)
        screen, text = app.screen, path.read_text()

        async def save(more: str) -> None:
            library = app.embeds.library
            path.write_text(f"{text}\n{more}\n")
            app.on_files_changed(FilesChanged(frozenset({"Start.md"}), frozenset()))
            await until(pilot, lambda: app.embeds.library is not library)

        await press(pilot, "slash", *"card")
        await save("one")
        assert isinstance(screen.focused, Input)
        assert screen.focused.display
        assert "one" in words(pilot)
        await press(pilot, "enter", "L", "end")
        tree = screen.query_one(NoteTree)
        here = tree.cursor
        assert tree.has_focus
        assert len(view._found) == 3
        await save("two")
        assert tree.has_focus
        assert tree.cursor == here
        await press(pilot, "slash", *"oth")
        await save("three")
        assert [row.name for row in tree.rows] == ["sub", "Other"]
