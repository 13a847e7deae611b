"""The keys that scroll a box."""

from __future__ import annotations

from pathlib import Path

from studyapp.tui.app import themes
from studyapp.tui.screens.scrolled import Scrolled
from tests.helpers.apps import press, running
from tests.helpers.tiers import tiered
from tests.tui.test_walk import at_rest, begun, gone_to


@tiered("name", ["keys", "facts after reviews", "source", "statistics"])
async def test_a_box_scrolls_by_lines_by_pages_and_to_either_end(tmp_path: Path, name: str) -> None:
    async with running(begun(tmp_path, name, themes.DARK.name), (80, 12)) as pilot:
        await gone_to(pilot, name)
        await at_rest(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, Scrolled)
        box = screen._scrolled
        places = []
        for key in ("j", "space", "pagedown", "k", "pageup", "G", "g", "down", "end", "home"):
            await press(pilot, key)
            places.append(round(box.scroll_y))
        page, end = max(1, box.size.height - 2), round(box.max_scroll_y)
        assert end > 2 * page
        assert places == [1, 1 + page, 1 + 2 * page, 2 * page, page, end, 0, 1, end, 0]
