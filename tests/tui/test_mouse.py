"""The mouse in lists that are asked, and on every part of a path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, OptionList

from studyapp.tui.app import themes
from studyapp.tui.screens.dialogs.choose import ChooseScreen
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from tests.helpers.apps import running, shown, until
from tests.helpers.asked import ASKED
from tests.helpers.tiers import tiered
from tests.tui.test_walk import KEYS, PUT, at_rest, begun, gone_to

ASKS = [name for name, (kind, *_) in (KEYS | PUT).items() if issubclass(kind, ChooseScreen)]
ASKS += [name for name, asked in ASKED.items() if issubclass(asked.kind, ChooseScreen)]
DEEP = [name for name, (kind, _) in (KEYS | PUT).items() if not issubclass(kind, ModalScreen)]


@tiered("name", ASKS, quick=("commands",))
async def test_a_click_on_a_line_chooses_it(tmp_path: Path, name: str) -> None:
    app = begun(tmp_path, name, themes.DARK.name)
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: app.whole_notes is not None and app.demos.catalog is not None)
        await gone_to(pilot, name)
        screen, options = app.screen, app.screen.query_one(OptionList)
        if name == "vaults":
            screen.query_one(Input).value = f"{tmp_path}/v"
            await pilot.pause()
        line = max(number for number, one in enumerate(options.options) if not one.disabled)
        options.scroll_to(y=line, animate=False, immediate=True)
        await pilot.pause()
        place = options.content_region
        await pilot.click(offset=(place.x + 3, place.y + line - round(options.scroll_y)))
        await until(pilot, lambda: app.screen is not screen or app._exit)


@pytest.mark.slow
@pytest.mark.parametrize("name", DEEP)
async def test_a_click_on_any_part_of_a_path_leads_there(tmp_path: Path, name: str) -> None:
    parts = await click_on_part(tmp_path / "0", name, 0)
    for number in range(1, parts):
        await click_on_part(tmp_path / str(number), name, number)


async def click_on_part(folder: Path, name: str, number: int) -> int:
    """Click on one part of a state's path; how many there are before the last."""
    app = begun(folder, name, themes.DARK.name)
    async with running(app, (160, 40)) as pilot:
        await until(pilot, lambda: app.whole_notes is not None and app.demos.catalog is not None)
        await gone_to(pilot, name)
        front = app.screen
        bar = next(iter(front.query(PathBar)), None)
        if bar is None:
            return 0
        below, wanted = [here(screen) for screen in app.screen_stack[:-1]], bar._parts[number]
        await pilot.click(offset=(shown(pilot).split("\n")[0].index(wanted), 0))
        await until(pilot, lambda: app.screen is not front)
        await at_rest(pilot)
        assert wanted not in below or isinstance(app.screen, ModalScreen) or here(app.screen) == wanted
        return len(bar._parts) - 1


def here(screen: Screen[Any]) -> str:
    """What a path calls a screen."""
    bar = screen.query_one("PathBar, PlacesBar")
    assert isinstance(bar, PathBar | PlacesBar)
    return bar.here


@pytest.mark.slow
@pytest.mark.parametrize("name", [*KEYS, *PUT, *ASKED])
async def test_a_scrollbar_can_be_dragged(tmp_path: Path, name: str) -> None:
    app = begun(tmp_path, name, themes.DARK.name)
    async with running(app, (80, 16)) as pilot:
        await until(pilot, lambda: app.whole_notes is not None and app.demos.catalog is not None)
        await gone_to(pilot, name)
        await at_rest(pilot)
        for part in app.screen.query(Widget):
            if part.show_vertical_scrollbar and part.is_on_screen and part.region.size and part.max_scroll_y > 0:
                part.scroll_to(y=0, animate=False, immediate=True)
                await pilot.pause()
                bar = part.vertical_scrollbar.region
                x, top, end = bar.x, bar.y, bar.bottom - 1
                assert app.screen.get_widget_at(x, top)[0] is part.vertical_scrollbar, part
                await pilot.mouse_down(offset=(x, top))
                for y in range(top, end + 1):
                    await pilot.hover(offset=(x, y))
                await pilot.mouse_up(offset=(x, end))
                await until(pilot, lambda part: part.scroll_y > 0, part)
                assert app.mouse_captured is None
