"""What the first step shows is what autograd says, and what is in memory."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from demos import catalog
from demos.frame import Frame, Gradient, Memory
from demos.toy import train
from demos.toy.first_step import FirstStep, short_name
from demos.toy.measure import loss
from demos.toy.optimise import AdamW
from tests.helpers.tiers import tiered

TRAINING = [card.name for card in catalog.load().demos if card.name not in ("in_context", "hard_prompt")]


def told(name: str, **knobs: object) -> tuple[Frame, list[Frame]]:
    """The frame that tells of the first step, and those that do not."""
    frames = list(importlib.import_module(f"demos.{name}").run({"steps": 4, **knobs}))
    (one,) = [frame for frame in frames if frame.memory is not None]
    return one, [frame for frame in frames if frame.memory is None]


@tiered("name", TRAINING, quick=("lora",))
def test_the_gradients_are_those_of_autograd(name: str, little_data: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, float] = {}
    first: list[tuple[Mapping[str, Tensor], Any, Any]] = []
    module = importlib.import_module(f"demos.{name}")

    def learn(setting: Any, trained: Mapping[str, Tensor], scores: Any, *rest: Any, **named: Any) -> Any:
        first.append((trained, scores, named.get("error")))
        rows = next(train.batches(setting))
        data = setting.data.train
        error = named.get("error") or (lambda rows: loss(scores, data.rows(rows)))
        found = torch.autograd.grad(error(rows), list(trained.values()), allow_unused=True)
        for (key, _), gradient in zip(trained.items(), found, strict=True):
            short = short_name(key, by_layer=len(trained) <= 8)
            seen[short] = seen.get(short, 0.0) + (0.0 if gradient is None else float(gradient.square().sum()))
        return (yield from train.learn(setting, trained, scores, *rest, **named))

    monkeypatch.setattr(module, "learn", learn)
    frame, _ = told(name)
    assert {one.name: one.length for one in frame.gradients} == {
        key: pytest.approx(square**0.5, rel=1e-4, abs=1e-9) for key, square in seen.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "knobs", "still", "why"),
    [
        ("lora", {}, ".A", "B = 0"),
        ("llama_adapter", {}, "prompt", "tanh 0"),
        ("llama_adapter_v2", {}, "prompt", "tanh 0"),
    ],
)
def test_what_a_zero_start_stops_has_no_gradient_and_says_why(
    little_data: None, name: str, knobs: dict[str, object], still: str, why: str
) -> None:
    frame, _ = told(name, **knobs)
    for one in frame.gradients:
        assert (one.length == 0) is (still in one.name), one
        assert (why in one.why) is (one.length == 0)


@pytest.mark.slow
def test_with_gates_that_start_open_the_prompts_have_a_gradient(little_data: None) -> None:
    frame, _ = told("llama_adapter", gate=0.5)
    assert all(one.length > 0 and not one.why for one in frame.gradients)


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAINING)
def test_the_memory_is_what_the_tensors_take(name: str, little_data: None) -> None:
    frame, others = told(name)
    came = others[-1].summary if others and others[-1].summary else frame.summary
    assert frame.memory is not None
    assert came is not None
    beside = 0 if name == "finetuning_2" else 4 * came.trainable
    assert frame.memory.weights == 4 * came.total + beside
    assert frame.memory.gradients == 4 * came.trainable
    assert frame.memory.states == 8 * came.trainable
    assert frame.memory.activations > 0
    assert frame.memory.total == frame.memory.weights + 12 * came.trainable + frame.memory.activations
    assert all(not other.gradients for other in others)


def test_what_is_kept_for_the_backward_pass_is_counted_once_and_without_the_weights() -> None:
    weight = torch.ones(64, 64, requires_grad=True)
    x = torch.ones(10, 64)
    watch = FirstStep({}, {"w": weight}, "")
    with watch.forward():
        (x @ weight + x @ weight).sum()
    assert watch._kept == {x.untyped_storage().data_ptr(): x.numel() * 4}


def test_a_second_forward_pass_is_not_watched() -> None:
    weight = torch.ones(4, 4, requires_grad=True)
    watch = FirstStep({}, {"w": weight}, "")
    for _ in range(2):
        with watch.forward():
            (torch.ones(2, 4) @ weight).sum().backward()
    assert sum((watch._kept or {}).values()) == 32


@pytest.mark.parametrize(
    ("name", "by_layer", "short"),
    [
        ("layers.0.self_attn.q_proj.A", False, "q.A"),
        ("layers.2.gate", True, "gate 3"),
        ("layers.1.input_layernorm.weight", False, "input norm"),
        ("lm_head.weight", False, "lm head"),
        ("mlp.2.bias", True, "mlp 3.bias"),
        ("1.weight", True, "layer 2"),
        ("layers.1.beside.prompt", False, "prompt"),
    ],
)
def test_names_are_short(name: str, by_layer: bool, short: str) -> None:
    assert short_name(name, by_layer=by_layer) == short


def test_the_first_step_is_reported_once() -> None:
    frame = Frame(1, 2, "")
    weight = torch.ones(2, requires_grad=True)
    watch = FirstStep({}, {"w": weight}, "why")
    assert watch.told(frame) == frame
    watch.backward(AdamW([weight]))
    assert watch.told(frame) == replace(frame, gradients=(Gradient("w", 0.0, "why"),), memory=Memory(8, 0, 16, 0))
    assert watch.told(frame) == frame
