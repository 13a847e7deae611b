"""What a demo's page explains: what is trained and where, why it starts there, what doubling costs."""

from __future__ import annotations

import importlib
import re
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demos.catalog import ORDER, DemoCard, load
from demos.frame import KnobValue
from studyapp.runs.drawn.block import lines_for
from studyapp.runs.process.process import DemoRunner
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.widgets.demo.page import ENLARGED
from tests.helpers.apps import until
from tests.helpers.demos import NARROW, WIDE, Around
from tests.helpers.recorded import RecordedRunner
from tests.helpers.trust import AllTrusted

if TYPE_CHECKING:
    from torch import Tensor

DRAWN_WHOLE = {"feature_based", "finetuning_1", "soft_prompt", "prefix", "adapters", "llama_adapter"}
"""Methods whose drawing has every trained matrix; for the others one stands for all."""
CARDS = {card.name: card for card in load().demos}
_TWICE = re.compile(r"([a-z]+(?: [a-z]+)?) × 2: ([\d,]+)")


def pane(app: Around, name: str) -> str:
    """What a pane shows, in one line."""
    place = app.screen.query_one(f"#{name}").region
    rows = app.shown().split("\n")[place.y : place.bottom]
    return " ".join(" ".join(row[place.x : place.right] for row in rows).split())


def trained(card: DemoCard, monkeypatch: pytest.MonkeyPatch, **knobs: KnobValue) -> Mapping[str, Tensor]:
    """The tensors that a run really trains, by name; none where no step is taken."""
    module = importlib.import_module(f"demos.{card.name}")
    found: dict[str, Tensor] = {}

    def learn(_setting: Any, tensors: Mapping[str, Tensor], *_rest: Any, **_named: Any) -> Generator[Any, None, Any]:
        found.update(tensors)
        yield from ()

    if not hasattr(module, "learn"):
        return found
    with monkeypatch.context() as patched:
        patched.setattr(module, "learn", learn)
        with pytest.raises(AttributeError):  # there is no outcome to finish with
            list(module.run(knobs))
    return found


def count(tensors: Mapping[str, Tensor]) -> int:
    return sum(tensor.numel() for tensor in tensors.values())


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80", "160"])
@pytest.mark.parametrize("name", ORDER)
async def test_three_questions_of_a_student_are_answered_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: tuple[int, int]
) -> None:
    card = CARDS[name]
    really = trained(card, monkeypatch)
    names = {knob.name.replace("_", " "): knob for knob in card.knobs}
    steps = {"steps": 2} if "steps" in card.settle({}) else {}
    app = Around(lambda _, results, demos: DemoScreen(name, steps, runner, results, demos=load()), tmp_path)
    await app.runner.close()
    app.runner = runner = DemoRunner([], AllTrusted())
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, DemoScreen)
        await pilot.pause()
        before, drawing = pane(app, "numbers"), pane(app, "trained")
        assert f"{count(really):,} of 174,528" in before
        for shape in {tuple(tensor.shape) for tensor in really.values() if tensor.dim() == 2}:
            drawn = {shape, shape[::-1]} if name in DRAWN_WHOLE else set()
            assert not drawn or any(f"{rows} × {columns}" in drawing for rows, columns in drawn)
        for line in lines_for(card.start, card.settle({})):
            assert line in before
        twice = _TWICE.search(before)
        if twice is None:
            assert card.twice in before
        else:
            knob = names[twice[1]]
            doubled = int(card.settle({})[knob.name]) * 2
            assert count(trained(card, monkeypatch, **{knob.name: doubled})) == int(twice[2].replace(",", ""))
        if not really:
            return
        await pilot.press("space")
        await until(pilot, lambda: screen._run.summary is not None and not screen.running, patience=200)
        for _ in ENLARGED:
            if screen._page.enlarged != "gradients":
                await pilot.press("plus")
        await pilot.pause()
        shown, short_name = app.shown(), importlib.import_module("demos.toy.first_step").short_name
        for tensor in really:
            assert short_name(tensor, by_layer=len(really) <= 8) in shown


@pytest.mark.slow
async def test_before_a_run_a_wide_page_tells_what_it_will_draw_and_what_others_reached(tmp_path: Path) -> None:
    app = Around(lambda _, results, __: DemoScreen("lora", {}, RecordedRunner(), results, demos=load()), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "as it learns" in app.shown())
        assert "┤" not in app.shown()
        assert "Loss how far off its answers are" in pane(app, "looks")
        assert "dat de jonge katten geen kind beten" in pane(app, "tasks")
        assert "○ shipped, 20 seeds" in pane(app, "reached")
        assert pane(app, "others").count("○") == len(ORDER) + 1
        assert "none yet · Space starts one" in pane(app, "runs")
        await pilot.press("space")
        await until(pilot, lambda: "✓" in pane(app, "samples"))
        for name in ("accuracy", "loss", "picture"):
            assert "as it learns" not in pane(app, name)
            assert "step by step" not in pane(app, name)
        assert not app.screen.query_one("#looks").display


async def test_a_turned_task_has_its_own_results(tmp_path: Path) -> None:
    app = Around(lambda _, results, __: DemoScreen("lora", {}, RecordedRunner(), results, demos=load()), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "○" in app.shown())
        before = pane(app, "others")
        await pilot.press("right", "right")
        await until(pilot, lambda: "‹ teach ›" in app.shown())
        await until(pilot, lambda: pane(app, "others") != before)


async def test_during_the_first_run_nothing_says_that_there_is_none(tmp_path: Path) -> None:
    app = Around(lambda _, results, __: DemoScreen("lora", {}, RecordedRunner(until=3), results), tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "none yet" in app.shown())
        await pilot.press("space")
        await until(pilot, lambda: "this is the first one" in pane(app, "runs"))
        assert "none yet" not in app.shown()
