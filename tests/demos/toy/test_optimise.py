from __future__ import annotations

import itertools

import pytest
import torch

from demos.toy.optimise import AdamW, rate_at


@pytest.mark.slow
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_a_step_is_the_step_of_torch_s_own_adamw_with_clipping(decay: float) -> None:
    generator = torch.Generator().manual_seed(0)
    start = [torch.randn(4, 3, generator=generator), torch.randn(5, generator=generator)]
    ours = [tensor.clone().requires_grad_() for tensor in start]
    theirs = [torch.nn.Parameter(tensor.clone()) for tensor in start]
    mine = AdamW(ours, betas=(0.9, 0.98), decay=decay)
    reference = torch.optim.AdamW(theirs, lr=1.0, betas=(0.9, 0.98), weight_decay=decay)
    for step in range(1, 6):
        rate = 0.01 * step
        for parameters in (ours, theirs):
            torch.autograd.backward([(p.sin() * step).sum() for p in parameters])
        mine.step(rate)
        for group in reference.param_groups:
            group["lr"] = rate
        torch.nn.utils.clip_grad_norm_(theirs, 1.0)
        reference.step()
        reference.zero_grad()
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(ours, theirs, strict=True))
    assert not torch.allclose(ours[0], start[0], atol=1e-3)


def test_a_parameter_without_a_gradient_stays_where_it_is() -> None:
    moving, still = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    optimiser = AdamW([moving, still], decay=0.1)
    torch.autograd.backward(moving.sum())
    optimiser.step(0.1)
    assert still.tolist() == [1.0, 1.0]
    assert (moving < 1).all()


def test_without_any_gradient_nothing_happens() -> None:
    still = torch.ones(2, requires_grad=True)
    AdamW([still]).step(0.1)
    assert still.tolist() == [1.0, 1.0]


def test_a_gradient_that_is_not_a_number_moves_nothing() -> None:
    parameter = torch.ones(2, requires_grad=True)
    torch.autograd.backward((parameter * float("inf")).sum())
    AdamW([parameter]).step(0.1)
    assert parameter.tolist() == [1.0, 1.0]


def test_gradients_are_forgotten_after_a_step() -> None:
    parameter = torch.ones(2, requires_grad=True)
    torch.autograd.backward(parameter.sum())
    AdamW([parameter]).step(0.1)
    assert parameter.grad is None


def test_the_rate_rises_straight_for_ten_steps_then_falls_to_a_tenth() -> None:
    rates = [rate_at(step, 150, 2.0) for step in range(1, 151)]
    assert rates[:10] == pytest.approx([0.2 * step for step in range(1, 11)])
    assert all(later < earlier for earlier, later in itertools.pairwise(rates[9:]))
    assert rates[79] == pytest.approx(1.1)
    assert rates[-1] == pytest.approx(0.2)


def test_a_run_shorter_than_the_warm_up_only_rises() -> None:
    assert [rate_at(step, 3, 1.0) for step in (1, 2, 3)] == pytest.approx([0.1, 0.2, 0.3])
