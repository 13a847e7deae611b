from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from demos.frame import Frame, KnobValue
from demos.toy.setting import Outcome, Setting, prepare
from demos.toy.train import DivergedError, batches, learn

KNOBS: dict[str, KnobValue] = {"job": "elicit", "seed": 0, "device": "cpu", "steps": 20, "learning_rate": 0.0}
RATES = {"elicit": 1e-3, "classify": 1e-3}


@pytest.fixture
def setting(little_data: None) -> Setting:
    return prepare(KNOBS, RATES)


def drive(setting: Setting, parameters: list[Tensor]) -> tuple[list[Frame], Outcome]:
    outcomes: list[Outcome] = []

    def training() -> Iterator[Frame]:
        outcomes.append((yield from learn(setting, {f"w{n}": p for n, p in enumerate(parameters)}, setting.model)))

    return list(training()), outcomes[0]


def test_batches_use_every_sentence_once_before_any_twice_and_depend_on_the_seed_only(setting: Setting) -> None:
    drawn = list(itertools.islice(batches(setting), 4))
    assert sorted(torch.cat(drawn[:4]).tolist()) == list(range(128))
    again = list(itertools.islice(batches(setting), 4))
    assert all(torch.equal(a, b) for a, b in zip(drawn, again, strict=True))
    other = next(batches(prepare({**KNOBS, "seed": 1}, RATES)))
    assert not torch.equal(drawn[0], other)


def test_step_0_is_shown_before_anything_has_moved(setting: Setting) -> None:
    weight = setting.model.lm_head.weight.requires_grad_(True)
    start = weight.detach().clone()
    training = learn(setting, {"w": weight}, setting.model)
    first = next(training)
    assert first.step == 0
    assert torch.equal(weight, start)
    next(training)
    assert not torch.equal(weight, start)


@pytest.mark.slow
def test_the_last_moment_is_given_back_for_the_summary_and_not_shown_twice(setting: Setting) -> None:
    shown, outcome = drive(setting, [setting.model.lm_head.weight.requires_grad_(True)])
    assert [frame.step for frame in shown] == list(range(20))
    assert outcome.frame.step == outcome.frame.total == 20
    assert outcome.after == outcome.frame.scalars["accuracy"]
    assert outcome.before == shown[0].scalars["accuracy"]


@pytest.mark.slow
def test_a_long_run_is_shown_in_about_fifty_moments(little_data: None) -> None:
    setting = prepare({**KNOBS, "job": "classify", "steps": 104}, RATES)
    shown, _ = drive(setting, [setting.model.norm.weight.requires_grad_(True)])
    assert 45 <= len(shown) <= 55


def test_training_lowers_the_loss_and_a_frozen_tensor_has_no_gradient(setting: Setting) -> None:
    weight = setting.model.lm_head.weight.requires_grad_(True)
    shown, outcome = drive(setting, [weight])
    assert outcome.frame.scalars["loss"] < shown[0].scalars["loss"]
    assert all(p.grad is None for p in setting.model.parameters() if p is not weight)


def test_a_loss_that_is_not_a_number_ends_the_run_and_says_which_knob_to_turn(setting: Setting) -> None:
    weight = setting.model.lm_head.weight.requires_grad_(True)
    training = learn(setting, {"w": weight}, setting.model)
    shown = [next(training) for _ in range(3)]
    with torch.no_grad():
        weight.fill_(float("nan"))
    with pytest.raises(DivergedError, match=r"at step 3 of 20: choose a smaller learning rate than 0\.001"):
        next(training)
    assert [frame.step for frame in shown] == [0, 1, 2]
