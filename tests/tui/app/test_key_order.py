"""Keys that come faster than they are handled."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from studyapp.tui.screens.browse import BrowseScreen
from studyapp.tui.screens.prompt import PromptScreen
from tests.helpers.apps import make_app, press, running, shown, until


def burst(app: App[None], *keys: str) -> None:
    """Press keys at once, as a slow connection brings them."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def prompt(pilot: Pilot[None]) -> list[str | None]:
    """Ask for a number; what the dialog closes with."""
    closed: list[str | None] = []
    pilot.app.push_screen(PromptScreen("Days", "How many?", "12", lambda _: ""), closed.append)
    await until(pilot, lambda: isinstance(pilot.app.focused, Input))
    return closed


async def test_a_backspace_deletes_what_was_typed_before_it_and_not_what_comes_after(tmp_path: Path) -> None:
    async with running(make_app(tmp_path)) as pilot:
        closed = await prompt(pilot)
        burst(pilot.app, "backspace", "backspace", "7", "8", "left", "backspace", "3", "enter")
        await until(pilot, lambda: closed)
        assert closed == ["38"]


async def test_what_is_typed_after_the_key_of_a_search_is_searched_for(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        await press(pilot, "b", "escape")
        assert isinstance(app.screen, BrowseScreen)
        burst(app, "slash", *"rome")
        await until(pilot, lambda: app.screen.query_one("#browse-query", Input).value == "rome")
        await until(pilot, lambda: "France" not in shown(pilot))


async def test_a_key_that_never_arrives_holds_back_the_others_only_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(make_app(tmp_path)) as pilot:
        closed = await prompt(pilot)
        field = pilot.app.screen.query_one(Input)
        with monkeypatch.context() as patch:
            patch.setattr(field, "_forward_event", lambda event: event._set_forwarded())
            burst(pilot.app, "9")
            await pilot.pause()
        burst(pilot.app, "5", "enter")
        await until(pilot, lambda: closed)
        assert closed == ["5"]
