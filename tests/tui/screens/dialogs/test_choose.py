"""A list to choose from."""

from __future__ import annotations

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
