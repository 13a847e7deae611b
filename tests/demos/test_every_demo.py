from __future__ import annotations

import importlib
import inspect
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

import pytest
import torch

from demos import catalog
from demos.catalog import DemoCard
from demos.frame import Frame, KnobError, KnobValue
from demos.toy import checkpoint
from demos.toy.measure import Scores, forced
from demos.toy.setting import Setting
from tests.helpers.tiers import tiered

DEMOS = {card.name: card for card in catalog.load().demos}
UNTRAINED = {"in_context", "hard_prompt"}
"""These follow no gradient, so they need no learning rate; the others take 0 for the method's own."""


@pytest.fixture(params=DEMOS, scope="module")
def card(request: pytest.FixtureRequest) -> DemoCard:
    return DEMOS[request.param]


@pytest.fixture(autouse=True)
def _few(few_examples: None) -> None:
    """The longest prompts take most of the time."""


def started(card: DemoCard, **knobs: KnobValue) -> Iterator[Frame]:
    """Begin to run a demo for three steps, where it has steps."""
    has = {knob.name for knob in card.knobs}
    frames: Iterator[Frame] = module(card).run({**({"steps": 3} if "steps" in has else {}), **knobs})
    return frames


def short_run(card: DemoCard, **knobs: KnobValue) -> list[Frame]:
    """Run a demo to its end."""
    return list(started(card, **knobs))


@cache
def one_run(name: str, job: str) -> list[Frame]:
    """A short run, made once for all tests that look at it."""
    return short_run(DEMOS[name], job=job)


@pytest.fixture
def frames(card: DemoCard, little_data: None) -> list[Frame]:
    return one_run(card.name, "elicit")


of_each_run = tiered(
    "card", DEMOS.values(), quick=[DEMOS[name] for name in ("lora", "in_context")], ids=lambda card: card.name
)


def module(card: DemoCard) -> Any:
    return importlib.import_module(f"demos.{card.name}")


def timeless(frames: list[Frame]) -> list[Frame]:
    """Frames without the one number that may differ: how long it took."""
    return [replace(f, summary=replace(f.summary, seconds=0.0)) if f.summary else f for f in frames]


def test_all_eleven_methods_of_the_note_are_there() -> None:
    assert set(catalog.ORDER) <= set(DEMOS)
    assert all(DEMOS[name].title == importlib.import_module(f"demos.{name}").TITLE for name in catalog.ORDER)
    assert len(catalog.ORDER) == 11


@tiered("name", DEMOS, quick=("lora",))
def test_equal_seeds_give_equal_frames_and_another_seed_other_ones(name: str, little_data: None) -> None:
    card = DEMOS[name]
    first, again = timeless(one_run(name, "elicit")), timeless(short_run(card))
    assert first == again
    assert first[:2] != [*islice(started(card, seed=1), 2)]


@of_each_run
def test_a_run_starts_at_step_0_continues_to_the_end_and_sums_up_once(card: DemoCard, frames: list[Frame]) -> None:
    steps = [frame.step for frame in frames]
    assert steps[0] == 0
    assert steps == sorted(steps)
    assert [frame.summary is not None for frame in frames] == [False] * (len(frames) - 1) + [True]
    assert frames[-1].step == frames[-1].total
    assert len({frame.total for frame in frames}) == 1


@of_each_run
def test_every_frame_has_a_loss_and_an_accuracy_and_is_a_line_of_json(card: DemoCard, frames: list[Frame]) -> None:
    for frame in frames:
        assert frame.caption
        assert {"loss", "accuracy"} <= set(frame.scalars)
        assert all(math.isfinite(value) for value in frame.scalars.values())
        assert 0 <= frame.scalars["accuracy"] <= 1
        assert {"step", "total", "caption", "scalars"} <= set(
            json.loads(json.dumps(frame.as_json(), allow_nan=False))
        )


