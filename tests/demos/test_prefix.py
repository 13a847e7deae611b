"""A prefix is keys and values in every layer; what made it can be thrown away."""

from collections.abc import Callable

import pytest
import torch

from demos import prefix
from demos.frame import Frame
from demos.prefix import Prefix, attention_to_prefix, by_layer
from demos.shape import Shape
from demos.toy import checkpoint
from demos.toy.data import Split
from demos.toy.measure import asked, forced, loss
from demos.toy.model import ToyLlama
from tests.demos.conftest import few
from tests.helpers.tiers import tiered

Frames = Callable[..., list[Frame]]
P, L, D = 8, 3, 64


@pytest.fixture(scope="module")
def base() -> ToyLlama:
    return checkpoint.load()


@pytest.fixture(scope="module")
def split() -> Split:
    return few()


def numbers(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def test_the_direct_form_has_p_times_2ld_numbers_and_the_one_with_an_mlp_more() -> None:
    torch.manual_seed(0)
    k, e = 16, 64
    assert numbers(Prefix(P, Shape(), 0, e)) == P * 2 * L * D == 3_072
    assert numbers(Prefix(P, Shape(), k, e)) == P * k + k * e + e + e * 2 * L * D + 2 * L * D == 26_176
    assert numbers(Prefix(P, Shape(), D, e)) == P * D + D * e + e + e * 2 * L * D + 2 * L * D


def test_one_prefix_of_10_by_1024_has_the_notes_10240_numbers() -> None:
    one_layer = Shape(width=1024, layers=1)
    keys, values = by_layer(Prefix(10, one_layer, 0, 0)(), one_layer)[0]
    assert keys.shape == values.shape == (10, 1024)
    assert keys.numel() == 10_240


@tiered("form", ["reparameterised", "direct"], quick=("direct",))
def test_the_kept_prefix_alone_gives_the_same_scores(
    frames_of: Frames, base: ToyLlama, split: Split, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[bytes] = []
    made: list[Prefix] = []

    class Recorded(Prefix):
        def __init__(self, length: int, shape: Shape, k: int, hidden: int) -> None:
            super().__init__(length, shape, k, hidden)
            made.append(self)

    def serialise(weights: dict[str, torch.Tensor]) -> bytes:
        stored.append(checkpoint.serialise(weights))
        return stored[-1]

    monkeypatch.setattr(prefix, "Prefix", Recorded)
    monkeypatch.setattr(prefix, "serialise", serialise)
    summary = frames_of(prefix.run, form=form)[-1].summary
    kept = checkpoint.deserialise(stored[0])[0]
    assert {name: tuple(tensor.shape) for name, tensor in kept.items()} == {"prefix": (P, 2 * L * D)}
    with torch.no_grad():
        before = base(forced(split), prefix=by_layer(made[0](), base.shape))
        after = base(forced(split), prefix=by_layer(kept["prefix"], base.shape))
    assert torch.equal(before, after)
    assert summary is not None
    assert summary.kept_bytes == len(stored[0])
    assert summary.kept_bytes < 4 * 3_072 + 300
    assert "at most 0.0e+00" in summary.steps[0]


@pytest.mark.slow
def test_the_run_shows_what_is_dropped_and_the_notes_arithmetic(frames_of: Frames) -> None:
    summary = frames_of(prefix.run)[-1].summary
    assert summary is not None
    assert summary.trainable == 26_176
    assert "23,104 numbers" in summary.steps[0]
    assert "8 × 64 × 6 = 3,072" in summary.steps[1]
    assert summary.base_unchanged


def test_k_is_smaller_than_d_and_p_prime_smaller_than_the_prefix() -> None:
    (knob,) = (knob for knob in prefix.KNOBS if knob.name == "k")
    assert knob.high == D - 1
    made = Prefix(P, Shape(), int(knob.default), 64)
    assert made.start.shape == (P, 16)
    assert made.start.numel() < P * D


def test_gradients_reach_the_prefix_and_never_the_base(base: ToyLlama, split: Split) -> None:
    torch.manual_seed(0)
    made = Prefix(P, base.shape, 16, 64)
    loss(lambda tokens: base(tokens, prefix=by_layer(made(), base.shape)), split).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in made.parameters())
    assert all(weight.grad is None for weight in base.parameters())


def test_each_layer_gets_its_own_keys_and_values(base: ToyLlama) -> None:
    flat = torch.arange(P * 2 * L * D).view(P, 2 * L * D).float()
    parts = [part for pair in by_layer(flat, base.shape) for part in pair]
    assert len(parts) == 2 * L
    assert all(torch.equal(part, flat[:, i * D : (i + 1) * D]) for i, part in enumerate(parts))


@torch.no_grad()
def test_attention_that_goes_to_the_prefix_is_measured_as_it_is(base: ToyLlama, split: Split) -> None:
    silent = torch.zeros(P, 2 * L * D)
    shares = attention_to_prefix(base, split, silent)
    assert shares.shape == (L, 4)
    assert ((shares > 0) & (shares < 1)).all()
    loud = silent.view(P, L, 2, D).clone()
    values = torch.randn(D, generator=torch.Generator().manual_seed(1))
    loud[:, :, 1] = values  # the same value at every position of the prefix: it arrives in proportion to the share
    seen = []
    hook = base.get_submodule("layers.0.self_attn.o_proj").register_forward_pre_hook(
        lambda _, given: seen.append(given[0])
    )
    base(forced(split), prefix=by_layer(silent, base.shape))
    base(forced(split), prefix=by_layer(loud.view(P, -1), base.shape))
    hook.remove()
    arrived = ((seen[1] - seen[0]) / values)[asked(split)].view(-1, 4, 16).mean((0, 2))  # (nh,)
    assert torch.allclose(arrived, shares[0], atol=1e-4)


def test_measuring_the_attention_leaves_no_hook_behind(base: ToyLlama, split: Split) -> None:
    attention_to_prefix(base, split, torch.zeros(P, 2 * L * D))
    assert not any(block.self_attn._forward_pre_hooks for block in base.blocks())


@pytest.mark.slow
@pytest.mark.parametrize("form", ["reparameterised", "direct"])
def test_training_lowers_the_loss_with_each_forms_own_rate(frames_of: Frames, form: str) -> None:
    first, *_, last = frames_of(prefix.run, job="compose", steps=20, form=form)
    assert last.scalars["loss"] < first.scalars["loss"] / 2
    assert first.picture is not None
    assert (len(first.picture.values), len(first.picture.values[0])) == (3, 4)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["reparameterised", "direct"])
@pytest.mark.parametrize(("job", "least"), [("elicit", 0.9), ("compose", 0.9), ("classify", 0.7)])
def test_both_forms_learn(job: str, least: float, form: str) -> None:
    *_, last = prefix.run({"job": job, "form": form})
    assert last.summary is not None
    assert last.summary.before < 0.2
    assert last.summary.after > least


@pytest.mark.slow
def test_the_direct_form_wants_a_higher_learning_rate() -> None:
    def after(form: str, rate: float) -> float:
        *_, last = prefix.run({"job": "classify", "form": form, "learning_rate": rate})
        assert last.summary is not None
        return last.summary.after

    assert after("direct", prefix.RATES["direct"]["classify"]) > 0.7
    assert after("reparameterised", prefix.RATES["reparameterised"]["classify"]) > 0.7
    assert after("direct", prefix.RATES["reparameterised"]["classify"]) < 0.6
