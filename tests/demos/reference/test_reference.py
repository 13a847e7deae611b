"""Each method gives the scores that the reference implementation gives, and trains as many numbers.

`LlamaForCausalLM` stands for the base model, `peft` for the methods. peft's own random values are copied into our
modules, so that equality is one of arithmetic. It has no Houlsby adapters and no LLaMA-Adapter V2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from demos import llama_adapter, lora
from demos.prefix import Prefix, by_layer
from demos.soft_prompt import SoftPrompt
from demos.toy import model as toy_model
from demos.toy.model import ToyLlama, rotary

pytestmark = [
    pytest.mark.reference,
    # peft asks transformers 5 for names that will go in a later version; that is between the two of them.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
    pytest.mark.filterwarnings("ignore:`past_key_values` is deprecated:FutureWarning"),
]

TOLERANCE = 1e-4
P = 6


def agree(ours: Tensor, theirs: Tensor) -> None:
    """Hold two tensors of scores (B, T, V) to each other."""
    assert ours.shape == theirs.shape
    apart = (ours - theirs).abs().max().item()
    assert apart < TOLERANCE, f"the scores differ by {apart:.1e}"


def differ(ours: Tensor, theirs: Tensor) -> None:
    """A comparison that must fail, and by far."""
    with pytest.raises(AssertionError, match="the scores differ by"):
        agree(ours, theirs)


def trained(model: Any) -> int:
    """Numbers that peft would train."""
    count: int = model.get_nb_trainable_parameters()[0]
    return count


def numbers(parameters: Sequence[Tensor]) -> int:
    return sum(p.numel() for p in parameters)


@pytest.fixture
def prefix_of(peft: Any, llama: Any, base: ToyLlama) -> Callable[..., tuple[Any, Prefix]]:
    """peft's prefix tuning, and our prefix with its values."""

    def make(*, projection: bool, hidden: int = 48) -> tuple[Any, Prefix]:
        config = peft.PrefixTuningConfig(
            task_type="CAUSAL_LM", num_virtual_tokens=P, prefix_projection=projection, encoder_hidden_size=hidden
        )
        theirs = peft.get_peft_model(llama, config).eval()
        encoder = theirs.prompt_encoder["default"]
        # peft makes P' as wide as the model, so k = d here; the demo's own P' is narrower, as in the paper.
        ours = Prefix(P, base.shape, base.shape.width if projection else 0, hidden)
        with torch.no_grad():
            ours.start.copy_(encoder.embedding.weight)
            if projection:
                ours.mlp.load_state_dict(encoder.transform.state_dict())
        return theirs, ours

    return make


@torch.no_grad()
def test_the_base_model_is_llama(base: ToyLlama, llama: Any, tokens: Tensor) -> None:
    agree(base(tokens), llama(tokens).logits)
    assert numbers(list(base.parameters())) == llama.num_parameters() == 174_528


@torch.no_grad()
@pytest.mark.parametrize(
    "name",
    ["embed_tokens", "layers.1.self_attn.k_proj", "layers.2.mlp.down_proj", "layers.0.input_layernorm", "norm"],
)
def test_one_moved_weight_is_noticed(base: ToyLlama, llama: Any, tokens: Tensor, name: str) -> None:
    weight = base.get_parameter(f"{name}.weight")
    weight[(int(tokens[0, 1]), 3) if name == "embed_tokens" else (0,) * weight.dim()] += 0.01
    differ(base(tokens), llama(tokens).logits)


@torch.no_grad()
@pytest.mark.parametrize("matrices", ["all", "query-value"])
@pytest.mark.parametrize("rank", [1, 4])
def test_lora_computes_what_pefts_does(
    peft: Any, base: ToyLlama, llama: Any, tokens: Tensor, rank: int, matrices: str
) -> None:
    config = peft.LoraConfig(r=rank, lora_alpha=8, target_modules=list(lora.MATRICES[matrices]))
    theirs = peft.get_peft_model(llama, config).eval()
    ours = lora.insert(base, rank, 8.0, matrices)
    untrained = base(tokens)
    agree(untrained, theirs(tokens).logits)
    for name, layer in ours.items():
        twin = theirs.get_base_model().get_submodule(f"model.{name}")
        twin.lora_B["default"].weight.normal_(std=0.1)
        layer.A.copy_(twin.lora_A["default"].weight)
        layer.B.copy_(twin.lora_B["default"].weight)
    agree(base(tokens), theirs(tokens).logits)
    assert trained(theirs) == numbers([p for layer in ours.values() for p in (layer.A, layer.B)])
    told = theirs(tokens).logits
    differ(untrained, told)
    agree(lora.merge(base)(tokens), theirs.merge_and_unload()(tokens).logits)
    next(iter(ours.values())).B[0] += 0.01
    differ(base(tokens), told)