@of_each_run
def test_samples_and_a_picture_of_the_method_are_shown_from_the_first_frame_to_the_last(
    card: DemoCard, frames: list[Frame]
) -> None:
    for frame in (frames[0], frames[-1]):
        assert 6 <= len(frame.samples) <= 8
        assert frame.picture is not None
        assert 0 < len(frame.picture.title) <= 30
        assert frame.picture.values or frame.picture.words
    assert {sample.wanted for sample in frames[0].samples} == {sample.wanted for sample in frames[-1].samples}


@of_each_run
def test_the_summary_is_whole_and_true_of_the_frames(card: DemoCard, frames: list[Frame]) -> None:
    summary = frames[-1].summary
    assert summary is not None
    assert (summary.method, summary.job, summary.total) == (card.title, "elicit", 174_528)
    assert summary.before == frames[0].scalars["accuracy"]
    assert summary.after == frames[-1].scalars["accuracy"]
    assert 0 <= summary.trainable <= summary.total
    assert summary.kept_bytes >= 0
    assert summary.seconds > 0
    assert len(summary.base_checksum) == 16
    assert summary.base_unchanged is (card.name != "finetuning_2")
    assert summary.trainable == card.trained
    assert summary.answer in card.answers


@of_each_run
@tiered("job", ["elicit", "compose", "teach", "classify"])
def test_every_job_that_is_offered_runs(card: DemoCard, little_data: None, job: str) -> None:
    offered = next(knob for knob in card.knobs if knob.name == "job").choices
    if job in offered:
        summary = one_run(card.name, job)[-1].summary
        assert summary is not None
        assert summary.job == job
    else:
        with pytest.raises(KnobError, match="job takes one of"):
            short_run(card, job=job)


def test_a_wrong_knob_is_refused_before_anything_is_loaded(card: DemoCard) -> None:
    with pytest.raises(KnobError, match="there is no knob 'wings'"):
        next(iter(module(card).run({"wings": 2})))
    with pytest.raises(KnobError, match="seed takes a whole number from 0"):
        next(iter(module(card).run({"seed": -1})))


def test_the_shared_knobs_come_first_and_mean_the_same_everywhere(card: DemoCard) -> None:
    shared = ["job", "steps", "seed", "learning_rate", "device"]
    names = [knob.name for knob in card.knobs]
    has = [name for name in shared if name in names]
    assert names[: len(has)] == has
    assert has == shared or card.name in UNTRAINED
    defaults = {knob.name: knob.default for knob in card.knobs}
    assert (defaults["job"], defaults["seed"], defaults["device"]) == ("elicit", 0, "cpu")
    assert defaults.get("learning_rate", 0.0) == defaults.get("steps", 0) == 0 or card.name in UNTRAINED


def test_the_file_is_short_and_declares_what_a_screen_shows(card: DemoCard) -> None:
    source = card.path.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 150
    assert ("⟦" in card.block) is (card.name != "in_context")
    assert len(card.answers) <= 4
    assert len(set(card.answers)) == len(card.answers) >= 2
    assert len(card.next) == 3
    assert card.start
    assert "arxiv.org" in card.paper
    assert card.question.endswith("?")


@tiered("name", sorted(set(DEMOS) - UNTRAINED), quick=("lora",))
def test_a_base_that_answers_at_first_is_mentioned(
    name: str, little_data: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def learn(setting: Setting, _trained: object, scores: Scores, *_rest: object, **_named: object) -> Iterator[Any]:
        tokens = forced(setting.held_out)
        seen.append(torch.equal(scores(tokens), checkpoint.load()(tokens)))
        yield from ()

    monkeypatch.setattr(module(DEMOS[name]), "learn", learn)
    with pytest.raises(AttributeError):  # there is no outcome to finish with
        started(DEMOS[name]).__next__()
    assert seen == ["base answers" in DEMOS[name].start]


def test_what_is_declared_is_what_the_running_module_has(card: DemoCard) -> None:
    running = module(card)
    assert (card.title, card.method, card.knobs) == (running.TITLE, running.METHOD, running.KNOBS)
    assert inspect.isgeneratorfunction(running.run)
