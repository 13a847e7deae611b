"""Version 2 bends every linear layer a little, starts as the base model, and leaves the base as it was."""

import math
from collections.abc import Callable

import pytest
import torch

from demos import llama_adapter, llama_adapter_v2
from demos.frame import Frame
from demos.llama_adapter_v2 import ScaledLinear, insert
from demos.toy import checkpoint
from demos.toy.data import Split, data
from demos.toy.measure import exact_match, forced, loss
from demos.toy.model import ToyLlama, linears
from tests.demos.conftest import few
from tests.helpers.tiers import tiered

Frames = Callable[..., list[Frame]]
L, D, H, HEADS = 3, 64, 176, 4
PROMPTS = 2 * (10 * D + HEADS)
BIASES_AND_SCALES = L * 2 * (4 * D + 2 * H + D)
NORMS = (2 * L + 1) * D


@pytest.fixture
def model() -> ToyLlama:
    torch.manual_seed(0)
    return checkpoint.load()


@pytest.fixture(scope="module")
def split() -> Split:
    return few()


@torch.no_grad()
def test_it_starts_exactly_as_the_base_model(model: ToyLlama, split: Split) -> None:
    told = model(forced(split))
    llama_adapter.insert(model, layers=2, length=10)
    put = insert(model)
    assert torch.equal(model(forced(split)), told)
    next(part for part in put.values() if isinstance(part, ScaledLinear)).scale.mul_(1.1)
    assert not torch.allclose(model(forced(split)), told, atol=1e-4)


@torch.no_grad()
def test_a_linear_layer_is_biased_then_scaled(model: ToyLlama) -> None:
    base = linears(model)["layers.0.mlp.up_proj"]
    bent = ScaledLinear(base)
    bent.scale.copy_(torch.rand(H) + 0.5)
    bent.bias.copy_(torch.randn(H))
    x = torch.randn(4, 7, D)
    assert torch.allclose(bent(x), bent.scale * (x @ base.weight.T + bent.bias), atol=1e-6)
    assert torch.allclose(bent.folded()(x), bent(x), atol=1e-5)


def test_every_linear_layer_of_the_blocks_and_every_norm_is_reached(model: ToyLlama, split: Split) -> None:
    before = set(linears(model))
    put = insert(model)
    assert {name for name, part in put.items() if isinstance(part, ScaledLinear)} == before
    assert len(before) == 7 * L
    assert len(put) - len(before) == 2 * L + 1
    loss(model, split).backward()
    for name, part in put.items():
        for which, p in part.named_parameters():
            assert (p.grad is None) == (which == "base.weight"), (name, which)


@tiered(
    "knobs, count",
    [
        ({}, PROMPTS + BIASES_AND_SCALES + NORMS),
        ({"norms": False}, PROMPTS + BIASES_AND_SCALES),
        ({"bias_scale": False}, PROMPTS + NORMS),
        ({"bias_scale": False, "norms": False}, PROMPTS),
        ({"layers": 3, "prompt_length": 1}, 3 * (D + HEADS) + BIASES_AND_SCALES + NORMS),
    ],
)
def test_the_parts_that_are_asked_for_are_counted(frames_of: Frames, knobs: dict[str, object], count: int) -> None:
    summary = frames_of(llama_adapter_v2.run, steps=2, **knobs)[-1].summary
    assert summary is not None
    assert summary.trainable == count
    assert 4 * count < summary.kept_bytes < 4 * count + 6_000


def test_the_default_trains_the_5768_numbers() -> None:
    assert PROMPTS + BIASES_AND_SCALES + NORMS == 5_768


@pytest.mark.slow
def test_the_norms_are_trained_in_copies_so_the_base_stays(frames_of: Frames, model: ToyLlama) -> None:
    first, *_, last = frames_of(llama_adapter_v2.run, steps=5)
    held_out = data("elicit", 0, train=128, held_out=40).test
    assert first.scalars["accuracy"] == exact_match(model, held_out)
    assert first.scalars["scale"] == first.scalars["bias"] == first.scalars["norm"] == 0
    assert min(last.scalars["scale"], last.scalars["bias"], last.scalars["norm"]) > 0
    assert last.summary is not None
    assert last.summary.base_unchanged
    assert last.summary.base_checksum == checkpoint.digest(model.state_dict())[:16]


@pytest.mark.slow
@pytest.mark.parametrize("gate", [0.0, 0.5])
def test_the_gates_begin_where_the_knob_says(frames_of: Frames, gate: float) -> None:
    picture = frames_of(llama_adapter_v2.run, steps=1, gate=gate, layers=3)[0].picture
    assert picture is not None
    assert picture.columns is not None
    gates = [bar for name, bar in zip(picture.columns, picture.values[0], strict=True) if name.startswith("gate")]
    assert gates == [pytest.approx(math.tanh(gate), abs=1e-6)] * 3


@pytest.mark.slow
def test_scales_and_biases_fold_into_ordinary_layers_and_the_scores_stay(frames_of: Frames) -> None:
    summary = frames_of(llama_adapter_v2.run, steps=20)[-1].summary
    assert summary is not None
    assert float(summary.steps[0].rsplit(" ", 1)[1]) < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize(("job", "least"), [("elicit", 0.9), ("teach", 0.7), ("classify", 0.9)])
def test_it_learns(job: str, least: float) -> None:
    *_, last = llama_adapter_v2.run({"job": job})
    assert last.summary is not None
    assert last.summary.before < 0.2
    assert last.summary.after > least