@torch.no_grad()
def test_prompt_tuning_computes_what_pefts_does(peft: Any, base: ToyLlama, llama: Any, tokens: Tensor) -> None:
    config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=P)
    theirs = peft.get_peft_model(llama, config).eval()
    soft = SoftPrompt(theirs.prompt_encoder["default"].embedding.weight.detach(), at=0)
    told = theirs(tokens).logits[:, P:]
    agree(soft.scores(base, tokens), told)
    assert trained(theirs) == soft.vectors.numel() == P * 64
    soft.vectors[0, 0] += 0.05
    differ(soft.scores(base, tokens), told)


@torch.no_grad()
@pytest.mark.parametrize("projection", [False, True])
def test_prefix_tuning_computes_what_pefts_does(
    prefix_of: Callable[..., tuple[Any, Prefix]], base: ToyLlama, tokens: Tensor, projection: bool
) -> None:
    theirs, ours = prefix_of(projection=projection)
    agree(base(tokens, prefix=by_layer(ours(), base.shape)), theirs(tokens).logits)
    d, e, both = 64, 48, 2 * 3 * 64  # keys and values of three layers
    formula = P * d + d * e + e + e * both + both if projection else P * both
    assert trained(theirs) == numbers(list(ours.parameters())) == formula


@torch.no_grad()
def test_a_prefix_without_its_rotary_offset_is_noticed(
    prefix_of: Callable[..., tuple[Any, Prefix]], base: ToyLlama, tokens: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = prefix_of(projection=False)
    told = theirs(tokens).logits
    monkeypatch.setattr(toy_model, "rotary", lambda start, *rest: rotary(0, *rest))
    differ(base(tokens, prefix=by_layer(ours(), base.shape)), told)


@torch.no_grad()
def test_a_prefix_with_keys_and_values_swapped_is_noticed(
    prefix_of: Callable[..., tuple[Any, Prefix]], base: ToyLlama, tokens: Tensor
) -> None:
    theirs, ours = prefix_of(projection=True)
    swapped = [(values, keys) for keys, values in by_layer(ours(), base.shape)]
    differ(base(tokens, prefix=swapped), theirs(tokens).logits)


@torch.no_grad()
@pytest.mark.parametrize("layers", [1, 3])
def test_llama_adapter_computes_what_pefts_adaption_prompt_does(
    peft: Any, base: ToyLlama, llama: Any, tokens: Tensor, layers: int
) -> None:
    config = peft.AdaptionPromptConfig(task_type="CAUSAL_LM", adapter_len=P, adapter_layers=layers)
    theirs = peft.get_peft_model(llama, config).eval()
    ours = llama_adapter.insert(base, layers, P, gates="layer")
    agree(base(tokens), theirs(tokens).logits)
    for index, one in ours.items():
        twin = theirs.get_base_model().get_submodule(f"model.layers.{index}.self_attn")
        one.prompt.copy_(twin.adaption_prompt[0])
        twin.adaption_gate.fill_(0.3 + 0.1 * index)  # peft's gate is raw, the paper's code has its tanh
        one.gate.copy_(torch.atanh(twin.adaption_gate).view(1, 1, 1))
    told = theirs(tokens).logits
    agree(base(tokens), told)
    assert trained(theirs) == numbers([p for one in ours.values() for p in one.parameters()]) == layers * (P * 64 + 1)
    ours[2].gate.add_(0.01)
    differ(base(tokens), told)


@torch.no_grad()
def test_gates_for_each_head_are_the_same_where_they_are_equal(base: ToyLlama, tokens: Tensor) -> None:
    one_gate = llama_adapter.insert(base, 3, P, gates="layer", gate=0.5)
    told = base(tokens)
    for index, one in llama_adapter.insert(base, 3, P, gates="head", gate=0.5).items():
        one.prompt.copy_(one_gate[index].prompt)
    agree(base(tokens), told)
