"""Every screen follows the terminal's size."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Literal

import pytest
from textual.events import Callback, Resize
from textual.geometry import Size
from textual.screen import Screen

from studyapp.tui import screens
from studyapp.tui.screens.surface import Surface
from tests.helpers.apps import idle, make_app, running


def subclasses(kind: type[Screen[object]]) -> list[type[Screen[object]]]:
    return [found for child in kind.__subclasses__() for found in (child, *subclasses(child))]


def test_every_screen_follows_the_terminal() -> None:
    for module in iter_modules(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)
    ours = [kind for kind in subclasses(Screen) if kind.__module__.startswith("studyapp.")]
    assert len(ours) > 20
    assert [kind.__name__ for kind in ours if not issubclass(kind, Surface)] == []


@pytest.mark.slow
@pytest.mark.timeout(30)  # two sizes that follow each other leave the app no rest
@pytest.mark.parametrize("start", ["decks", "review"])
async def test_sizes_in_quick_succession_leave_the_last_one(
    tmp_path: Path, start: Literal["decks", "review"]
) -> None:
    async with running(make_app(tmp_path, start=start)) as pilot:
        screen = pilot.app.screen
        for height in (30, 40, 24):
            screen.post_message(Resize(Size(80, height), Size(80, height)))
            screen.post_message(Callback(callback=lambda: None))
        await idle(pilot)
        assert screen.size == pilot.app.size == Size(80, 24)
