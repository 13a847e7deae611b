from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from demos.toy import checkpoint
from demos.toy.model import Attention, ToyLlama, linears, replace, rotary, rotate


@pytest.fixture
def model() -> ToyLlama:
    torch.manual_seed(0)
    return ToyLlama().requires_grad_(False)


@pytest.fixture
def tokens() -> Tensor:
    return torch.randint(184, (3, 12), generator=torch.Generator().manual_seed(1))


def test_the_model_has_exactly_174528_parameters_in_30_tensors(model: ToyLlama) -> None:
    sizes = [parameter.numel() for parameter in model.parameters()]
    assert sum(sizes) == 174_528
    assert len(sizes) == 30


def test_the_empty_places_for_methods_hold_no_parameters(model: ToyLlama) -> None:
    assert set(model.state_dict()) == set(checkpoint.load().state_dict())
    assert all(block.self_attn.beside is None for block in model.blocks())


def test_scores_have_one_row_for_each_place_and_one_column_for_each_symbol(model: ToyLlama, tokens: Tensor) -> None:
    assert model(tokens).shape == (3, 12, 184)
    assert model.hidden(tokens).shape == (3, 12, 64)


def test_scores_are_the_output_head_of_the_hidden_states(model: ToyLlama, tokens: Tensor) -> None:
    assert torch.equal(model.lm_head(model.hidden(tokens)), model(tokens))


def test_a_later_symbol_changes_no_earlier_score(model: ToyLlama, tokens: Tensor) -> None:
    other = tokens.clone()
    other[:, 8] = (other[:, 8] + 1) % 184
    here, there = model(tokens), model(other)
    assert torch.equal(here[:, :8], there[:, :8])
    assert not torch.allclose(here[:, 8:], there[:, 8:])


def test_embeddings_in_place_of_symbols_give_the_same_scores(model: ToyLlama, tokens: Tensor) -> None:
    assert torch.equal(model(tokens), model(embeddings=model.embed_tokens(tokens)))


def test_symbols_and_embeddings_together_or_neither_are_refused(model: ToyLlama, tokens: Tensor) -> None:
    with pytest.raises(ValueError, match="either tokens or embeddings"):
        model(tokens, embeddings=model.embed_tokens(tokens))
    with pytest.raises(ValueError, match="either tokens or embeddings"):
        model()


def keys_and_values(model: ToyLlama, tokens: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The keys as attention uses them, and the values, that each layer makes of one text (T,): (T, d) each."""
    found = []
    for block in model.blocks():
        attention = block.self_attn
        seen: dict[str, Tensor] = {}

        def see(
            module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor, seen: dict[str, Tensor] = seen
        ) -> None:
            seen["x"] = inputs[0]

        handle = attention.k_proj.register_forward_hook(see)
        model(tokens[None])
        handle.remove()
        x = seen["x"]
        k = rotate(attention.split(attention.k_proj(x)), rotary(0, x.shape[1], 16, 10_000.0, x))
        found.append((k.transpose(1, 2).flatten(2)[0], attention.v_proj(x)[0]))
    return found


def test_a_prefix_made_of_a_text_s_own_keys_and_values_stands_for_that_text(model: ToyLlama, tokens: Tensor) -> None:
    text = tokens[0]
    whole = model(text[None])
    rest = model(text[None, 5:], prefix=keys_and_values(model, text[:5]))
    assert torch.allclose(whole[:, 5:], rest, atol=1e-5)


def test_prefix_keys_are_used_without_rotation_and_the_text_starts_after_them(
    model: ToyLlama, tokens: Tensor
) -> None:
    text = tokens[0]
    prefix = keys_and_values(model, text[:5])
    as_if_at_zero = [(rotate_back(k), v) for k, v in prefix]
    wrong = model(text[None, 5:], prefix=as_if_at_zero)
    assert not torch.allclose(model(text[None])[:, 5:], wrong, atol=1e-3)


def rotate_back(keys: Tensor) -> Tensor:
    """Undo the rotation of keys (P, d)."""
    attention = Attention(ToyLlama().shape)
    cos, sin = rotary(0, len(keys), 16, 10_000.0, keys)
    return rotate(attention.split(keys), (cos, -sin)).transpose(0, 1).flatten(1)


def test_a_prefix_for_another_number_of_layers_is_refused(model: ToyLlama, tokens: Tensor) -> None:
    with pytest.raises(ValueError, match="3 layers, not 1"):
        model(tokens, prefix=[(torch.zeros(2, 64), torch.zeros(2, 64))])


def test_rotation_keeps_lengths_and_makes_products_depend_on_distance_only() -> None:
    q, k = torch.randn(1, 1, 1, 16), torch.randn(1, 1, 1, 16)

    def product(at_q: int, at_k: int) -> Tensor:
        return (rotate(q, rotary(at_q, 1, 16, 10_000.0, q)) * rotate(k, rotary(at_k, 1, 16, 10_000.0, k))).sum()

    assert torch.allclose(product(3, 1), product(12, 10), atol=1e-5)
    assert not torch.allclose(product(3, 1), product(3, 2), atol=1e-3)
    assert torch.allclose(rotate(q, rotary(7, 1, 16, 10_000.0, q)).norm(), q.norm())


def test_there_are_seven_linear_layers_a_block_and_the_head_is_not_among_them(model: ToyLlama) -> None:
    assert len(linears(model)) == 21
    assert "lm_head" not in linears(model)


def test_a_replaced_layer_is_the_one_that_runs(model: ToyLlama, tokens: Tensor) -> None:
    before = model(tokens)
    layer = linears(model)["layers.1.mlp.up_proj"]
    replace(model, "layers.1.mlp.up_proj", nn.Sequential(layer))
    assert torch.equal(model(tokens), before)
    replace(model, "layers.1.mlp.up_proj", nn.Linear(64, 176))
    assert not torch.allclose(model(tokens), before)


def test_a_module_beside_attention_is_added_before_the_output_projection(model: ToyLlama, tokens: Tensor) -> None:
    class Constant(nn.Module):
        def forward(self, q: Tensor, attention: Attention) -> Tensor:
            assert q.shape == (3, 4, 12, 16)
            assert attention is model.layers[2].self_attn
            return torch.zeros_like(q)

    before = model(tokens)
    attention = next(block for index, block in enumerate(model.blocks()) if index == 2).self_attn
    attention.beside = Constant()
    assert torch.equal(model(tokens), before)


def test_modules_after_the_half_blocks_see_what_will_be_added_to_the_stream(model: ToyLlama, tokens: Tensor) -> None:
    class Nothing(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.zeros_like(x)

    for block in model.blocks():
        block.after_attention = Nothing()
        block.after_mlp = Nothing()
    assert torch.equal(model(tokens), model.lm_head(model.norm(model.embed_tokens(tokens))))
