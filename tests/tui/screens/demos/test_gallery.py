"""The gallery, with a demo that only counts and with those that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import Static

from demos.catalog import BrokenDemo, Catalog, load
from demos.jobs import JOBS
from studyapp.runs.process.own import Trust
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.comparison import jobs_of
from studyapp.runs.results.families import short_title
from studyapp.runs.results.known_points import known_points
from studyapp.runs.results.results import Results
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.demos.gallery import DemosScreen
from studyapp.tui.widgets.methods.method_cards import MethodCard, MethodCards
from studyapp.tui.widgets.methods.method_rows import MethodRows
from studyapp.tui.widgets.methods.rates import rate_text
from tests.helpers.apps import until
from tests.helpers.demos import DEMOS, NARROW, WIDE, Around
from tests.helpers.tiers import tiered


def gallery(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    broken = BrokenDemo("torn", Path("torn.py"), "it does not declare \x1b[31mIDEA")
    return DemosScreen(runner, results, demos=Catalog(demos.demos, (broken,)))


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, (120, 40), WIDE])
async def test_a_run_shows_in_the_gallery_afterwards_and_its_cursor_stays(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = Around(gallery, tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen))
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DemosScreen))
        await until(pilot, lambda: "●1.0" in app.shown())
        assert app.screen.focused is not None


@pytest.mark.slow
async def test_space_opens_the_demo_under_the_cursor_and_runs_it(tmp_path: Path) -> None:
    app = Around(gallery, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()))
        assert isinstance(app.screen, DemoScreen)


async def test_a_key_trusts_a_demo_of_your_own_no_longer(tmp_path: Path) -> None:
    app = Around(gallery, tmp_path)
    source = (DEMOS / "count.py").read_bytes()
    trust = Trust(tmp_path / "trusted")
    trust.give(source, DEMOS / "count.py")
    app.runner = DemoRunner([DEMOS], trust)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "T Revoke trust" in app.shown())
        await pilot.press("T")
        await until(pilot, lambda: "T Revoke trust" not in app.shown())
        assert not trust.holds(source)


def shipped(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    return DemosScreen(runner, results)


@tiered("size", [NARROW, (60, 20), (100, 30), (120, 40), (160, 50), (200, 60)])
async def test_each_method_shows_what_it_trains_and_reaches_before_it_was_ever_run(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "LoRA" in app.shown())
        screen = app.screen
        assert isinstance(screen, DemosScreen)
        known = known_points(screen.cards, jobs_of(screen.cards), app.results)
        shown = app.shown()
        for card in screen.cards:
            assert short_title(card.title) in shown
            assert known[card.name]
            assert not card.trained or f"{card.trained:,}" in shown
            for point in known[card.name].values():
                assert rate_text(point.accuracy) in shown
        assert "●" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("size", [(100, 30), (111, 40), (120, 40), (160, 50), (200, 60)])
async def test_what_a_method_is_about_is_never_cut(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "LoRA" in app.shown())
        screen = app.screen
        assert isinstance(screen, DemosScreen)
        if (cards := [*screen.query(MethodCard)]) and screen.has_class("-cards"):
            for card in cards:
                assert " ".join(card.card.idea.split()) in " ".join(str(card.render()).split())
            return
        more = screen.query_one("#demos-more", Static)
        for one in screen.cards:
            screen.query_one(MethodRows).select(one.name)
            await until(pilot, lambda one: screen._here is one, one)
            said = str(more.content)
            assert max(map(len, said.split("\n"))) <= more.content_size.width
            assert one.paper.split()[-1].removeprefix("https://") in said


@pytest.mark.slow
async def test_the_cursor_goes_from_method_to_method_in_the_list_and_among_the_cards(tmp_path: Path) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "Say it" in app.shown())
        await pilot.press("down", "down")
        rows = app.screen.query_one(MethodRows)
        assert rows.card is not None
        assert rows.card.name == "soft_prompt"  # over the name of a family
        assert "Train a few vectors" in app.shown()
        await pilot.resize_terminal(200, 60)
        await pilot.pause()
        cards = app.screen.query_one(MethodCards)
        await until(pilot, lambda: cards.has_focus)
        assert cards.card == rows.card
        await pilot.press("down", "right", "up", "up")
        await pilot.pause()
        assert cards.cursor == 3
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen))


def at_lora(runner: DemoRunner, results: Results, demos: Catalog) -> Screen[None]:
    return DemosScreen(runner, results, at="lora")


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, (120, 40), (200, 60)])
async def test_the_cursor_begins_on_the_demo_that_was_offered(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Around(at_lora, tmp_path)
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, DemosScreen)
        await until(pilot, lambda: "LoRA" in app.shown())
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen))
        assert isinstance(app.screen, DemoScreen)
        assert app.screen.card.name == "lora"


@pytest.mark.slow
async def test_families_have_their_names_and_tasks_their_example_where_there_is_room(tmp_path: Path) -> None:
    app = Around(shipped, tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "Say it" in app.shown())
        for text in ("Steer it", "Change it", "Read it", "What the tasks ask", JOBS["compose"].example.answer):
            assert text in app.shown()


@pytest.mark.slow
async def test_the_share_of_each_method_fits_into_its_card(tmp_path: Path) -> None:
    app = Around(lambda runner, results, _: DemosScreen(runner, results, demos=load()), tmp_path)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        assert app.screen.query_one(MethodCards).is_on_screen
        cut = [
            line
            for line in app.shown().split("\n")
            for part in line.split("│")
            if "trained ·" in part and "%" not in part
        ]
        assert cut == []
        assert "trained · 100 %" in app.shown()


@pytest.mark.slow
async def test_the_names_of_all_methods_are_whole_on_the_smallest_screen(tmp_path: Path) -> None:
    app = Around(lambda runner, results, _: DemosScreen(runner, results, demos=load()), tmp_path)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert all(short_title(card.title) in app.shown() for card in load().demos)


@pytest.mark.slow
async def test_without_colour_the_box_of_the_current_card_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Around(shipped, tmp_path)
    async with app.run_test(size=(200, 60)) as pilot:
        await until(pilot, lambda: app.shown().count("╔") == 1)


@pytest.mark.slow
async def test_names_that_must_be_cut_can_be_told_apart(tmp_path: Path) -> None:
    app = Around(lambda runner, results, _: DemosScreen(runner, results, demos=load()), tmp_path)
    async with app.run_test(size=(48, 30)) as pilot:
        await until(pilot, lambda: "Say it" in app.shown())
        names = [line.strip()[:12].strip() for line in app.shown().split("\n")]
        for end in ("… I", "… II", "… V2"):
            assert sum(name.endswith(end) for name in names) == 1, names
