"""What links open: a demo, its walk, a comparison."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import Screen

from demos.catalog import load
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.results import Results
from studyapp.study.reader.demo_links import choice_of_link
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.demos.linked import linked_demo
from studyapp.tui.screens.demos.make_card import MakeCardScreen
from studyapp.tui.screens.demos.walk import WalkScreen
from tests.helpers.apps import until
from tests.helpers.demos import NARROW, Around


def around(link: str, folder: Path) -> Around:
    catalog = load()
    choice = choice_of_link(link, catalog)

    def make(runner: DemoRunner, results: Results, _: object) -> DemoScreen | CompareScreen:
        screen = linked_demo(choice, runner, results, catalog)
        assert isinstance(screen, DemoScreen | CompareScreen)
        return screen

    return Around(make, folder)


async def test_a_link_to_a_comparison_compares_the_methods_that_it_names(tmp_path: Path) -> None:
    app = around("studyapp://demo/compare?methods=lora,adapters&job=teach", tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, CompareScreen)
        assert app.screen.job == "teach"
        assert [card.name for card in app.screen._cards] == ["adapters", "lora"]


@pytest.mark.slow
async def test_a_link_to_a_walk_runs_the_demo_and_walks_through_it(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    app = around("studyapp://demo/lora?walk=1&steps=1&rank=1", tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WalkScreen) and app.screen._walk is not None)
        assert isinstance(app.screen, WalkScreen)
        assert app.screen._walk is not None
        assert app.screen._walk.trained is not None


async def test_tab_makes_three_cards_of_one(tmp_path: Path) -> None:
    taken: list[int | None] = []
    app = Around(lambda *_: Screen(), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        for keys, closed in ((["enter"], 0), (["tab", "enter"], 1), (["tab", "tab", "enter"], 0), (["escape"], None)):
            app.push_screen(MakeCardScreen("one card", "three cards"), taken.append)
            await pilot.pause()
            await pilot.press(*keys[:-1])
            await pilot.pause()
            assert ("three cards" in app.shown()) is (closed == 1)
            await pilot.press(keys[-1])
            await pilot.pause()
            assert taken[-1] == closed
