"""Vaults with an app on them, and how to wait for what it shows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import pytest
from textual._compositor import Compositor
from textual.pilot import Pilot

from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.review.review import ReviewScreen
from tests.helpers.idle import PATIENCE
from tests.helpers.vaults import NOW, locations, make_vault

Start = Literal["decks", "review"]
"""The screen that an app begins with."""

TWO_CARDS = {
    "Notes.md": "#flashcards\n\n# Capitals\n\nFrance::Paris\n<!--SR:!2024-06-10,4,250-->\n\nItaly::Rome\n"
    "<!--SR:!2024-06-12,4,250-->\n"
}
"""Two cards that are due on the day of the clock."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the user's own files are."""
    return tmp_path / "home"


def make_app(
    tmp_path: Path,
    notes: Mapping[str, str | bytes] = TWO_CARDS,
    *,
    start: Start = "review",
    deck: str | None = None,
    plugin: Mapping[str, Any] | None = None,
    settings: Mapping[str, str] | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
) -> StudyApp:
    """An app on a vault made for it, or on an existing one."""
    root = make_vault(tmp_path / "vault", notes, plugin)
    root.mkdir(exist_ok=True)
    return StudyApp(Workspace.open(root, locations(tmp_path / "home"), clock, settings), deck, start)


@asynccontextmanager
async def running(app: StudyApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """Run the app; its notes have been read.

    Without a terminal its output is discarded: it paints at the start, after each key, when a test looks, and at the
    end.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", lambda screen, **_: screen._dirty_regions.clear())
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.vault_read and not app.reading)
            await pilot.pause()
            shown(pilot)
            yield pilot
            app.writer.flush()
            shown(pilot)


async def idle(pilot: Pilot[None], delay: float | None = None) -> None:
    """Let the app work until it is idle; if it is left meanwhile, its widgets no longer respond."""
    pause = asyncio.ensure_future(pilot.pause(delay))
    while not (await asyncio.wait({pause}, timeout=0.1))[0]:
        if pilot.app._exit:
            pause.cancel()
            return
    await pause


async def until(pilot: Pilot[None], holds: Callable[..., object], *given: object, patience: float = PATIENCE) -> None:
    """Let the app work until a condition holds of what is given, and then until it is idle."""
    end = monotonic() + patience
    while not holds(*given):
        assert monotonic() < end, "it never came to be:\n" + shown(pilot)
        await idle(pilot, 0.005)
    await idle(pilot)


async def written(pilot: Pilot[None]) -> None:
    """Let the writer finish, and the app take in its reports."""
    app = pilot.app
    assert isinstance(app, StudyApp)
    app.writer.flush()
    await idle(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after another; each has been handled, on disk too, before the next."""
    for key in keys:
        with pytest.MonkeyPatch.context() as patch:  # it waits until the app is idle below, so not here too
            patch.setattr("textual.app.wait_for_idle", asyncio.sleep)
            await pilot.press(key)
        await idle(pilot)
        await pilot.app.animator.wait_until_complete()
        await written(pilot)
        shown(pilot)


def shown(pilot: Pilot[None]) -> str:
    """The text on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def words(pilot: Pilot[None]) -> str:
    """The text on the screen without its line breaks and runs of spaces."""
    return re.sub(r"\s+", " ", shown(pilot))


def app_of(pilot: Pilot[None]) -> StudyApp:
    assert isinstance(pilot.app, StudyApp)
    return pilot.app


def review_of(app: StudyApp) -> ReviewScreen:
    screen = app.screen
    assert isinstance(screen, ReviewScreen)
    return screen


def note(tmp_path: Path, name: str = "Notes.md") -> bytes:
    """A note's bytes."""
    return (tmp_path / "vault" / name).read_bytes()
