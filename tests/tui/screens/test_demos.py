"""The gallery and the comparison, with a demo that only counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import Screen

from demos.catalog import BrokenDemo, Catalog
from studyapp.runs.process import DemoRunner
from studyapp.runs.results import Result, Results
from studyapp.tui.screens.compare import CompareScreen
from studyapp.tui.screens.demo import DemoScreen
from studyapp.tui.screens.demos import DemosScreen
from tests.helpers.demos import NARROW, WIDE, Around, until


def gallery(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    broken = BrokenDemo("torn", Path("torn.py"), "it does not declare \x1b[31mIDEA")
    return DemosScreen(runner, results, demos=Catalog(demos.demos, (broken,)))


def compare(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    return CompareScreen(runner, results, demos=Catalog(twice(demos)), job="teach")


def twice(demos: Catalog) -> tuple:  # type: ignore[type-arg]  # a tuple of cards
    return (*demos.demos, *demos.demos)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_gallery_lists_each_demo_and_says_which_cannot_be_read(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = Around(gallery, tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = app.shown()
        assert "Counting" in shown
        assert "Nothing is trained; a number rises." in shown
        assert "torn: it does not declare ␛[31mIDEA" in shown
        assert "⟦count⟧" in shown


async def test_enter_opens_a_demo_and_its_result_shows_in_the_gallery_afterwards(tmp_path: Path) -> None:
    app = Around(gallery, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, DemoScreen)
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DemosScreen))
        await pilot.pause()
        assert "0.00 → 1.00" in app.shown()


async def test_the_comparison_runs_what_is_missing_keeps_it_and_draws_it(tmp_path: Path) -> None:
    app = Around(compare, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        assert "nothing was run on this job yet" in app.shown()
        await pilot.press("plus", "space")
        await until(pilot, lambda: "complete" in app.shown())
        assert {(result.summary.job, result.seed) for result in app.results.all()} == {("teach", 0), ("teach", 1)}
        shown = app.shown()
        assert "A" in shown
        assert "1.00" in shown
        await pilot.press("right")
        await pilot.pause()
        assert "trained" in app.shown()
        assert isinstance(app.screen, CompareScreen)
        assert app.screen.job == "all"


@pytest.mark.parametrize("ending", [".svg", ".png"])
async def test_the_comparison_is_saved_as_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.chdir(tmp_path)
    app = Around(compare, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: "complete" in app.shown())
        await pilot.press("p", "ctrl+u", *f"p{ending}", "enter")
        await until(pilot, (tmp_path / f"p{ending}").exists)


async def test_a_picture_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    app = Around(compare, tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("p", "ctrl+u", *"x.gif", "enter")
        await pilot.pause()
        assert "saved as .svg or .png, not as 'x.gif'" in app.shown()


async def test_escape_stops_the_missing_runs_and_keeps_what_was_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Around(compare, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        keep, screen = app.results.add, app.screen
        assert isinstance(screen, CompareScreen)

        def keep_and_stop(result: Result) -> None:
            keep(result)
            app.run_worker(screen.run_action("leave"))

        monkeypatch.setattr(app.results, "add", keep_and_stop)
        await pilot.press(*["plus"] * 9, "space")
        await until(pilot, lambda: "stopped; what was run is kept" in app.shown())
        assert not app.runner.busy
        assert len(app.results.all()) < 10
