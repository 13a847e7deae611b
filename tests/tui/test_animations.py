"""Where nothing is to move by itself, nothing does, on every screen and in every dialog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual._animator import SimpleAnimation
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, TextArea

from studyapp.tui.app import themes
from tests.helpers.apps import press, running
from tests.helpers.asked import ASKED
from tests.helpers.tiers import tiered
from tests.tui.test_walk import KEYS, PUT, at_rest, begun, gone_to
from tests.tui.test_ways import wheel

pytestmark = pytest.mark.usefixtures("outside")

MOVES = ("tab", "down", "pagedown", "end", "up", "pageup", "home", "shift+tab")


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[SimpleAnimation]:
    """Animations that took more than one frame."""
    found: list[SimpleAnimation] = []
    paint = SimpleAnimation.__call__

    def painted(animation: SimpleAnimation, *given: Any) -> bool:
        done = paint(animation, *given)
        if not done:
            found.append(animation)
        return done

    monkeypatch.setattr(SimpleAnimation, "__call__", painted)
    return found


async def move_about(pilot: Pilot[None], name: str) -> None:
    """Go to a state, and scroll all that it has by keys, by the wheel, and as Textual does by itself."""
    await gone_to(pilot, name)
    await at_rest(pilot)
    for key in MOVES:
        await press(pilot, key)
    for part in pilot.app.screen.query(Widget):
        if part.allow_vertical_scroll and part.is_on_screen:
            await wheel(pilot, part)
            part.scroll_to(y=0, animate=False, immediate=True)
            part.scroll_to(y=part.max_scroll_y, immediate=True)
            await pilot.app.animator.wait_until_complete()


@tiered("name", [*KEYS, *PUT, *ASKED], quick=("commands", "answer"))
async def test_nothing_takes_more_than_one_frame_and_no_cursor_blinks(
    tmp_path: Path, name: str, frames: list[SimpleAnimation]
) -> None:
    made = begun(tmp_path, name, themes.DARK.name)
    made.animation_level = "none"
    async with running(made, (80, 12)) as pilot:
        await move_about(pilot, name)
        assert frames == []
        fields = [*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)]
        assert [one for one in fields if one.has_focus and one.cursor_blink] == []


@pytest.mark.slow
async def test_elsewhere_scrolling_is_smooth(tmp_path: Path, frames: list[SimpleAnimation]) -> None:
    async with running(begun(tmp_path, "keys", themes.DARK.name), (80, 12)) as pilot:
        await move_about(pilot, "keys")
        assert frames
