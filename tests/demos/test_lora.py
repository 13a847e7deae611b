from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from torch import Tensor

from demos import lora
from demos.frame import KnobValue
from demos.toy import checkpoint
from demos.toy.measure import forced, loss
from demos.toy.model import ToyLlama
from tests.demos.conftest import FramesOf, few


@pytest.fixture
def tokens() -> Tensor:
    return forced(few(32))


def trained(model: ToyLlama, **knobs: Any) -> dict[str, lora.LoRALinear]:
    """Insert corrections and move B away from zero."""
    torch.manual_seed(0)
    loras = lora.insert(model, **{"rank": 4, "alpha": 8.0, "matrices": "all", **knobs})
    with torch.no_grad():
        for layer in loras.values():
            layer.B.normal_(std=0.1)
    return loras


def test_before_the_first_step_the_model_is_exactly_the_base(tokens: Tensor) -> None:
    model = checkpoint.load()
    base = model(tokens)
    lora.insert(model, 4, 8.0, "all")
    assert torch.equal(model(tokens), base)


def test_in_the_first_step_b_has_a_gradient_and_a_has_none() -> None:
    model = checkpoint.load()
    loras = lora.insert(model, 4, 8.0, "all")
    torch.autograd.backward(loss(model, few(40)))
    for layer in loras.values():
        assert layer.A.grad is not None
        assert layer.B.grad is not None
        assert torch.count_nonzero(layer.A.grad) == 0
        assert torch.count_nonzero(layer.B.grad) > 0
        assert layer.base.weight.grad is None


def test_a_correction_has_the_shapes_and_the_scale_of_the_formula() -> None:
    layer = trained(checkpoint.load(), rank=2, alpha=6.0)["layers.0.mlp.up_proj"]
    assert (layer.A.shape, layer.B.shape, layer.scale) == ((2, 64), (176, 2), 3.0)
    x = torch.randn(5, 64)
    by_hand = x @ (layer.base.weight + 3.0 * layer.B @ layer.A).T
    assert torch.allclose(layer(x), by_hand, atol=1e-5)


def test_merged_equals_unmerged_and_leaves_no_correction(tokens: Tensor) -> None:
    model = checkpoint.load()
    base = model(tokens)
    trained(model)
    merged = lora.merge(model)
    assert not any(isinstance(module, lora.LoRALinear) for module in merged.modules())
    assert set(merged.state_dict()) == set(checkpoint.load().state_dict())
    assert torch.allclose(merged(tokens), model(tokens), atol=1e-3)
    assert (merged(tokens) - model(tokens)).abs().max() < (merged(tokens) - base).abs().max() / 1_000


def test_merging_twice_is_merging_once(tokens: Tensor) -> None:
    model = checkpoint.load()
    trained(model)
    once = lora.merge(model)
    assert checkpoint.digest(lora.merge(once).state_dict()) == checkpoint.digest(once.state_dict())
    assert checkpoint.digest(lora.merge(model).state_dict()) == checkpoint.digest(once.state_dict())


def test_merging_changes_neither_the_adapted_model_nor_the_base(tokens: Tensor) -> None:
    model = checkpoint.load()
    base = dict(model.state_dict())
    trained(model)
    before = model(tokens)
    lora.merge(model)
    assert torch.equal(model(tokens), before)
    assert checkpoint.digest(base) == checkpoint.digest(checkpoint.load().state_dict())


def test_the_singular_values_are_those_of_the_written_out_correction() -> None:
    layer = trained(checkpoint.load())["layers.1.mlp.down_proj"]
    whole = torch.linalg.svdvals(layer.correction())
    assert torch.allclose(lora.singular_values(layer), whole[:4], atol=1e-4)
    assert (whole[4:] < 1e-4).all()


@pytest.mark.parametrize(
    ("matrices", "rank", "count"),
    [("all", 4, 14_784), ("all", 8, 29_568), ("query-value", 2, 1_536), ("query-value", 8, 6_144),
     ("attention", 4, 6_144), ("feed-forward", 4, 8_640)],
)  # fmt: skip
def test_the_number_of_trained_parameters_follows_rank_and_matrices(matrices: str, rank: int, count: int) -> None:
    model = checkpoint.load()
    lora.insert(model, rank, 8.0, matrices)
    assert sum(p.numel() for p in model.parameters() if p.requires_grad) == count


def test_a_run_says_what_it_trained_kept_and_merged(frames_of: FramesOf) -> None:
    last = frames_of(lora.run, rank=2)[-1].summary
    assert last is not None
    assert last.trainable == 7_392
    assert last.kept_bytes >= 4 * 7_392
    assert last.base_unchanged
    difference = re.search(r"merged into W: the scores differ by at most (\S+),", last.steps[0])
    assert difference
    assert float(difference[1]) < 1e-4
    assert "tiny" in last.steps[1]


def test_the_picture_shows_the_singular_values_of_each_kind_of_matrix_rising_from_zero(frames_of: FramesOf) -> None:
    frames = frames_of(lora.run, matrices="query-value")
    first, last = frames[0].picture, frames[-1].picture
    assert first is not None
    assert last is not None
    assert last.rows == ("q", "v")
    assert [len(row) for row in last.values] == [4, 4]
    assert max(map(max, first.values)) == 0.0
    assert all(row[0] > row[-1] > 0 for row in last.values)


@pytest.mark.slow
@pytest.mark.parametrize(("job", "rank", "least"), [("elicit", 4, 0.9), ("compose", 4, 0.9), ("teach", 4, 0.9)])
def test_a_whole_run_learns(job: KnobValue, rank: int, least: float) -> None:
    last = list(lora.run({"job": job, "rank": rank}))[-1].summary
    assert last is not None
    assert last.before < 0.2
    assert last.after > least
