"""A gated prompt changes nothing while its gate is shut, and opens the gate first."""

from collections.abc import Callable

import pytest
import torch

from demos import llama_adapter
from demos.frame import Frame
from demos.llama_adapter import insert
from demos.toy import checkpoint
from demos.toy.data import Split, data
from demos.toy.measure import exact_match, forced, loss
from demos.toy.model import ToyLlama
from tests.demos.conftest import few
from tests.helpers.tiers import tiered

Frames = Callable[..., list[Frame]]
HEADS, D = 4, 64


@pytest.fixture
def model() -> ToyLlama:
    torch.manual_seed(0)
    return checkpoint.load()


@pytest.fixture(scope="module")
def split() -> Split:
    return few()


@torch.no_grad()
def test_a_shut_gate_is_exactly_the_base_model(model: ToyLlama, split: Split) -> None:
    told = model(forced(split))
    prompts = insert(model, layers=3, length=10)
    assert torch.equal(model(forced(split)), told)
    prompts[1].gate.fill_(0.1)
    assert not torch.allclose(model(forced(split)), told, atol=1e-3)


def test_in_the_first_step_the_gates_get_a_gradient_and_the_prompts_none(model: ToyLlama, split: Split) -> None:
    prompts = insert(model, layers=3, length=10)
    loss(model, split).backward()
    for one in prompts.values():
        assert one.gate.grad is not None
        assert one.prompt.grad is not None
        assert (one.gate.grad != 0).all()
        assert (one.prompt.grad == 0).all()
    assert all(weight.grad is None for name, weight in model.named_parameters() if "beside" not in name)
    with torch.no_grad():
        for one in prompts.values():
            one.gate.add_(0.1)
    loss(model, split).backward()
    assert all((one.prompt.grad != 0).any() for one in prompts.values() if one.prompt.grad is not None)


@torch.no_grad()
def test_prompts_have_a_softmax_of_their_own(model: ToyLlama, split: Split) -> None:
    """Equal values at every prompt token arrive whole, however much the text is looked at."""
    (one,) = insert(model, layers=1, length=7).values()
    one.prompt.copy_(torch.randn(D).expand(7, D))
    one.gate.fill_(torch.atanh(torch.tensor(0.25)))
    attention = model.get_submodule("layers.2.self_attn")
    q = torch.randn(5, HEADS, 6, D // HEADS)
    value = attention.get_submodule("v_proj")(one.prompt[0]).view(HEADS, 1, D // HEADS)
    assert torch.allclose(one(q, attention), 0.25 * value.expand(5, -1, 6, -1), atol=1e-6)


@torch.no_grad()
def test_only_the_top_layers_get_prompts(model: ToyLlama) -> None:
    assert list(insert(model, layers=2, length=3)) == [1, 2]
    assert [block.self_attn.beside is None for block in model.blocks()] == [True, False, False]


@tiered("layers", [1, 3])
@tiered("gates, per_layer", [("head", HEADS), ("layer", 1)])
def test_l_times_p_times_d_and_the_gates_are_trained(
    frames_of: Frames, layers: int, gates: str, per_layer: int
) -> None:
    summary = frames_of(llama_adapter.run, layers=layers, gates=gates, steps=2)[-1].summary
    assert summary is not None
    assert summary.trainable == layers * (10 * D + per_layer)
    named = "1 layer" if layers == 1 else f"{layers} layers"
    assert f"{named} × (10 × 64 + {per_layer}) = {summary.trainable:,}" in summary.steps[1]
    assert 4 * summary.trainable < summary.kept_bytes < 4 * summary.trainable + 1_000
    assert summary.base_unchanged


@pytest.mark.slow
def test_the_run_starts_at_the_base_model_and_opens_the_gates(frames_of: Frames, model: ToyLlama) -> None:
    first, second, *_, last = frames_of(llama_adapter.run, steps=10)
    held_out = data("elicit", 0, train=128, held_out=40).test
    assert first.scalars["accuracy"] == exact_match(model, held_out)
    assert first.scalars["gate"] == first.scalars["prompt moved"] == 0
    assert second.scalars["gate"] > 0
    assert second.scalars["prompt moved"] == 0, "its gradient was zero"
    assert last.scalars["prompt moved"] > 0
    assert last.picture is not None
    assert [len(line) for line in last.picture.values] == [11, 11, 11]
    assert all(line[0] == 0 < line[-1] for line in last.picture.values)


@pytest.mark.slow
def test_an_open_gate_disturbs_the_start(frames_of: Frames) -> None:
    shut, ajar = (frames_of(llama_adapter.run, steps=1, gate=gate)[0].scalars["loss"] for gate in (0.0, 1.0))
    assert ajar > shut + 0.5


@pytest.mark.slow
@pytest.mark.parametrize("job", ["elicit", "compose"])
def test_it_learns(job: str) -> None:
    *_, last = llama_adapter.run({"job": job})
    assert last.summary is not None
    assert last.summary.before < 0.2
    assert last.summary.after > 0.9
