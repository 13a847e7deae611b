"""Rows under a cursor: what is in sight, what is drawn, and a tree that keeps its place."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import BindingType

from studyapp.tui.widgets.note_tree import NoteTree
from studyapp.tui.widgets.rows import Parts, Rows, moves
from tests.helpers.apps import until
from tests.helpers.bare import BareApp

LINES = 10


class Numbers(Rows):
    """A hundred thousand rows that show their numbers, and which of them were drawn."""

    BINDINGS: ClassVar[list[BindingType]] = [*moves("numbers")]
    HEAD = 1

    drawn: set[int]

    @property
    def count(self) -> int:
        return 100_000

    def head_parts(self, width: int) -> Parts:
        return [("head", "quiet")]

    def row_parts(self, number: int, width: int) -> Parts:
        self.drawn.add(number)
        return [(str(number), "quiet")]


class Pinned(Numbers):
    HEAD_STAYS = True


class Board(BareApp):
    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        yield self.rows


def seen(rows: Rows) -> list[str]:
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
    laid_out: list[Rows] = []
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
