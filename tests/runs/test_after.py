"""What runs come to beyond their numbers: a band of seeds, a failure and its reasons, what training holds."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos import catalog
from demos.frame import Frame, KnobValue, Memory, Summary
from demos.shape import LLAMA_7B, TOY
from studyapp.runs.progress.band import band_of
from studyapp.runs.progress.failure import learned_nothing, reasons
from studyapp.runs.progress.memory import large_memory, size_text, toy_memory
from studyapp.runs.progress.run import DemoRun

LORA = catalog.load().get("lora")
CAME = Summary("LoRA", "elicit", 0.0, 0.0, 10, 100, "a number", 8, 0.5, True, "cafe")


def ran(accuracies: list[float], losses: list[float] | None = None, **knobs: KnobValue) -> DemoRun:
    run = DemoRun("lora", LORA.settle(knobs))
    for step, accuracy in enumerate(accuracies):
        last = step == len(accuracies) - 1
        scalars = {"accuracy": accuracy} | ({"loss": losses[step]} if losses else {})
        came = replace(CAME, before=accuracies[0], after=accuracy) if last else None
        run.take(Frame(step, len(accuracies) - 1, "", scalars, summary=came))
    return run


def test_a_band_has_the_median_the_worst_and_the_best_of_each_step() -> None:
    band = band_of([ran([0.0, 0.5, 1.0]), ran([0.0, 0.1, 0.2]), ran([0.0, 0.3, 0.9])])
    assert band is not None
    assert [value for _, value in band.middle] == [0.0, 0.3, 0.9]
    assert [value for _, value in band.worst] == [0.0, 0.1, 0.2]
    assert [value for _, value in band.best] == [0.0, 0.5, 1.0]
    assert band.words == "3 seeds: 0.20 to 1.00, median 0.90"


def test_one_run_is_not_a_band() -> None:
    assert band_of([ran([0.0, 1.0])]) is None
    assert band_of([]) is None


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=2, max_size=5))
def test_the_median_lies_in_the_band(curves: list[list[float]]) -> None:
    band = band_of([ran(curve) for curve in curves])
    assert band is not None
    for (_, low), (_, middle), (_, high) in zip(band.worst, band.middle, band.best, strict=True):
        assert low <= middle <= high


@pytest.mark.parametrize(
    ("before", "after", "nothing"), [(0.0, 0.0, True), (0.0, 0.04, True), (0.0, 0.2, False), (0.9, 0.9, False)]
)
def test_a_run_learned_nothing_if_its_answers_are_no_better(before: float, after: float, nothing: bool) -> None:
    assert learned_nothing(ran([before, after])) is nothing


def test_a_run_that_continues_has_not_failed_yet() -> None:
    run = DemoRun("lora", {})
    run.take(Frame(0, 10, "", {"accuracy": 0.0}))
    assert not learned_nothing(run)


@pytest.mark.parametrize(
    ("losses", "knobs", "says"),
    [
        ([1.0, 3.0], {"learning_rate": 1.0, "steps": 400}, "the rate 1 may be too high"),
        ([1.0, 0.99], {"learning_rate": 1e-6, "steps": 400}, "the rate 1e-06 may be too low:"),
        ([1.0, 1.1, 0.95, 1.02], {"learning_rate": 1e-9, "steps": 400}, "the rate 1e-09 may be too low:"),
        ([1.0, 9.0, 2.0], {"learning_rate": 1.0, "steps": 400}, "the rate 1 may be too high:"),
        ([1.0, 1.3, 0.9], {"learning_rate": 0.5, "steps": 400}, "the rate 0.5 may be too low or too high:"),
        ([1.0, 0.9], {"steps": 5}, "1 steps may be too few"),
        ([1.0, 0.4], {}, "the loss fell from 1.00 to 0.40, but whole answers need more"),
        ([1.0, math.nan], {}, "another seed may start better"),
    ],
)
def test_the_likeliest_reason_comes_first(losses: list[float], knobs: dict[str, KnobValue], says: str) -> None:
    first, *_ = reasons(LORA, ran([0.0, 0.0], losses, **knobs))
    assert first.startswith(says)


def test_the_toy_holds_four_bytes_a_number_and_twelve_more_for_each_that_is_trained() -> None:
    assert toy_memory(100, 7) == Memory(4 * (TOY.total + 100), 400, 800, 7)
    assert toy_memory(TOY.total).weights == 4 * TOY.total


def test_seven_billion_are_held_by_the_formula_that_is_shown() -> None:
    numbers = LLAMA_7B.total
    every, some = large_memory(numbers), large_memory(1_000_000)
    activations = 34 * 512 * 4096 * 32
    assert every.total == 2 * numbers + 2 * numbers + 8 * numbers + activations
    assert some.total == 2 * (numbers + 1_000_000) + 2_000_000 + 8_000_000 + activations


@pytest.mark.parametrize(
    ("size", "text"),
    [(8, "8 bytes"), (8_300, "8.3 kB"), (622_000, "622 kB"), (2_500_000, "2.5 MB"), (83_100_000_000, "83.1 GB")],
)
def test_sizes_are_in_units_that_people_use(size: int, text: str) -> None:
    assert size_text(size) == text
