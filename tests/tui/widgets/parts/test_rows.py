"""Rows under a cursor: what is in sight, what is drawn, and a tree that keeps its place."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from studyapp.core.vault.decks import Deck
from studyapp.core.visible import visible
from studyapp.study.search.rows import Hit
from studyapp.tui.widgets.cards.card_table import CardTable
from studyapp.tui.widgets.decks.deck_tree import DeckTree
from studyapp.tui.widgets.notes.note_tree import NoteTree
from studyapp.tui.widgets.parts.rows import Parts, Rows, moves
from tests.helpers.apps import until
from tests.helpers.bare import BareApp
from tests.helpers.vaults import NOW

LINES = 10


class Numbers(Rows[int]):
    """A hundred thousand rows that show their numbers, and which of them were drawn."""

    BINDINGS: ClassVar[list[BindingType]] = [*moves("numbers")]
    HEAD = 1

    drawn: set[int]

    def __init__(self) -> None:
        super().__init__(range(100_000))

    def head_parts(self, width: int) -> Parts:
        return [("head", "quiet")]

    def row_parts(self, number: int, width: int) -> Parts:
        self.drawn.add(number)
        return [(str(number), "quiet")]


class Pinned(Numbers):
    HEAD_STAYS = True


class Board(BareApp):
    def __init__(self, rows: Rows[Any]) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        yield self.rows


def seen(rows: Rows[int]) -> list[str]:
    return [rows.render_line(y).text.removeprefix("▎").strip() for y in range(LINES)]


@pytest.mark.parametrize(
    ("kind", "at_the_end", "after_a_page"),
    [
        (Numbers, [str(number) for number in range(99_990, 100_000)], 9),
        (Pinned, ["head", *(str(number) for number in range(99_991, 100_000))], 8),
    ],
)
async def test_the_cursor_stays_in_sight_and_only_what_is_in_sight_is_drawn(
    kind: type[Numbers], at_the_end: list[str], after_a_page: int
) -> None:
    rows = kind()
    rows.drawn = set()
    async with Board(rows).run_test(size=(40, LINES)) as pilot:
        assert seen(rows) == ["head", *map(str, range(9))]
        await pilot.press("pagedown")
        assert rows.cursor == after_a_page
        await pilot.press("G")
        assert (rows.cursor, seen(rows)) == (99_999, at_the_end)
        assert len(rows.drawn) < 60
        await pilot.press("down", "g", "k")
        assert (rows.cursor, seen(rows)[:2]) == (0, ["head", "0"])


async def test_a_click_goes_to_the_row_that_is_drawn_there() -> None:
    rows = Pinned()
    rows.drawn = set()
    async with Board(rows).run_test(size=(40, LINES)) as pilot:
        await pilot.press("G")
        await pilot.click(Pinned, offset=(2, 3))
        assert str(rows.cursor) == seen(rows)[3]
        await pilot.click(Pinned, offset=(2, 0))
        assert str(rows.cursor) == seen(rows)[3]


async def test_the_cursor_stays_on_its_note_when_another_comes_before_it() -> None:
    tree = NoteTree()
    async with Board(tree).run_test(size=(40, LINES)) as pilot:
        tree.show(["b.md", "deep/c.md"])
        await pilot.press("G")
        assert tree.row is not None
        assert tree.row.path == "b.md"
        tree.show(["a.md", "b.md", "deep/c.md", "deep/d.md"])
        assert tree.row is not None
        assert tree.row.path == "b.md"


async def test_a_key_in_a_long_list_lays_nothing_out_and_draws_a_screenful(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Numbers()
    rows.drawn = set()
    laid_out: list[Rows[int]] = []
    async with Board(rows).run_test(size=(20, LINES)) as pilot:
        rows.focus()
        await pilot.pause()
        monkeypatch.setattr(Numbers, "lay_out", laid_out.append)
        for key in ("down", "pagedown", "end", "home"):
            rows.drawn.clear()
            await pilot.press(key)
            await until(pilot, lambda: rows.drawn)
            assert len(rows.drawn) <= LINES
    assert laid_out == []


@pytest.mark.parametrize("kind", [Numbers, Pinned])
async def test_a_move_in_sight_draws_only_the_row_that_is_left_and_the_one_that_is_entered(
    kind: type[Numbers],
) -> None:
    rows = kind()
    rows.drawn = set()
    async with Board(rows).run_test(size=(20, LINES)) as pilot:
        rows.focus()
        await pilot.press("end")
        await until(pilot, lambda: 99_999 in rows.drawn)
        for key, drawn in (("up", {99_999, 99_998}), ("up", {99_998, 99_997}), ("down", {99_997, 99_998})):
            rows.drawn.clear()
            await pilot.press(key)
            await until(pilot, lambda wanted: rows.drawn >= wanted, drawn)
            assert rows.drawn == drawn
            marked = [
                strip.text.strip("▎ ") for strip in pilot.app.screen._compositor.render_strips() if "▎" in strip.text
            ]
            assert marked == [str(rows.cursor)]


@pytest.mark.parametrize("tree", [NoteTree, DeckTree])
async def test_a_key_in_a_long_tree_draws_a_screenful_and_counts_no_branch(
    monkeypatch: pytest.MonkeyPatch, tree: type[NoteTree | DeckTree]
) -> None:
    one = tree()
    names = [f"{folder}/{number}" for folder in range(100) for number in range(100)]
    async with Board(one).run_test(size=(40, LINES)) as pilot:
        if isinstance(one, NoteTree):
            one.show([f"{name}.md" for name in names], "1")
        else:
            one.show(Deck("", "", children={name: Deck(name, name) for name in names}))
        one.focus()
        await pilot.pause()
        assert one.count > 2_000
        drawn: list[int] = []
        row_parts, counted = tree.row_parts, list[object]()

        def noted(rows: Any, number: int, width: int) -> Parts:
            drawn.append(number)
            return row_parts(rows, number, width)

        def named(text: str, *, newlines: bool = True) -> str:
            spoken.append(text)
            return visible(text, newlines=newlines)

        spoken: list[str] = []
        monkeypatch.setattr(sys.modules[tree.__module__], "visible", named)
        monkeypatch.setattr(tree, "row_parts", noted)
        monkeypatch.setattr(tree, "rows_of_tree", lambda rows: [*map(counted.append, [rows])])
        for key in ("down", "pagedown", "pagedown", "end", "home"):
            drawn.clear()
            spoken.clear()
            await pilot.press(key)
            await pilot.pause()
            assert 0 < len(set(drawn)) <= LINES
            assert len(spoken) <= len(drawn)
        assert counted == []


async def test_a_key_in_a_table_of_many_cards_reads_a_screenful_of_them() -> None:
    asked: list[int] = []

    def load(numbers: Sequence[int]) -> list[Hit | None]:
        asked.extend(numbers)
        return [None] * len(numbers)

    table = CardTable(load, lambda: NOW)
    async with Board(table).run_test(size=(80, LINES)) as pilot:
        table.show(range(77_000), "due", descending=False)
        table.focus()
        await pilot.pause()
        for key in ("down", "pagedown", "pagedown", "end", "pageup", "home"):
            asked.clear()
            await pilot.press(key)
            await pilot.pause()
            assert len(asked) <= 10 * LINES
        assert table.cursor == 0


async def test_a_scrollbar_comes_and_goes_with_one_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[object] = []
    lay = Screen._refresh_layout

    def noted(screen: Screen[Any], *given: Any, **named: Any) -> None:
        laid.append(given)
        lay(screen, *given, **named)

    table = CardTable(lambda numbers: [None] * len(numbers), lambda: NOW)
    async with Board(table).run_test(size=(80, LINES)) as pilot:
        table.show(range(3), "due", descending=False)
        await pilot.pause()
        monkeypatch.setattr(Screen, "_refresh_layout", noted)
        for cards in (77_000, 3, 77_000):
            laid.clear()
            table.show(range(cards), "due", descending=False)
            await until(pilot, lambda: laid)
            assert table.show_vertical_scrollbar is (cards > LINES)
            assert len(laid) == 1
