"""The screen of one demo, with a demo that only counts."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from textual.content import Content
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Static

from demos.catalog import Catalog, CatalogError, load
from demos.frame import Frame, KnobError, KnobValue, Summary
from demos.jobs import JOBS
from demos.needs import HOW_TO_ADD
from studyapp.core.settings.model import Settings
from studyapp.runs.cards.draft import Draft
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.results import Results
from studyapp.tui.screens.demos.demo import CardMaker, DemoScreen
from studyapp.tui.screens.demos.make_card import MakeCardScreen
from studyapp.tui.screens.demos.source import SourceScreen
from studyapp.tui.widgets.demo.knobs import Knobs
from studyapp.tui.widgets.demo.page import ENLARGED, DemoPage
from tests.helpers.apps import until
from tests.helpers.demos import DEMOS, NARROW, WIDE, Around, Make
from tests.helpers.tiers import tiered


class Cards:
    """Takes the cards that the user accepted."""

    def __init__(self) -> None:
        self.taken: list[Draft] = []

    def text(self, draft: Draft) -> str:
        return draft.text(Settings(multiline_card_separator="??", multiline_reversed_card_separator="???"))

    def put(self, draft: Draft) -> None:
        self.taken.append(draft)


def demo(cards: CardMaker | None = None, **knobs: KnobValue) -> Make:
    def make(runner: DemoRunner, results: Results, demos: Catalog) -> DemoScreen:
        return DemoScreen("count", knobs, runner, results, demos=demos, cards=cards)

    return make


def screen_of(app: Around) -> DemoScreen:
    assert isinstance(app.screen, DemoScreen)
    return app.screen


def key_line(app: Around) -> list[str]:
    return app.shown().rstrip().splitlines()[-1].split()


async def test_while_a_value_is_typed_only_the_keys_that_work_are_named(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        before = key_line(app)
        assert before[:2] == ["Space", "Run"]
        await pilot.press("enter")
        await until(pilot, lambda: key_line(app) == ["Enter", "Set", "it", "F1", "Keys", "Esc", "Cancel"])
        await pilot.press("escape")
        await until(pilot, lambda: key_line(app) == before)


async def test_a_value_is_typed_on_while_the_terminal_changes_its_size(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        knobs = app.screen.query_one(Knobs)
        await pilot.press("down", "enter", "1")
        await until(pilot, lambda: knobs.typing == "1")
        await pilot.resize_terminal(*NARROW)
        await pilot.press("2")
        await until(pilot, lambda: knobs.typing == "12")
        await pilot.press("enter")
        await until(pilot, lambda: knobs.values["steps"] == 12)


async def test_keys_that_come_as_the_page_opens_turn_its_knobs(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        before = app.screen.query_one(Knobs).values
        await app.push_screen(app.make(app.runner, app.results, load(app.demos)))
        for key in ("down", "right"):
            app.post_message(Key(key, None))
        await until(pilot, lambda: app.screen.query_one(Knobs).values == {**before, "steps": 12})


@tiered("size", [NARROW, WIDE])
async def test_before_a_run_idea_block_knobs_and_question_are_on_the_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = app.shown()
        for text in ("Counting", "Nothing is trained", "⟦count⟧", "steps", "how far does it count?", "1 under 20 %"):
            assert text in shown


@tiered("size", [NARROW, WIDE])
async def test_a_key_on_a_knob_works_out_where_the_panes_go_once_at_most(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []
    wanted = DemoPage._wanted

    def noted(page: DemoPage, numbers: Content) -> object:
        done.append("placed")
        return wanted(page, numbers)

    app = Around(demo(), tmp_path)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.focused, Knobs))
        await pilot.press("down", "right")  # there is a message from now on
        await pilot.pause()
        monkeypatch.setattr(DemoPage, "_wanted", noted)
        monkeypatch.setattr(Static, "update", lambda widget, *_, **named: done.append((widget.id, named)))
        for key, work in (("down", []), ("right", ["placed"]), ("up", []), ("left", ["placed"])):
            done.clear()
            await pilot.press(key)
            await pilot.pause()
            assert [one for one in done if one == "placed"] == work
            assert "demo-task" not in [one[0] for one in done if isinstance(one, tuple)], "the task is as before"


@pytest.mark.slow
async def test_a_turned_knob_draws_only_what_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: isinstance(app.focused, Knobs))
        await pilot.press("down", "up", "right")  # there is a message from now on
        await pilot.pause()
        drawn: list[object] = []
        render = Widget._render_content

        def noted(one: Widget) -> None:
            drawn.append(one.id or type(one).__name__)
            render(one)

        monkeypatch.setattr(Widget, "_render_content", noted)
        await pilot.press("right")
        await pilot.pause()
        assert {"memory", "guess", "trained", "DemoStatus"}.isdisjoint(drawn)


@tiered("size", [NARROW, WIDE])
async def test_a_run_ends_with_what_came_of_it_and_is_kept(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: "0 % → 100 %" in app.shown())
        shown = app.shown()
        for text in ("Accuracy, unseen", "1 of 1 right", "fingers", "done in", "unchanged ✓"):
            assert text in shown
        (result,) = app.results.all()
        assert result.demo == "count"
        assert result.curve[0] == (0, 0.0)
        assert result.curve[-1] == (6, 1.0)


@pytest.mark.slow
async def test_escape_stops_the_run_first_and_goes_back_then(tmp_path: Path) -> None:
    app = Around(demo(steps=1_000_000, pause=0.01), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        screen = screen_of(app)
        await until(pilot, lambda: screen._run.last is not None)
        await pilot.press("escape")
        await until(pilot, lambda: not screen.running)
        assert "stopped at step" in app.shown()
        assert not app.runner.busy
        assert app.results.all() == ()
        await pilot.press("escape")
        assert app.screen is not screen


@pytest.mark.slow
async def test_leaving_a_screen_stops_its_run(tmp_path: Path) -> None:
    app = Around(demo(steps=1_000_000, pause=0.01), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: app.runner.busy)
        app.pop_screen()
        await until(pilot, lambda: not app.runner.busy)


@pytest.mark.slow
@pytest.mark.parametrize(("end", "says"), [("raise", "five fingers only"), ("memory", "ran out of memory")])
async def test_a_demo_that_fails_says_why_and_can_be_run_again(tmp_path: Path, end: str, says: str) -> None:
    app = Around(demo(end=end), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: says in app.shown())
        assert not screen_of(app).running
        screen_of(app)._knobs["end"] = "well"
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()))


@pytest.mark.slow
async def test_a_killed_worker_is_reported_and_the_app_continues(tmp_path: Path) -> None:
    app = Around(demo(steps=1_000_000, pause=0.01), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: screen_of(app)._run.last is not None)
        assert app.runner._running is not None
        os.kill(app.runner._running.pid, signal.SIGKILL)
        await until(pilot, lambda: "SIGKILL" in app.shown())
        assert not screen_of(app).running


def without_spaces(text: str) -> str:
    """A text whatever its lines were broken at: where the interpreter lies decides how long the line is."""
    return "".join(text.split())


async def test_without_torch_one_line_says_how_to_add_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    app = Around(demo(), tmp_path)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: without_spaces(HOW_TO_ADD) in without_spaces(app.shown()))
        assert not screen_of(app).running


@pytest.mark.slow
async def test_a_guess_is_one_key_kept_and_compared(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2", "space")
        await until(pilot, lambda: bool(app.results.all()))
        assert app.results.all()[0].guesses == ("✗ 90 % or more, and you guessed 20 to 50 %",)
        await until(pilot, lambda: "✗ 90 % or more, and you guessed" in app.shown())


@pytest.mark.slow
async def test_after_a_knob_was_turned_the_guess_is_about_what_that_changes(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: len(app.results.all()) == 1)
        await until(pilot, lambda: not screen_of(app).running)
        await pilot.press("down", "right")
        await until(pilot, lambda: "steps 6 → 12: the accuracy (1.00)?" in app.shown())
        await pilot.press("2")
        await until(pilot, lambda: "steps 6 → 12: the trained numbers (0)?" in app.shown())
        await pilot.press("3", "space")
        await until(pilot, lambda: len(app.results.all()) == 2)
        assert app.results.all()[1].guesses == (
            "✓ steps 6 → 12: the accuracy stays, as you guessed",
            "✗ steps 6 → 12: trained numbers as many, and you guessed more",
        )
        assert app.results.all()[1].knobs["steps"] == 12
        await until(pilot, lambda: "steps 12, elicit" in app.shown())
        await until(pilot, lambda: " defaults" in app.shown())


@pytest.mark.slow
async def test_m_shows_the_card_and_hands_it_on_only_after_a_yes(tmp_path: Path) -> None:
    cards = Cards()
    app = Around(demo(cards, steps=3), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert screen_of(app).is_current
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()))
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(app.screen, MakeCardScreen)
        assert "studyapp://demo/count?steps=3" in "".join(app.shown().split())
        assert re.search(r"│ +\?\? +│", app.shown())
        await pilot.press("escape")
        assert cards.taken == []
        await pilot.press("m")
        await pilot.press("enter")
        (draft,) = cards.taken
        assert draft.front.startswith("Counting on the toy model")
        assert draft.back.endswith("[Run it](studyapp://demo/count?steps=3)")


@pytest.mark.slow
async def test_without_a_vault_the_card_is_shown_and_goes_nowhere(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()))
        await pilot.press("m", "enter")
        await until(pilot, lambda: "no vault is open" in app.shown())


@pytest.mark.slow
async def test_c_shows_the_source_that_runs(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(app.screen, SourceScreen)
        assert "from demos.frame import" in app.shown()
        await pilot.press("G")
        await pilot.pause()
        assert "ctypes.string_at" in app.shown()
        await pilot.press("escape")
        assert isinstance(app.screen, DemoScreen)


@pytest.mark.slow
async def test_tab_switches_between_knobs_and_curves_without_room_for_both(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        assert "⟦count⟧" in app.shown()
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()) and not screen_of(app).running)
        assert "Accuracy, unseen" in app.shown()
        assert "⟦count⟧" not in app.shown()
        await pilot.press("tab")
        await pilot.pause()
        assert "⟦count⟧" in app.shown()
        await pilot.press("tab")
        await pilot.pause()
        assert "Result" in app.shown()


def test_an_unknown_demo_or_knob_is_refused_before_there_is_a_screen(tmp_path: Path) -> None:
    runner, results = DemoRunner([]), Results(tmp_path / "r")
    with pytest.raises(CatalogError):
        DemoScreen("nothing", {}, runner, results, demos=Catalog(()))
    with pytest.raises(KnobError, match="there is no knob"):
        Around(demo(speed=3), tmp_path).make(runner, results, _counting())


def _counting() -> Catalog:
    return load(DEMOS)


@pytest.mark.slow
async def test_space_runs_stops_and_runs_again_and_the_keys_say_so(tmp_path: Path) -> None:
    app = Around(demo(steps=1_000_000, pause=0.01), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        assert "Space Run" in app.shown()
        await pilot.press("space")
        await until(pilot, lambda: screen_of(app)._run.last is not None and "Space Stop" in app.shown())
        assert "step " in app.shown().split("\n")[0]
        await pilot.press("space")
        await until(pilot, lambda: not screen_of(app).running and "Space Again" in app.shown())


@pytest.mark.slow
@pytest.mark.parametrize("size", [(60, 20), NARROW, (120, 40), WIDE, (200, 60)])
async def test_the_task_stands_on_the_screen_before_during_and_after_a_run(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=size) as pilot:
        for press in ((), ("space",), ("tab",) if size < (150, 0) else ()):
            await pilot.press(*press)
            await until(pilot, lambda: not screen_of(app).running)
            assert JOBS["elicit"].title in app.shown()
            assert JOBS["elicit"].example.given in app.shown()


@pytest.mark.slow
async def test_what_the_model_said_before_stands_beside_what_it_says_now(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: "cba ✓" in app.shown())
        (line,) = [line for line in app.shown().split("\n") if "cba ✓" in line]
        assert "abc    a␛]0;b →  cba ✓" in line


@pytest.mark.slow
async def test_several_seeds_make_a_band_and_each_is_kept(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        screen = screen_of(app)
        screen.query_one(Knobs).set_value("seeds", 3)
        await pilot.press("space")
        await until(pilot, lambda: len(app.results.all()) == 3 and not screen.running)
        await until(pilot, lambda: "3 seeds: 1.00 to 1.00, median 1.00" in app.shown())
        assert sorted(result.seed for result in app.results.all()) == [0, 1, 2]
        assert "median" in app.shown()


@pytest.mark.slow
async def test_more_seeds_than_the_demo_has_are_refused_before_a_run(tmp_path: Path) -> None:
    app = Around(demo(seed=9), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        screen = screen_of(app)
        screen.query_one(Knobs).set_value("seeds", 3)
        await pilot.press("space")
        await until(pilot, lambda: "seed takes a whole number from 0 to 9, not '10'" in app.shown())
        assert not screen.running
        assert not app.results.all()


@pytest.mark.slow
async def test_a_second_run_continues_beside_the_first_on_the_same_curves(tmp_path: Path) -> None:
    app = Around(demo(steps=12), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        screen = screen_of(app)
        screen.query_one(Knobs).set_value("against", "the defaults")
        await pilot.press("space")
        await until(pilot, lambda: len(app.results.all()) == 2 and not screen.running)
        assert sorted(int(result.knobs["steps"]) for result in app.results.all()) == [6, 12]
        await until(pilot, lambda: "the defaults" in app.shown().split("Loss")[0])
        assert screen._series.second is not None
        assert not screen._series.second.busy


@pytest.mark.slow
async def test_while_it_runs_again_the_result_of_the_run_before_is_gone(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: len(app.results.all()) == 1 and not screen_of(app).running)
        assert "0 % → 100 %" in app.shown()
        screen_of(app)._knobs |= {"steps": 1_000_000, "pause": 0.01}
        await pilot.press("space")
        await until(pilot, lambda: screen_of(app)._run.last is not None)
        assert "→ 100 %" not in app.shown()
        await pilot.press("escape")
        await until(pilot, lambda: not screen_of(app).running)
        assert "→ 100 %" not in app.shown()


@pytest.mark.slow
async def test_stopping_a_run_stops_the_one_beside_it(tmp_path: Path) -> None:
    app = Around(demo(steps=1_000_000, pause=0.01), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        screen = screen_of(app)
        screen.query_one(Knobs).set_value("against", "the defaults")
        screen._knobs["job"] = "teach"
        await pilot.press("space")
        await until(pilot, lambda: screen._run.last is not None)
        await pilot.press("escape")
        await until(pilot, lambda: not screen.running)
        assert not app.runner.busy
        assert screen._series.second is None or not screen._series.second.busy


@pytest.mark.slow
async def test_what_to_try_next_sets_its_knob(tmp_path: Path) -> None:
    def make(runner: DemoRunner, results: Results, demos: Catalog) -> DemoScreen:
        (card,) = demos.demos
        tries = (("steps", 12, "and twice as far?"), ("loud", True, "and aloud?"), ("job", "teach", "and that?"))
        return DemoScreen("count", {}, runner, results, demos=Catalog((replace(card, next=tries),)))

    app = Around(make, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()) and not screen_of(app).running)
        await pilot.press("L")
        await pilot.pause()
        assert "and aloud?" in app.shown()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert screen_of(app)._knobs["loud"] is True
        assert "loud" in app.shown()


@pytest.mark.slow
async def test_plus_gives_one_pane_after_the_other_the_page_and_escape_gives_it_back(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()) and not screen_of(app).running)
        page = screen_of(app).query_one(DemoPage)
        seen = []
        for _ in range(len(ENLARGED)):
            await pilot.press("plus")
            await pilot.pause()
            seen.append(page.enlarged)
            assert [pane.id for pane in page.children if pane.display] == [page.enlarged]
        assert tuple(seen) == ENLARGED
        await pilot.press("escape")
        await pilot.pause()
        assert page.enlarged == ""
        assert screen_of(app).is_current
        assert "Result" in app.shown()


@pytest.mark.slow
async def test_a_run_that_learned_nothing_says_so_and_why(tmp_path: Path) -> None:
    app = Around(demo(), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        screen = screen_of(app)
        run = DemoRun("count", screen._knobs)
        came = Summary("Counting", "elicit", 0.0, 0.0, 10, 100, "a number", 8, 0.5, True, "cafe")
        run.take(Frame(0, 400, "", {"accuracy": 0.0, "loss": 1.0}))
        run.take(Frame(400, 400, "", {"accuracy": 0.0, "loss": 0.9}, summary=came))
        screen._series.run = run
        screen._page.begin(run, [])
        screen._page.turn(running=True)
        screen._finish([run])
        await until(pilot, lambda: "learned  nothing" in app.shown())
        assert "perhaps" in app.shown()


@pytest.mark.slow
async def test_what_is_new_waits_for_the_key_before_it_but_not_for_every_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyapp.tui.screens.demos.view.TICKS", 0.001)  # the clock stands still
    app = Around(demo(), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        screen, shown = screen_of(app), list[int]()
        app.screen.query_one(DemoPage).soon([partial(shown.append, number) for number in range(4)])
        screen._tick()
        assert shown == [0]
        await pilot.press("j")
        screen._tick()
        assert shown == [0]
        await pilot.press("k")
        screen._tick()
        screen._tick()
        assert shown == [0, 1]
