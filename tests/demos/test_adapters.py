from __future__ import annotations

import pytest
import torch
from torch import Tensor

from demos import adapters
from demos.toy import checkpoint
from demos.toy.measure import forced, loss
from tests.demos.conftest import FramesOf, few


@pytest.fixture
def tokens() -> Tensor:
    return forced(few(32))


def deviation(tokens: Tensor, start: float) -> float:
    """Largest change of a score that untrained adapters make."""
    torch.manual_seed(0)
    model = checkpoint.load()
    base = model(tokens)
    adapters.insert(model, 8, start, norms=True)
    return float((model(tokens) - base).detach().abs().max())


def test_untrained_adapters_are_near_the_base_and_not_equal_to_it(tokens: Tensor) -> None:
    assert 0 < deviation(tokens, 0.01) < 0.1


def test_the_start_knob_sets_the_distance_from_the_base(tokens: Tensor) -> None:
    assert deviation(tokens, 0.0) == 0.0
    assert deviation(tokens, 0.003) < deviation(tokens, 0.01) / 5 < deviation(tokens, 0.1) / 25


def test_an_adapter_adds_what_comes_through_its_bottleneck() -> None:
    adapter = adapters.Adapter(64, 8, 0.3)
    x = torch.randn(2, 5, 64)
    down = torch.nn.functional.gelu(x @ adapter.down.weight.T + adapter.down.bias)
    assert torch.allclose(adapter(x), x + down @ adapter.up.weight.T + adapter.up.bias, atol=1e-5)
    assert torch.allclose(adapter.inside, down, atol=1e-6)


@pytest.mark.parametrize("bottleneck", [1, 8, 16])
@pytest.mark.parametrize("norms", [True, False])
def test_the_count_is_that_of_the_formula(bottleneck: int, norms: bool) -> None:
    layers, d, r = 3, 64, bottleneck
    model = checkpoint.load()
    trained = adapters.insert(model, r, 0.01, norms=norms)
    count = 2 * layers * (2 * d * r + r + d) + 2 * layers * d * norms
    assert sum(tensor.numel() for tensor in trained.values()) == count
    assert sum(p.numel() for p in model.parameters() if p.requires_grad) == count


def test_every_adapter_and_norm_has_a_gradient_and_the_base_has_none() -> None:
    model = checkpoint.load()
    base = dict(model.named_parameters())
    trained = adapters.insert(model, 8, 0.01, norms=True)
    torch.autograd.backward(loss(model, few(40)))
    assert all(tensor.grad is not None and tensor.grad.abs().max() > 0 for tensor in trained.values())
    assert all(tensor.grad is None for tensor in base.values())


@pytest.mark.slow
def test_the_norms_move_in_copies_so_that_the_base_stays_bit_identical(frames_of: FramesOf) -> None:
    with_norms = frames_of(adapters.run, norms=True, learning_rate=0.1)[-1].summary
    without = frames_of(adapters.run, norms=False, learning_rate=0.1)[-1].summary
    assert with_norms is not None
    assert without is not None
    assert with_norms.base_unchanged
    assert with_norms.trainable - without.trainable == 384
    assert "norms" in with_norms.kept
    assert "norms" not in without.kept


@pytest.mark.slow
def test_the_picture_shows_the_activity_of_each_unit_of_each_adapter(frames_of: FramesOf) -> None:
    picture = frames_of(adapters.run, bottleneck=4)[-1].picture
    assert picture is not None
    assert picture.rows == ("1 attn", "1 ff", "2 attn", "2 ff", "3 attn", "3 ff")
    assert {len(row) for row in picture.values} == {4}
    assert all(max(row) > 0 for row in picture.values)


@pytest.mark.slow
def test_the_deviation_grows_from_its_start(frames_of: FramesOf) -> None:
    frames = frames_of(adapters.run)
    assert 0 < frames[0].scalars["deviation"] < frames[-1].scalars["deviation"]
    summary = frames[-1].summary
    assert summary is not None
    assert f"{frames[0].scalars['deviation']:.4f} at the start" in summary.steps[0]


@pytest.mark.slow
@pytest.mark.parametrize(("job", "least"), [("elicit", 0.9), ("teach", 0.7)])
def test_a_whole_run_learns(job: str, least: float) -> None:
    last = list(adapters.run({"job": job}))[-1].summary
    assert last is not None
    assert last.before < 0.2
    assert last.after > least
