"""The line of keys: their order."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from studyapp.core.settings.model import Settings
from studyapp.tui.app.base import BaseApp
from studyapp.tui.widgets.bars.key_line import KeyLine


class Page(Screen[None]):
    """Has a key that every screen of Textual has."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "run", "Run", id="page.run"),
        Binding("tab", "turn", "Turn", id="page.turn"),
        Binding("escape", "leave", "Back", id="page.leave"),
    ]

    def compose(self) -> ComposeResult:
        """The line."""
        yield KeyLine()


class Asking(Page):
    """Adds what matters more there."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("T", "trust", "Trust", id="asking.trust")]


def line_of(app: BaseApp) -> str:
    return app.screen.query_one(KeyLine).render().plain


async def test_keys_are_listed_as_their_screen_declares_them_its_own_before_those_of_its_base() -> None:
    app = BaseApp(Settings())
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(Asking())
        await pilot.pause()
        assert line_of(app).startswith("T Trust  Space Run  Tab Turn ")
        assert line_of(app).endswith(" ? Keys  Esc Back")
        app.set_keymap({"page.run": "x"})
        await pilot.pause()
        assert line_of(app).startswith("T Trust  x Run  Tab Turn ")
