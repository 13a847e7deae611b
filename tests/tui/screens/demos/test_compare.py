"""The comparison, with a demo that only counts and with the results that come with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.screen import Screen

from demos.catalog import Catalog, DemoCard
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.families import short_title
from studyapp.runs.results.results import Result, Results
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.widgets.methods.compare_rows import CompareRows
from tests.helpers.apps import until
from tests.helpers.demos import NARROW, WIDE, Around


def compare(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    return CompareScreen(runner, results, demos=Catalog(twice(demos)), job="teach")


def twice(demos: Catalog) -> tuple[DemoCard, ...]:
    return (*demos.demos, *demos.demos)


def shipped(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    return CompareScreen(runner, results)


def screen_of(app: Around) -> CompareScreen:
    assert isinstance(app.screen, CompareScreen)
    return app.screen


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 20), NARROW, (120, 40), (200, 60)])
async def test_the_comparison_is_never_empty(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "mean of four" in app.shown())
        for _ in screen_of(app).jobs:
            await until(pilot, lambda: "○" in app.shown())
            points = screen_of(app)._points(screen_of(app).job)
            assert len(points) > 5
            assert all(short_title(point.title) in app.shown() for point in points)
            assert not re.search(r"spread[\w ]*…", app.shown()), "a heading is whole, or its end is left out"
            await pilot.press("tab")
            await pilot.pause()
        assert "none run here yet" in app.shown()


@pytest.mark.slow
async def test_the_table_takes_the_keys_as_soon_as_there_is_room_for_it(tmp_path: Path) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "mean of four" in app.shown())
        assert app.focused is None
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: isinstance(app.focused, CompareRows))
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: app.focused is None)


@pytest.mark.slow
async def test_before_the_first_run_it_says_how_many_there_are_and_how_long_they_take(tmp_path: Path) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "No runs here yet. Space runs all" in app.shown())
        assert re.search(r"all \d+ \((about a minute|about \d+ minutes|less than a minute)\)", app.shown())


@pytest.mark.slow
async def test_x_changes_the_axis_where_there_is_room_for_one_picture(tmp_path: Path) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "Accuracy by numbers trained" in app.shown())
        assert "x Axis" in app.shown()
        (before,) = (line for line in app.shown().splitlines() if "Accuracy by numbers" in line)
        await pilot.press("x")
        await until(pilot, lambda: "Accuracy by seconds" in app.shown())
        (after,) = (line for line in app.shown().splitlines() if "Accuracy by seconds" in line)
        assert before.index("Accuracy") == after.index("Accuracy")
        assert "Accuracy by numbers trained" not in app.shown()
        assert "2 of 2 pictures" in app.shown()
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "Accuracy by numbers trained" in app.shown())
        assert "Accuracy by seconds" in app.shown()
        await until(pilot, lambda: "x Axis" not in app.shown())


async def test_the_table_shows_the_median_the_worst_and_the_spread_the_best_first(tmp_path: Path) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "median" in app.shown())
        for head in ("worst", "fails", "elicit", "classify", "trained"):
            assert head in app.shown()
        listed = [point.accuracy for point in app.screen.query_one(CompareRows).rows]
        assert [round(rate, 2) for rate in listed] == sorted((round(rate, 2) for rate in listed), reverse=True)


@pytest.mark.slow
async def test_a_task_is_shown_when_it_is_clicked_on(tmp_path: Path) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "mean of four" in app.shown())
        row = next(n for n, line in enumerate(app.shown().splitlines()) if "mean of four" in line)
        column = app.shown().splitlines()[row].index("compose")
        await pilot.click(offset=(column, row))
        await until(pilot, lambda: screen_of(app).job == "compose")


@pytest.mark.slow
async def test_the_comparison_runs_what_is_missing_keeps_it_and_draws_it(tmp_path: Path) -> None:
    app = Around(compare, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "Run the missing 2" in app.shown())
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "Run the missing 4" in app.shown())
        await pilot.press("space")
        await until(pilot, lambda: "All runs are done." in app.shown())
        assert {(result.summary.job, result.seed) for result in app.results.all()} == {("teach", 0), ("teach", 1)}
        await until(pilot, lambda: "● Counting" in app.shown() or "Counting ●" in app.shown())
        assert "your 4 runs" in app.shown()
        assert "Run the missing" not in app.shown()


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".svg", ".png"])
async def test_the_comparison_is_saved_as_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.chdir(tmp_path)
    app = Around(compare, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: "All runs are done." in app.shown())
        await pilot.press("p", "ctrl+u", *f"p{ending}", "enter")
        await until(pilot, (tmp_path / f"p{ending}").exists)


@pytest.mark.slow
async def test_a_picture_of_another_kind_is_refused_while_one_types(tmp_path: Path) -> None:
    app = Around(compare, tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("p", "ctrl+u", *"x.gif", "enter")
        await until(pilot, lambda: "must end in .svg or .png" in app.shown())


@pytest.mark.slow
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
        await pilot.press(*["greater_than_sign"] * 9, "space")
        await until(pilot, lambda: "Stopped; finished runs are kept." in app.shown())
        assert not app.runner.busy
        assert len(app.results.all()) < 10
