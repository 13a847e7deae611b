"""The walk through one forward pass: its steps, symbols, heads and strings, at every size."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.pilot import Pilot

from demos.catalog import load
from demos.frame import KnobValue
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.process.walk import DemoWalk, read_walk
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.demos.walk import WalkScreen
from tests.helpers.apps import until
from tests.helpers.demos import Around
from tests.runs.process.test_walk import walk as told

SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]


class Runner(DemoRunner):
    """Answers every string with the same walk; what it wants differs."""

    def __init__(self) -> None:
        super().__init__([])
        self.asked: list[str] = []

    async def walk(
        self, text: str, job: str, ran: tuple[str, Mapping[str, KnobValue]] | None, after: int = 0
    ) -> DemoWalk:
        self.asked.append(text)
        if text == "nonsense":
            raise DemoFailedError("it takes letters")
        wanted = ["b", "c", "d"] if text == "b" else ["b", "c"]
        given = {**told(), "wanted": wanted, "after": after}
        if ran is None:
            given["trained"] = None
        return read_walk(given)


TRAINING = 200
"""Seconds that a run may take on a busy machine: its process gives way to all others."""
OFFERED = ("c > d ; a >", "please : b >")
"""As models are asked: behind examples, and behind words."""


def around(folder: Path, *, ran: bool = True, offered: tuple[str, ...] = OFFERED) -> tuple[Around, Runner]:
    runner = Runner()
    card = load().get("prefix")
    screen = WalkScreen(runner, card, "elicit", {} if ran else None, offered)
    return Around(lambda *_: screen, folder), runner


async def shown(app: Around, pilot: Pilot[None]) -> str:
    await until(pilot, lambda: isinstance(app.screen, WalkScreen) and app.screen._walk is not None)
    await pilot.pause()
    await pilot.pause()
    return app.shown()


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_every_step_shows_both_models_and_the_answer_so_far(tmp_path: Path, size: tuple[int, int]) -> None:
    app, _ = around(tmp_path)
    async with app.run_test(size=size) as pilot:
        assert "layer 1 attention" in await shown(app, pilot)
        for key, name in (("left", "embeddings"), ("left", "tokens"), ("left", "tokens"), ("end", "answer")):
            await pilot.press(key)
            assert f"{name}  " in (await shown(app, pilot)).splitlines()[0]
        for name in ("logits", "layer 1 MLP", "layer 1 attention"):
            await pilot.press("left")
            text = await shown(app, pilot)
            assert name in text.splitlines()[0]
            assert "Base" in text
            assert "With Prefix Tuning" in text
            assert "✗" in text


@pytest.mark.slow
async def test_no_empty_panes_stand_there_while_a_sentence_is_sent_through(tmp_path: Path) -> None:
    class Never(Runner):
        async def walk(self, *_: object) -> DemoWalk:
            await asyncio.Event().wait()
            raise AssertionError

    screen = WalkScreen(Never(), load().get("prefix"), "elicit", {}, OFFERED)
    app = Around(lambda *_: screen, tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "sending a sentence through" in app.shown())
        assert "Base" not in app.shown()
        assert "With Prefix Tuning" not in app.shown()


@pytest.mark.slow
async def test_trained_columns_have_names_and_their_share_is_reported(tmp_path: Path) -> None:
    app, _ = around(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        text = await shown(app, pilot)
        assert " 25 %" in text  # the mean of a tenth and four tenths
        assert "mean of the heads" in text
        await pilot.press("tab")
        text = await shown(app, pilot)
        assert " 10 %" in text
        assert "head 1 of 2" in text
        assert "The method acts here; what it adds, against what is there: q 50 %" in " ".join(text.split())
        assert "goes to the 1 key in gold." in " ".join(text.split())


@pytest.mark.slow
async def test_the_symbol_that_is_looked_at_moves(tmp_path: Path) -> None:
    app, _ = around(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        assert ">▸" in await shown(app, pilot)
        await pilot.press("up")
        assert "a▸" in await shown(app, pilot)
        await pilot.press("up")
        assert "<b>▸" in await shown(app, pilot)
        await pilot.press("up")
        assert ">▸" in await shown(app, pilot)
        await pilot.press("down")
        assert "<b>▸" in await shown(app, pilot)


@pytest.mark.slow
async def test_other_strings_are_offered_and_typed(tmp_path: Path) -> None:
    app, runner = around(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot)
        await pilot.press("x")
        await shown(app, pilot)
        await pilot.press("t", *["backspace"] * 5, *"nonsense", "enter")
        await until(pilot, lambda: "it takes letters" in app.shown())
        assert runner.asked == ["a", "b", "nonsense"]
        await pilot.press("x")
        await until(pilot, lambda: "asks what comes first" in app.shown())


@pytest.mark.slow
async def test_plus_gives_one_pane_the_page_and_then_all_have_it_again(tmp_path: Path) -> None:
    app, _ = around(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot)
        await pilot.press("plus")
        text = await shown(app, pilot)
        assert "With Prefix Tuning" in text
        assert "Base" not in text
        await pilot.press("plus")
        assert "With Prefix Tuning" not in await shown(app, pilot)
        await pilot.press("escape")
        text = await shown(app, pilot)
        assert "Base" in text
        assert "With Prefix Tuning" in text


async def test_it_plays_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studyapp.tui.screens.demos.walk._PACE", 0.01)
    app, _ = around(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot)
        await pilot.press("space")
        await until(pilot, lambda: "6 of 6" in app.shown())
        assert isinstance(app.screen, WalkScreen)
        assert app.screen._playing is None


@pytest.mark.slow
async def test_before_a_run_the_base_stands_alone(tmp_path: Path) -> None:
    app, _ = around(tmp_path, ran=False, offered=())
    async with app.run_test(size=(120, 40)) as pilot:
        text = await shown(app, pilot)
        assert "Base" in text
        assert "With Prefix Tuning" not in text


@pytest.mark.slow
async def test_without_colour_every_meaning_has_a_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, _ = around(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        text = await shown(app, pilot)
        assert "▒" in text
        assert "P1" in text
        assert "✗" in text


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_every_size_says_which_word_of_the_answer_is_asked_for(tmp_path: Path, size: tuple[int, int]) -> None:
    app, _ = around(tmp_path)
    async with app.run_test(size=size) as pilot:
        assert "word 1 of 2" in await shown(app, pilot)
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "word 2 of 2" in app.shown())


@pytest.mark.slow
async def test_n_asks_for_one_word_of_the_answer_after_the_other(tmp_path: Path) -> None:
    app, runner = around(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        assert "word 1 of 2" in await shown(app, pilot)
        assert "asks what comes first" in app.shown()
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "word 2 of 2" in app.shown())
        assert "asks what comes next" in app.shown()
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "word 1 of 2" in app.shown())
        await pilot.press("less_than_sign")
        await until(pilot, lambda: "word 2 of 2" in app.shown())
        await pilot.press("x")
        await until(pilot, lambda: "word 1 of 3" in app.shown())
        assert runner.asked == ["a", "a", "a", "a", "b"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["in_context", "hard_prompt"])
async def test_w_walks_through_a_sentence_behind_examples_or_words(tmp_path: Path, name: str) -> None:
    pytest.importorskip("torch")
    knobs = {"job": "pretrained"} if name == "in_context" else {"steps": 20}
    app = Around(lambda runner, results, _: DemoScreen(name, knobs, runner, results), tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w")
        assert "Base" in await shown(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen))
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()), patience=TRAINING)
        await pilot.press("w")
        assert "keys in gold" in " ".join((await shown(app, pilot)).split())


@pytest.mark.slow
async def test_w_after_a_run_walks_through_what_it_trained(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    knobs = {"steps": 1, "rank": 1}
    app = Around(lambda runner, results, _: DemoScreen("lora", knobs, runner, results), tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space")
        await until(pilot, lambda: bool(app.results.all()), patience=TRAINING)
        await pilot.press("w")
        text = await shown(app, pilot)
        assert "With LoRA" in text
        assert "The method acts here" in text
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DemoScreen))
