"""The row for passing messages: what it takes, and what it moves."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.tui.messages import Unsaved, Unwritten
from studyapp.tui.widgets.bars.notices import Notice, Passing, standing_notices
from tests.helpers.bare import BareApp
from tests.helpers.vaults import NOW


class Told(BareApp):
    def compose(self) -> ComposeResult:
        yield Static("above")
        yield Passing()


async def test_a_message_lays_the_page_out_only_if_it_takes_more_or_fewer_lines() -> None:
    laid: list[object] = []
    lay = Screen._refresh_layout

    def noted(screen: Screen[Any], *given: Any, **named: Any) -> None:
        laid.append(given)
        lay(screen, *given, **named)

    async with Told().run_test(size=(40, 20)) as pilot:
        passing = pilot.app.query_one(Passing)
        await pilot.pause()
        for words, lines, layouts in (
            ("Saved.", 1, 0),
            ("What is said at length takes two lines here.", 2, 1),
            ("And this takes two of them just as well, too.", 2, 0),
            ("", 1, 1),
        ):
            laid.clear()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Screen, "_refresh_layout", noted)
                passing.show([Notice(words)] if words else [])
                await pilot.pause()
            assert len(laid) == layouts, words
            assert passing.size.height == lines
            assert words[-6:] in "".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def test_a_message_has_its_lines_at_a_width_that_the_page_had_before_it() -> None:
    async with Told().run_test(size=(30, 20)) as pilot:
        passing = pilot.app.query_one(Passing)
        await pilot.resize_terminal(80, 20)
        passing.show([Notice("This is short at eighty columns, and long at thirty.")])
        await pilot.pause()
        await pilot.resize_terminal(30, 20)
        await pilot.pause()
        assert passing.size.height == 2


def test_what_waits_names_the_key_that_tries_again_only_where_it_is_not_typed() -> None:
    action = Action("1", ActionKind.NOTE, NOW, Seen.whole("a.md", ""), None, None, None, "", why="the disk is full")
    waits = Unwritten((action,), (Unsaved(action, "no log"),))
    told = [notice.text for notice in standing_notices(waits, "W")]
    assert [text.partition(": ")[2] for text in told] == [
        "no log. W or quitting tries again.",
        "a.md: the disk is full. W tries again.",
    ]
    assert [notice.text.partition(": ")[2] for notice in standing_notices(waits, "")] == [
        "no log. Quitting tries again.",
        "a.md: the disk is full.",
    ]
