"""Keys, pastes and clicks that come faster than they are handled."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.events import Click, Event, Key, MouseDown, MouseUp, Paste
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Label

from studyapp.tui.app.key_order import KeyOrder
from studyapp.tui.screens.cards.browse import BrowseScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from tests.helpers.apps import make_app, press, running, shown, until


class Fields(KeyOrder):
    """Two fields, and a label that opens another when it is clicked."""

    def compose(self) -> ComposeResult:
        yield Input(id="first")
        yield Input(id="second")
        yield Door("open")

    def on_door_opened(self) -> None:
        self.push_screen(Field())

    @property
    def values(self) -> list[str]:
        return [field.value for field in self.screen.query(Input)]


class Door(Label):
    class Opened(Message):
        pass

    def on_click(self, _event: Click) -> None:
        self.post_message(self.Opened())


class Field(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Input()


def burst(app: App[None], *acts: str | Event) -> None:
    """Press keys at once, and do what else is given between them, as a slow connection brings them."""
    for act in acts:
        app.post_message(Key(act, act if len(act) == 1 else None) if isinstance(act, str) else act)


def click(widget: Widget) -> list[Event]:
    """A press of the mouse on a widget, and its release."""
    x, y = widget.region.x + 1, widget.region.y
    return [kind(widget, x, y, 0, 0, 1, False, False, False) for kind in (MouseDown, MouseUp)]


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


async def test_a_paste_comes_after_the_keys_before_it() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        burst(app, "left", "a", "b", "backspace", Paste("xyz"), "backspace", "c")
        await until(pilot, lambda: app.values[0] == "axyc")


async def test_a_paste_after_the_key_of_a_search_is_searched_for(tmp_path: Path) -> None:
    app = make_app(tmp_path, start="decks")
    async with running(app) as pilot:
        await press(pilot, "b", "escape")
        burst(app, "slash", Paste("rome"))
        await until(pilot, lambda: app.screen.query_one("#browse-query", Input).value == "rome")


async def test_keys_go_to_the_field_that_was_in_focus_when_they_were_pressed() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        burst(app, *"abc", *click(app.screen.query_one("#second")), *"de")
        await until(pilot, lambda: app.values == ["abc", "de"])


async def test_keys_after_a_click_go_to_what_it_opens() -> None:
    app = Fields()
    async with app.run_test() as pilot:
        burst(app, *click(app.screen.query_one(Door)), *"abc")
        await until(pilot, lambda: isinstance(app.screen, Field) and app.values == ["abc"])
