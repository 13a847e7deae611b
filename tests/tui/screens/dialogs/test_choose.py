"""A list to choose from."""

from __future__ import annotations

import pytest
from textual.events import Click
from textual.widgets import Input, OptionList

from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from tests.helpers.apps import shown
from tests.helpers.bare import BareApp

LINES = [Choice("a", "Short", "one remark"), Choice("b", "A longer line", "another remark")]


async def test_remarks_stand_below_each_other_where_all_of_them_fit_so() -> None:
    app = BareApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ChooseScreen("Which?", LINES))
        await pilot.pause()
        first, second = (line for line in shown(pilot).splitlines() if "remark" in line)
        assert first.index("one remark") == second.index("another remark")
        await pilot.resize_terminal(32, 24)
        await pilot.pause()
        assert "Short  one remark" in shown(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "Short  one remark" not in shown(pilot)
        await pilot.press(*"sho")
        await pilot.pause()
        assert "Short  one remark" in shown(pilot), "the longer line is gone"


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [("space", "a"), ("j space", "b"), ("G space", "c"), ("end k space", "b"), ("G g enter", "a"), ("q", None)],
)
async def test_where_nothing_is_typed_space_takes_a_line_and_the_keys_of_vim_move(
    keys: str, wanted: str | None
) -> None:
    app, taken = BareApp(), list[str | None]()
    async with app.run_test() as pilot:
        app.push_screen(ChooseScreen("Which?", [*LINES, Choice("c", "Last")], typing=False), taken.append)
        await pilot.press(*keys.split())
        await pilot.pause()
        assert taken == [wanted]


async def test_where_a_name_is_typed_all_of_these_keys_are_letters() -> None:
    app, taken = BareApp(), list[str | None]()
    async with app.run_test() as pilot:
        app.push_screen(ChooseScreen("Which?", [Choice("a", "jk gGq")]), taken.append)
        await pilot.press(*"jk", "space", *"gGq")
        await pilot.pause()
        assert (taken, app.screen.query_one(Input).value) == ([], "jk gGq")
        assert not {"j", "g", "G", "space"} & app.screen.active_bindings.keys()
        await pilot.press("enter")
        await pilot.pause()
        assert taken == ["a"]


async def test_a_click_on_a_line_that_has_gone_since_it_was_painted_chooses_nothing() -> None:
    app, taken = BareApp(), list[str | None]()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ChooseScreen("Which?", LINES), taken.append)
        await pilot.pause()
        options = app.screen.query_one(OptionList)
        (x, y) = options.region.offset
        painted = app.screen.get_style_at(x + 3, y + 1)
        assert painted.meta["option"] == 1
        await pilot.press(*"short")
        await pilot.pause()
        options.post_message(Click(options, 3, 1, 0, 0, 1, False, False, False, x + 3, y + 1, painted))
        await pilot.pause()
        assert (taken, app._exception) == ([], None)
        await pilot.click(OptionList, offset=(3, 0))
        assert taken == ["a"]
