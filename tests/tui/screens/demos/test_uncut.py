"""A demo's page cuts nothing: before, during and after a run, at every size, for every method and job."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.geometry import Size
from textual.pilot import Pilot

from demos.catalog import ORDER, TOTAL, DemoCard, load
from demos.frame import Frame, KnobValue
from demos.jobs import JOBS
from studyapp.runs.drawn.block import lines_for
from studyapp.runs.progress.guess import questions
from studyapp.runs.progress.run import DemoRun
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.widgets.demo.knobs import Knobs
from studyapp.tui.widgets.demo.page import ENLARGED, DemoPage
from studyapp.tui.widgets.parts.pane import Pane
from tests.helpers.demos import Around

SIZES = ((60, 20), (80, 24), (120, 40), (200, 60))
CARDS = {card.name: card for card in load().demos}


def one_line(text: str) -> str:
    return " ".join(text.split())


def frames_of(card: DemoCard, job: str, monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """A short run's frames."""
    whole = importlib.import_module("demos.toy.data").data
    monkeypatch.setattr("demos.toy.setting.data", lambda job, seed: whole(job, seed, train=128, held_out=40))
    monkeypatch.setattr("demos.in_context.COMPARED", 37)
    steps: dict[str, KnobValue] = {"steps": 3} if "steps" in card.settle({}) else {}
    run = importlib.import_module(f"demos.{card.name}").run
    return list(run(card.settle({"job": job, **steps})))


def panes(page: DemoPage) -> Iterator[Pane]:
    yield from (pane for pane in page.query(Pane) if pane.display)


def said(app: Around, place: str) -> str:
    """What a part of the screen shows, in one line."""
    region = app.screen.query_one(f"#{place}").region
    rows = app.shown().split("\n")[region.y : region.bottom]
    return one_line(" ".join(row[region.x : region.right] for row in rows))


async def look(pilot: Pilot[None], app: Around) -> None:
    """Check whether a line of any pane is cut."""
    await pilot.pause()
    screen, page = app.screen, app.screen.query_one(DemoPage)
    assert isinstance(screen, DemoScreen)
    screen.tell("")  # a passing message may stand before it
    await pilot.pause()
    for pane in panes(page):
        width, height = pane.size
        lines = pane.render().plain.split("\n")
        assert len(lines) <= height, (pane.id, lines)
        assert max(map(len, lines)) <= width, (pane.id, lines)
        assert not [line for line in lines if line.rstrip().endswith("…")], (pane.id, lines)
        assert "……" not in "".join(lines).replace(" ", ""), (pane.id, lines)
    rows = [row for row in app.shown().split("\n") if not row.strip().startswith(("… ", "k = "))]
    assert not [row for row in rows if "…" in row.replace("│ …", "").replace("   … ", "").replace(" 2 …:", "")], rows


async def enlarged(pilot: Pilot[None], app: Around, name: str) -> str:
    """What a pane shows when it has the whole page."""
    page = app.screen.query_one(DemoPage)
    page.enlarged = name
    await pilot.pause()
    pane = page.query_one(f"#{name}", Pane)
    assert pane.size == Size(*page.content_size)
    text = one_line(pane.render().plain)
    page.enlarged = ""
    await pilot.pause()
    return text


@pytest.mark.slow
@pytest.mark.parametrize("name", ORDER)
async def test_nothing_is_cut_before_a_run_with_any_choice_of_a_knob(tmp_path: Path, name: str) -> None:
    card = CARDS[name]
    app = Around(lambda runner, results, _: DemoScreen(name, {}, runner, results, demos=load()), tmp_path)
    async with app.run_test(size=SIZES[0]) as pilot:
        knobs = app.screen.query_one(Knobs)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            for knob in card.knobs:
                ends = [end for end in (knob.low, knob.high) if end is not None]
                for value in (*knob.choices, *map(knob.value, ends), knob.default):
                    knobs.set_value(knob.name, value)
                    await look(pilot, app)
                    settled = card.settle({knob.name: value})
                    for line in lines_for(card.start, settled):
                        assert line in said(app, "numbers")
                    (question,) = questions(card, settled, ())
                    assert one_line(question.text) in said(app, "guess")
                    job = JOBS.get(str(settled["job"]))
                    for text in (job.title, job.example.given, f"→ {job.example.answer}") if job else ():
                        assert text in said(app, "demo-task")


@pytest.mark.slow
@pytest.mark.parametrize("name", ORDER)
async def test_nothing_is_cut_during_and_after_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    card = CARDS[name]
    app = Around(lambda runner, results, _: DemoScreen(name, {}, runner, results, demos=load()), tmp_path)
    async with app.run_test(size=SIZES[0]) as pilot:
        screen = app.screen
        assert isinstance(screen, DemoScreen)
        await pilot.press("2")
        for job in JOBS:
            frames = frames_of(card, job, monkeypatch)
            run = DemoRun(name, {**card.settle({}), "job": job, "steps": frames[-1].total})
            screen._series.run = run
            screen._page.begin(run, [])
            screen._page.turn(running=True)
            for number, frame in enumerate(frames):
                before = run.last
                run.take(frame)
                screen._page.take(before)
                if number == len(frames) - 1:
                    assert frame.summary is not None
                    screen._verdicts = screen._guesses.verdicts(frame.summary)
                    screen._finish([run])
                elif number and not frame.gradients:
                    continue
                for size in SIZES:
                    await pilot.resize_terminal(*size)
                    await look(pilot, app)
                    if frame.summary is None:
                        continue
                    shown = said(app, "result")
                    steps = [one_line(re.split(": (?=[a-z])", step)[0]) for step in frame.summary.steps]
                    whole = all(step in shown for step in steps) or "+ shows the rest" in shown
                    assert whole, (size, shown)
                    result = await enlarged(pilot, app, "result")
                    for text in (
                        *steps,
                        *(verdict.split(",")[0] for verdict in screen._verdicts),
                        frame.summary.kept,
                        f"{frame.summary.trainable:,} of {TOTAL:,}",
                    ):
                        assert one_line(text) in result
                    for pane in ENLARGED:
                        await enlarged(pilot, app, pane)
