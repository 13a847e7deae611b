"""How the screens of the demos look, with a demo that only counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from demos.catalog import Catalog, load
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.results import Results
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.demos.gallery import DemosScreen
from studyapp.tui.widgets.demo import texts
from tests.helpers.apps import until
from tests.helpers.demos import NARROW, Around
from tests.helpers.methods import METHODS, SHIPPED, own_run
from tests.helpers.recorded import RecordedRunner
from tests.helpers.tiers import tiered
from tests.tui.screens.demos.test_walk import around, shown

Compare = Callable[..., bool]


def demo(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    return DemoScreen("count", {}, runner, results, demos=demos)


def methods(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    results.add(own_run())
    return DemosScreen(runner, results, demos=METHODS, at="lora")


def compared(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    results.add(own_run())
    return CompareScreen(runner, results, demos=METHODS)


@tiered("size", [(80, 24), (120, 40), (200, 60)], ids=["80", "120", "200"])
@pytest.mark.parametrize("make", [methods, compared])
def test_the_gallery_and_the_comparison(
    tmp_path: Path,
    snap_compare: Compare,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[DemoRunner, Results, Catalog], Screen[None]],
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr("studyapp.runs.results.known_points.shipped", lambda _path: SHIPPED)

    async def run(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(Around(make, tmp_path), terminal_size=size, run_before=run)


@pytest.mark.parametrize(
    ("make", "keys"),
    [(demo, ())],
    ids=["before-a-run"],
)
def test_demo_screens(
    tmp_path: Path,
    snap_compare: Compare,
    make: Callable[[DemoRunner, Results, Catalog], Screen[None]],
    keys: tuple[str, ...],
) -> None:
    async def run(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(Around(make, tmp_path), terminal_size=NARROW, run_before=run)


def test_a_walk_through_one_forward_pass(tmp_path: Path, snap_compare: Compare) -> None:
    app, _ = around(tmp_path)

    async def run(pilot: Pilot[None]) -> None:
        await shown(app, pilot)

    assert snap_compare(app, terminal_size=NARROW, run_before=run)


SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["80", "120", "200"])


@pytest.mark.slow
@SIZES
@pytest.mark.parametrize("state", ["before", "during", "after"])
def test_a_method_before_during_and_after_a_run(
    tmp_path: Path, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], state: str
) -> None:
    monkeypatch.setattr("studyapp.runs.results.known_points.shipped", lambda _path: SHIPPED)
    monkeypatch.setattr("studyapp.tui.screens.demos.demo.how_to_add_torch", lambda: None)
    monkeypatch.setattr("studyapp.tui.screens.demos.view.time", SimpleNamespace(monotonic=lambda: 0.0))
    monkeypatch.setattr(texts, "_when", lambda when, now: "12:02")

    def make(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
        recorded = RecordedRunner(until=20 if state == "during" else None)
        return DemoScreen("lora", {"steps": 40}, recorded, results, demos=load())

    async def run(pilot: Pilot[None]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, DemoScreen)
        await pilot.pause()
        if state != "before":
            await pilot.press("3", "space")
            step = 40 if state == "after" else 18
            await until(pilot, lambda: screen._run.last is not None and screen._run.last.step >= step)
            if state == "after":
                await until(pilot, lambda: not screen.running)
            screen._page._show_all()
            screen._show_progress()
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(Around(make, tmp_path), terminal_size=size, run_before=run)
