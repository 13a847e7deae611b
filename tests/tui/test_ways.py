"""On every screen and dialog: the ways out, the keys that are shown, one cursor in each list, any size."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from textual.binding import Binding
from textual.color import Color
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TextArea

from demos.frame import Frame
from studyapp.runs.frames import DemoFailedError
from studyapp.runs.process import DemoRunner
from studyapp.runs.walk import DemoWalk
from studyapp.tui.app import themes
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks import DecksScreen
from studyapp.tui.services.programs import Programs
from studyapp.tui.widgets.dialog import Dialog
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.rows import Rows
from tests.helpers.apps import make_app, press, running, shown, until
from tests.helpers.tiers import tiered
from tests.tui.test_walk import KEYS, NOTES, PUT, at_rest, gone_to

STATES = [*KEYS, *PUT]
QUICK = ("decks", "browse", "vaults")
SIZES = [(20, 5), (60, 20), (79, 23), (250, 80), (100, 6), (30, 60)]
ENDS = {"source": ("g",), "own demo": ("space", "g", "G")}
"""Keys that scroll to where one is already."""


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of other programs and of demos, which do not run here."""
    asked: list[str] = []

    async def frames(*_: object) -> AsyncIterator[Frame]:
        asked.append("run")
        for frame in list[Frame]():
            yield frame

    async def walked(*_: object) -> DemoWalk:
        raise DemoFailedError("no demo runs here")

    monkeypatch.setattr(DemoRunner, "run", frames)
    monkeypatch.setattr(DemoRunner, "walk", walked)
    for name in ("edit", "obsidian", "address", "file"):
        monkeypatch.setattr(Programs, name, lambda *_, name=name: asked.append(name))
    return asked


def made(tmp_path: Path) -> StudyApp:
    return make_app(tmp_path, NOTES, start="decks", settings={"theme": themes.DARK.name})


async def ready(pilot: Pilot[None], name: str) -> StudyApp:
    app = pilot.app
    assert isinstance(app, StudyApp)
    await until(pilot, lambda: app.whole_notes is not None and app.demos.catalog is not None)
    await gone_to(pilot, name)
    return app


def where(pilot: Pilot[None]) -> tuple[object, ...]:
    """What a key may change of what one sees."""
    app = pilot.app
    return [*app.screen_stack], app.focused, shown(pilot), app._exit


@tiered("name", STATES, quick=QUICK)
@pytest.mark.parametrize("key", ["escape", "q"])
async def test_escape_and_q_lead_back_to_the_decks_step_by_step(tmp_path: Path, name: str, key: str) -> None:
    async with running(made(tmp_path), (100, 30)) as pilot:
        app = await ready(pilot, name)
        for _ in range(6):
            if isinstance(app.screen, DecksScreen) or app._exit:
                break
            typing = isinstance(app.focused, Input | TextArea)
            before = where(pilot)
            await press(pilot, "escape" if typing else key)
            await at_rest(pilot)
            assert where(pilot) != before
        assert app._exit if (name, key) == ("first page", "q") else isinstance(app.screen, DecksScreen)


def keys_of(app: StudyApp) -> list[Binding]:
    """Those of the last row."""
    stay, leave = app.screen.query_one(KeyLine).shown()
    return [binding for binding, _ in (*stay, *leave)]


@tiered("name", STATES, quick=QUICK)
async def test_every_key_that_is_shown_does_something_or_says_why_not(
    tmp_path: Path, name: str, outside: list[str]
) -> None:
    keys: list[str] = []
    while len(keys) != 1:
        async with running(made(tmp_path / str(len(keys))), (100, 30)) as pilot:
            app = await ready(pilot, name)
            keys = keys[1:] or [binding.key for binding in keys_of(app)]
            before, asked = where(pilot), len(outside)
            await press(pilot, keys[0])
            await at_rest(pilot)
            ended = keys[0] in ENDS.get(name, ())
            assert where(pilot) != before or len(outside) > asked or ended, keys[0]


def bars(app: StudyApp) -> int:
    """How many cursors there are in front."""
    blue = Color.parse(app.theme_variables["act"]).rich_color.triplet
    region = app.screen.query_one(Dialog).region if isinstance(app.screen, ModalScreen) else app.screen.region
    found = 0
    for strip in app.screen._compositor.render_strips()[region.y : region.bottom]:
        for text, style, _ in strip.crop(region.x, region.right):
            same = style is not None and style.color is not None and style.color.triplet == blue
            found += text.count("▎") * same
    return found


def lists(app: StudyApp) -> list[Widget]:
    """The lists in front that have rows."""
    rows = [one for one in app.screen.query(Rows) if one.count]
    options = [one for one in app.screen.query(OptionList) if one.highlighted is not None]
    drawn = [one for one in app.screen.query("#decide-table").results(Static) if str(one.content).strip()]
    return [one for one in (*rows, *options, *drawn) if one.is_on_screen and one.size.height]


@tiered("name", STATES, quick=QUICK)
async def test_every_list_has_one_cursor_and_nothing_else_looks_like_one(tmp_path: Path, name: str) -> None:
    async with running(made(tmp_path), (120, 40)) as pilot:
        app = await ready(pilot, name)
        await until(pilot, lambda: bars(app) == len(lists(app)))  # what comes late moves rows
        await press(pilot, "j")
        await until(pilot, lambda: bars(app) == len(lists(app)))


@tiered("name", STATES, quick=QUICK)
async def test_any_size_leaves_a_whole_screen(tmp_path: Path, name: str) -> None:
    async with running(made(tmp_path), (80, 24)) as pilot:
        app = await ready(pilot, name)
        random = Random(name)
        sizes = [*SIZES, *((random.randint(20, 250), random.randint(5, 80)) for _ in range(6))]
        for width, height in sizes:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            assert len(strips) == height
            assert {strip.cell_length for strip in strips} == {width}
