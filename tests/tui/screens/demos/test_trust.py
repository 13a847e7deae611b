"""The screen where a demo of your own is read and trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from demos.catalog import Catalog
from studyapp.runs.process.own import Trust
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.results import Results
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.demos.gallery import DemosScreen
from studyapp.tui.screens.demos.trust import TrustScreen
from tests.cli.demo.test_own_demo import HOSTILE
from tests.helpers.apps import until
from tests.helpers.demos import DEMOS, NARROW, Around


def demo(runner: DemoRunner, results: Results, demos: Catalog) -> DemoScreen:
    return DemoScreen("count", {"steps": 3}, runner, results, demos=demos)


async def test_a_demo_shows_its_source_and_runs_when_it_is_trusted(tmp_path: Path) -> None:
    app = Around(demo, tmp_path)
    app.runner = DemoRunner([DEMOS], Trust(tmp_path / "trusted"))
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: isinstance(app.screen, TrustScreen))
        await pilot.pause()
        assert "has not run yet" in app.shown()
        assert "import ctypes" in app.shown()
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen))
        assert not app.runner.busy
        assert not (tmp_path / "trusted").exists()
        await pilot.press("space")
        await until(pilot, lambda: isinstance(app.screen, TrustScreen))
        await pilot.press("T")
        await until(pilot, lambda: bool(app.results.all()))


async def test_what_is_trusted_is_what_was_shown(tmp_path: Path) -> None:
    (tmp_path / "demos").mkdir()
    path = tmp_path / "demos/count.py"
    path.write_bytes((DEMOS / "count.py").read_bytes())
    trust = Trust(tmp_path / "trusted")
    app = Around(demo, tmp_path)
    app.runner, app.demos = DemoRunner([path.parent], trust), path.parent
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: isinstance(app.screen, TrustScreen))
        path.write_text(path.read_text() + "\nraise SystemExit\n")
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, TrustScreen) and trust.path.exists())
        assert not trust.holds(path.read_bytes())
        assert not app.runner.busy


@pytest.mark.slow
async def test_nothing_that_a_demo_declares_acts_on_the_terminal_or_ends_the_app(tmp_path: Path) -> None:
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos/bad.py").write_text(HOSTILE)
    app = Around(lambda runner, results, demos: DemosScreen(runner, results, demos=demos), tmp_path)
    app.runner, app.demos = DemoRunner([tmp_path / "demos"], Trust(tmp_path / "trusted")), tmp_path / "demos"
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        seen = app.shown()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen))
        await pilot.pause()
        seen += app.shown()
        await pilot.press("space")
        await until(pilot, lambda: isinstance(app.screen, TrustScreen))
        await pilot.pause()
        seen += app.shown()
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*seen}
